package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/app"
	"watchfloor/app/triage"
	"watchfloor/ui/look"
	"watchfloor/ui/uitest"
)

// hides finds what a text on the screen must not hold.
func hides(s string) string {
	if at := strings.IndexFunc(s, func(r rune) bool {
		return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co))
	}); at >= 0 {
		return fmt.Sprintf("%q", s[at:min(len(s), at+6)])
	}
	return ""
}

// Goals 38 and 41: by keyboard through the places and dialogs of a window whose tenant
// holds hostile text everywhere: nothing hides, no indicator is live, and nothing that can
// be clicked leads anywhere.
func TestGoal38Goal41NoPlaceOfTheWindowIsFooled(t *testing.T) {
	hostile := append(slices.Clone(uitest.Hostile[1:]), uitest.Indicators(12)...)
	d := window(t, len(hostile))
	for i, s := range hostile {
		d.tenant.Edit(d.tenant.Rows[i].ID, func(r *triage.Row) { r.Title, r.Owner, r.Entities, r.Tags = s, "by "+s, s, []string{s} })
	}
	d.hub.Publish(app.Event{Topic: app.TopicIncidents})
	d.fire()
	seen := 0
	look := func(where string) {
		t.Helper()
		check := func(s string) {
			seen++
			if found := hides(s); found != "" {
				t.Errorf("%s hides %s: %.60q", where, found, s)
			}
			// Sign-in names of colleagues stay as they are known.
			if found := uitest.Live.FindString(strings.ReplaceAll(s, "@contoso.example", "")); found != "" {
				t.Errorf("%s shows %q: %.80q", where, found, s)
			}
		}
		roots := slices.Clone(d.win.Canvas().Overlays().List())
		for _, root := range append(roots, d.win.Canvas().Content()) {
			for _, o := range test.LaidOutObjects(root) {
				switch o := o.(type) {
				case *canvas.Text:
					check(o.Text)
				case *fynewidget.Hyperlink:
					t.Errorf("%s has the link %q", where, o.Text)
				case *fynewidget.RichText:
					for _, s := range o.Segments {
						if _, plain := s.(*fynewidget.TextSegment); !plain {
							t.Errorf("%s has a %T", where, s)
						}
					}
				}
			}
		}
		check(d.win.Title())
	}
	for range hostile {
		look("the queue")
		d.press("Enter")
		look("an incident")
		for _, dialog := range []string{"c", "m", "l", "A"} {
			d.press(dialog)
			look("the dialog of " + dialog)
			d.press("Esc")
			if d.dialog != nil {
				d.closeDialog()
			}
		}
		d.press("Esc", "j")
	}
	if seen < 5_000 {
		t.Errorf("only %d texts seen: the test looks at the wrong place", seen)
	}
}

func TestGoal38MessagesHideNothing(t *testing.T) {
	d := window(t, 3)
	for _, s := range uitest.Spoofs()[:120] {
		d.say(s, look.Warn)
		if found := hides(d.message.Text); found != "" || len([]rune(d.message.Text)) > mostSaid || strings.ContainsAny(d.message.Text, "\n\t") {
			t.Errorf("%.40q: the status line holds %s in %d characters", s, found, len([]rune(d.message.Text)))
		}
	}
}
