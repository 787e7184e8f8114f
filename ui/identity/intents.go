package identity

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"watchfloor/app/identity"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
)

// Do carries out a command and reports whether it is the lists'. page is the number of
// visible rows.
func (p *Presenter) Do(c keys.Command, page int) bool {
	if n, ok := c.Number("tab"); ok {
		p.Open(Tab(n - 1))
		return true
	}
	l := p.list()
	switch c {
	case keys.Down:
		p.Move(l.cursor + 1)
	case keys.Up:
		p.Move(l.cursor - 1)
	case keys.PageDown:
		p.Move(l.cursor + page)
	case keys.PageUp:
		p.Move(l.cursor - page)
	case keys.Home:
		p.Move(0)
	case keys.End:
		p.Move(len(l.rows) - 1)
	case keys.NextTab:
		p.Open((p.tab + 1) % tabs)
	case keys.PrevTab:
		p.Open((p.tab + tabs - 1) % tabs)
	case keys.TakeNew:
		l.wanted = ""
		p.Load()
	case keys.Sort:
		l.sort = (l.sort + 1) % len(orders[p.tab])
		p.again()
	case keys.DropChip:
		if n := len(l.filter.Terms) + len(l.filter.Words); n > 0 {
			p.Type(without(l.filter).String())
		}
	case keys.Mark:
		if r, ok := l.current(); ok {
			l.mark(r, !l.marked(r.ID))
			p.Move(l.cursor + 1)
			p.Changed(Rows | Head)
		}
	case keys.MarkDown, keys.MarkUp:
		p.extend(map[keys.Command]int{keys.MarkDown: 1, keys.MarkUp: -1}[c])
	case keys.MarkAll:
		for _, r := range l.rows {
			l.mark(r, true)
		}
		p.Changed(Rows | Head)
	default:
		return false
	}
	return true
}

// extend marks the row under the cursor and the next one.
func (p *Presenter) extend(step int) {
	for range 2 {
		if r, ok := p.list().current(); ok {
			p.list().mark(r, true)
		}
		if step != 0 {
			p.Move(p.list().cursor + step)
		}
		step = 0
	}
	p.Changed(Rows | Head)
}

// without is a filter without its last condition: words come after the terms.
func without(f identity.Filter) identity.Filter {
	if n := len(f.Words); n > 0 {
		f.Words = f.Words[:n-1]
	} else {
		f.Terms = f.Terms[:len(f.Terms)-1]
	}
	return f
}

// Open shows a tab.
func (p *Presenter) Open(t Tab) {
	if t < 0 || t >= tabs || t == p.tab {
		return
	}
	p.list().slot.Stop()
	p.tab = t
	p.d.Prefs.Set("identity.tab", strconv.Itoa(int(t)))
	p.keepCursor()
	p.follow()
	p.Changed(Rows | Cursor | Preview | Head | Table)
	p.Load()
}

// Move puts the cursor on a row, bounded by the list.
func (p *Presenter) Move(i int) {
	l := p.list()
	if len(l.rows) == 0 {
		return
	}
	i = max(0, min(i, len(l.rows)-1))
	if i != l.cursor {
		l.cursor = i
		p.Changed(Cursor)
		p.follow()
	}
	if i >= len(l.rows)-lookAhead {
		p.loadMore()
	}
}

// Type follows the filter bar as it is written.
func (p *Presenter) Type(s string) {
	l := p.list()
	before := l.filter.String()
	if strings.TrimSpace(s) == strings.TrimSpace(l.text) {
		l.text = s
		return
	}
	l.setText(s, p.d.Parse, p.d.Clock().Now)
	if l.problem == "" {
		if s == "" {
			s = " " // an empty filter is not none
		}
		p.d.Prefs.Set(p.tab.pref("filter"), s)
	}
	if l.filter.String() == before {
		p.Changed(Head)
		return
	}
	p.again()
}

// again reads the list after a change of what it shows; the cursor stays on its row
// where that is still there.
func (p *Presenter) again() {
	p.d.Prefs.Set(p.tab.pref("sort"), strconv.Itoa(p.list().sort))
	p.keepCursor()
	p.Changed(Head)
	p.Load()
}

// Current is the row under the cursor.
func (p *Presenter) Current() (Row, bool) { return p.list().current() }

// Chosen are the rows that the next action is for: the marked ones, else the one under
// the cursor.
func (p *Presenter) Chosen() []Row {
	if rows := p.list().marksInOrder(); len(rows) > 0 {
		return rows
	}
	if r, ok := p.Current(); ok {
		return []Row{r}
	}
	return nil
}

// Marked are the marked rows of the open tab.
func (p *Presenter) Marked() []Row { return p.list().marksInOrder() }

// Unmark frees all rows of the open tab and reports whether some were marked.
func (p *Presenter) Unmark() bool {
	l := p.list()
	had := len(l.marks) > 0
	l.marks = nil
	if had {
		p.Changed(Rows | Head)
	}
	return had
}

func (l *list) marked(id string) bool { _, ok := l.marks[id]; return ok }

func (l *list) mark(r Row, on bool) {
	if !on {
		delete(l.marks, r.ID)
		return
	}
	if l.marks == nil {
		l.marks = map[string]Row{}
	}
	l.marks[r.ID] = r
}

// marksInOrder are the marked rows as the list has them; those that it does not show any
// more come last.
func (l *list) marksInOrder() []Row {
	out := make([]Row, 0, len(l.marks))
	for _, r := range l.marks {
		out = append(out, r)
	}
	place := func(r Row) int {
		if i, ok := l.at[r.ID]; ok {
			return i
		}
		return len(l.rows)
	}
	slices.SortFunc(out, func(a, b Row) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.ID, b.ID)) })
	return out
}

// moveCell moves the cell of the table, bounded by it.
func (p *Presenter) moveCell(down, right int) {
	p.cell[0] = max(0, min(p.cell[0]+down, len(p.heat.Types)-1))
	p.cell[1] = max(0, min(p.cell[1]+right, len(p.heat.Countries)-1))
	p.Changed(Table)
}

// FilterByCell limits the list to the type and country of the cell. It reports false for
// a cell that stands for several.
func (p *Presenter) FilterByCell() bool {
	if len(p.heat.Types) == 0 || len(p.heat.Countries) == 0 {
		return false
	}
	kind, country := p.heat.Types[p.cell[0]], p.heat.Countries[p.cell[1]]
	if kind == identity.Rest || country == identity.Rest || kind == "" || country == "" {
		return false
	}
	f := identity.Filter{Words: p.list().filter.Words}
	for _, t := range p.list().filter.Terms {
		if t.Key != identity.KeyType && t.Key != identity.KeyCountry {
			f.Terms = append(f.Terms, t)
		}
	}
	f.Terms = append(f.Terms, identity.Term{Key: identity.KeyType, Op: ":", Values: []string{kind}},
		identity.Term{Key: identity.KeyCountry, Op: ":", Values: []string{country}})
	p.Type(f.String())
	return true
}

// CopyText is what y and Y copy of a row: defanged, or as received.
func CopyText(r Row, original bool) string {
	parts := []string{}
	switch {
	case r.User != nil:
		parts = []string{r.User.Name, r.User.UPN, r.User.ID}
	case r.Workload != nil:
		parts = []string{r.Workload.Name, r.Workload.AppID, r.Workload.ID}
	case r.SignIn != nil:
		parts = []string{r.SignIn.UPN, r.SignIn.IP, r.SignIn.ID}
	case r.Detection != nil:
		parts = []string{r.Detection.Type, r.Detection.UPN, r.Detection.IP, r.Detection.ID}
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	s := strings.Join(parts, "  ")
	if original {
		return s
	}
	return present.Safe(s)
}
