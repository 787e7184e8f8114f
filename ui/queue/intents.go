package queue

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
)

// Do carries out a command and reports whether it is the queue's. page is the number
// of visible rows.
func (p *Presenter) Do(c keys.Command, page int) bool {
	if n, ok := c.Number("view"); ok {
		p.View(n - 1)
		return true
	}
	p.toEnd = p.toEnd && c == keys.End
	if p.mark(c) {
		return true
	}
	switch c {
	case keys.Down:
		p.Move(p.cursor + 1)
	case keys.Up:
		p.Move(p.cursor - 1)
	case keys.PageDown:
		p.Move(p.cursor + page)
	case keys.PageUp:
		p.Move(p.cursor - page)
	case keys.Home:
		p.Move(0)
	case keys.End:
		p.toEnd = p.more
		p.end()
	case keys.TakeNew:
		p.TakeNew()
	case keys.Sort:
		p.sort = nextSort(p.sort)
		p.again(true)
	case keys.DropChip:
		if n := len(p.filter.Terms); n > 0 {
			p.Drop(n - 1)
		}
	default:
		return false
	}
	return true
}

// Move puts the cursor on a row, bounded by the list.
func (p *Presenter) Move(i int) {
	i = max(0, min(i, len(p.rows)-1))
	if len(p.rows) == 0 {
		return
	}
	if i != p.cursor {
		p.cursor = i
		p.d.Prefs.Set("queue.row", strconv.FormatInt(p.rows[i].ID, 10))
		p.Changed(Cursor)
		p.follow()
	}
	if i >= len(p.rows)-lookAhead {
		p.loadMore()
	}
	if p.partial && !p.list.Busy() && (i < p.fresh[0] || i >= p.fresh[1]) {
		p.Refresh()
	}
}

// end goes to the last row that was read; toEnd lasts while there are more.
func (p *Presenter) end() {
	p.toEnd = p.toEnd && p.more
	p.Move(len(p.rows) - 1)
	p.Changed(Head)
}

// Stay ends the way to the last row where it is.
func (p *Presenter) Stay() {
	if p.toEnd {
		p.toEnd = false
		p.Changed(Head)
	}
}

// Advance goes on to the next row after an action that ends work on some: to the first
// below the cursor that is not one of them, else to the nearest above.
func (p *Presenter) Advance(done []triage.Row) {
	over := make(map[int64]bool, len(done))
	for _, r := range done {
		over[r.ID] = true
	}
	if r, ok := p.Current(); !ok || !over[r.ID] {
		return
	}
	left := func(r triage.Row) bool { return !over[r.ID] }
	if i := slices.IndexFunc(p.rows[p.cursor:], left); i >= 0 {
		p.Move(p.cursor + i)
		return
	}
	for i := p.cursor - 1; i >= 0; i-- {
		if left(p.rows[i]) {
			p.Move(i)
			return
		}
	}
}

// View opens a saved view.
func (p *Presenter) View(n int) {
	if n < 0 || n >= len(p.d.Views) {
		return
	}
	p.useView(n)
	p.again(false)
}

// Type follows the filter bar as it is written.
func (p *Presenter) Type(s string) {
	if strings.TrimSpace(s) == strings.TrimSpace(p.text) {
		p.text = s
		return
	}
	before := p.Tenant()
	p.view = -1
	p.setText(s)
	if len(p.problems) == 0 {
		p.view = p.viewOf(p.filter)
	}
	if p.Tenant() != before {
		p.viewsAt = time.Time{} // the figures of the views are another tenant's
	}
	p.again(true)
}

// Clear empties the filter.
func (p *Presenter) Clear() { p.Type("") }

// Drop removes a term of the filter.
func (p *Presenter) Drop(i int) { p.Type(p.filter.Without(i).String()) }

// TakeNew shows the rows that wait, from the top.
func (p *Presenter) TakeNew() {
	p.wanted = 0
	p.Load()
}

// again reads the list after a change of what it shows; keep leaves the cursor on its
// incident where that is still there.
func (p *Presenter) again(keep bool) {
	p.wanted = 0
	if r, ok := p.Current(); ok && keep {
		p.wanted = r.ID
	}
	p.remember()
	p.Changed(Head)
	p.Load()
}

// Current is the row under the cursor.
func (p *Presenter) Current() (triage.Row, bool) {
	if p.cursor < 0 || p.cursor >= len(p.rows) {
		return triage.Row{}, false
	}
	return p.rows[p.cursor], true
}

// Neighbour is the row n places from an incident, for paging inside an incident; the
// cursor moves there.
func (p *Presenter) Neighbour(id int64, n int) (triage.Row, bool) {
	for i, r := range p.rows {
		if r.ID == id && i+n >= 0 && i+n < len(p.rows) {
			p.Move(i + n)
			return p.rows[p.cursor], true
		}
	}
	return triage.Row{}, false
}

// Query is what the list shows, for an export.
func (p *Presenter) Query() triage.Query {
	q := p.query()
	q.Limit = 0
	return q
}

// CopyText is what y and Y copy of a row.
func CopyText(r triage.Row, original bool) string {
	if original {
		return "#" + r.Number + " " + r.Title
	}
	return present.Number(r.Number) + " " + present.Safe(r.Title)
}
