package queue

import (
	"fmt"
	"testing"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/uitest"
)

// Goal 38: 300 titles that hide, turn, flood or break lines scroll by: each row is as high
// as the next, each text as wide as its column, and what does not show is a mark.
func TestGoal38RowsOfSpoofedTitlesAreAlike(t *testing.T) {
	spoofs := uitest.Spoofs()
	if len(spoofs) < 300 {
		t.Fatalf("only %d titles", len(spoofs))
	}
	b := open(t, len(spoofs))
	numbers := map[string]bool{}
	for i, s := range spoofs {
		id := b.tenant.Rows[i].ID
		numbers["#"+b.tenant.Rows[i].Number], numbers[b.tenant.Rows[i].Number] = true, true
		b.tenant.Edit(id, func(r *triage.Row) { r.Title, r.Owner, r.Entities, r.Tags = s, s, s, []string{s} })
	}
	b.Type("status:any")
	b.line.Drain()
	_, c := show(t, b, 1300, 900)
	height, rows := float32(0), map[string]bool{}
	for range len(spoofs)/20 + 2 {
		for _, o := range test.LaidOutObjects(c.Content()) {
			if fmt.Sprintf("%T", o) == "*widget.gridRow" {
				if height == 0 {
					height = o.Size().Height
				}
				if o.Size().Height != height {
					t.Errorf("a row is %v high, others %v", o.Size().Height, height)
				}
			}
			txt, ok := o.(*canvas.Text)
			if !ok {
				continue
			}
			for _, r := range txt.Text {
				if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) || r == 0x3164 || r == 0xffa0 {
					t.Fatalf("%.40q shows %U", txt.Text, r)
				}
			}
			if w := fyne.MeasureText(txt.Text, txt.TextSize, txt.TextStyle).Width; txt.Size().Width > 0 && w > txt.Size().Width+1.5 {
				t.Errorf("%.40q is %v wide in %v", txt.Text, w, txt.Size().Width)
			}
			if numbers[txt.Text] {
				rows[txt.Text] = true
			}
		}
		b.do(keys.PageDown)
	}
	if height <= 0 || len(rows) < 300 {
		t.Errorf("%d rows of %v seen", len(rows), height)
	}
}
