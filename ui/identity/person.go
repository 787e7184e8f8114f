package identity

import (
	"cmp"
	"context"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/work"
)

// PersonDeps are what the page of a person needs.
type PersonDeps struct {
	Reader func(slot int) identity.Reader
	Desk   *work.Desk
	Clock  func() present.Clock
}

// PersonPresenter is the state of the page. It belongs to the UI goroutine.
type PersonPresenter struct {
	Changed func()

	d      PersonDeps
	slot   int
	key    identity.Key
	name   string // what the page was opened for, until it is read
	show   *work.Slot
	person *identity.Person
	err    error
	stale  bool // it changed while it was read

	tab    int
	rows   [personTabs][]Line
	cursor [personTabs]int
	marks  []string // ids of sign-ins
}

// NewPerson returns a page without a person.
func NewPerson(d PersonDeps) *PersonPresenter {
	return &PersonPresenter{d: d, Changed: func() {}, show: d.Desk.Slot()}
}

// Open shows the person of a key in the tenant of a slot; name stands until it is read.
func (p *PersonPresenter) Open(slot int, k identity.Key, name string) {
	if slot != p.slot || k != p.key {
		p.person, p.marks, p.tab = nil, nil, 0
		p.cursor = [personTabs]int{}
	}
	p.slot, p.key, p.name, p.err = slot, k, name, nil
	p.build()
	p.Load()
	p.Changed()
}

// Load reads the person again.
func (p *PersonPresenter) Load() {
	var r identity.Reader
	if p.stale = false; p.d.Reader != nil {
		r = p.d.Reader(p.slot)
	}
	if r == nil || p.key == (identity.Key{}) {
		p.err = app.E(app.KindNotFound, "Nothing is known of this account here.", nil)
		return
	}
	k := p.key
	p.show.Run(func(ctx context.Context) func() {
		x, err := r.Person(ctx, k)
		return func() {
			if p.err = err; err == nil {
				p.person = &x
			}
			p.build()
			p.Changed()
			if p.stale {
				p.Load()
			}
		}
	})
}

// Leave cancels what is being read.
func (p *PersonPresenter) Leave() { p.show.Stop() }

// Event reads again when what the page shows may have changed. A read that is under way
// ends first: a stream of events must not keep it from ending.
func (p *PersonPresenter) Event(e app.Event) {
	switch {
	case p.key == (identity.Key{}) || e.Topic == app.TopicSync || e.Topic == app.TopicPosture:
	case p.show.Busy():
		p.stale = true
	default:
		p.Load()
	}
}

// Slot and Key are of the person on the page.
func (p *PersonPresenter) Slot() int         { return p.slot }
func (p *PersonPresenter) Key() identity.Key { return p.key }

// Name is the person's, for a heading.
func (p *PersonPresenter) Name() string {
	if p.person == nil {
		return present.Safe(p.name)
	}
	a := p.person.Account
	return present.Who(a.Name, a.UPN, a.ID)
}

// Do carries out a command and reports whether it is the page's.
func (p *PersonPresenter) Do(c keys.Command, page int) bool {
	if n, ok := c.Number("tab"); ok {
		p.Select(n - 1)
		return true
	}
	at := p.At()
	switch c {
	case keys.NextTab:
		p.Select((p.tab + 1) % personTabs)
	case keys.PrevTab:
		p.Select((p.tab + personTabs - 1) % personTabs)
	case keys.Down:
		p.Move(at + 1)
	case keys.Up:
		p.Move(at - 1)
	case keys.PageDown:
		p.Move(at + page)
	case keys.PageUp:
		p.Move(at - page)
	case keys.Home:
		p.Move(0)
	case keys.End:
		p.Move(len(p.rows[p.tab]) - 1)
	case keys.Mark:
		p.mark()
	default:
		return false
	}
	return true
}

// Select opens a tab.
func (p *PersonPresenter) Select(n int) {
	if n >= 0 && n < personTabs {
		p.tab = n
		p.Changed()
	}
}

// Move puts the tab's cursor on a row, bounded by the tab.
func (p *PersonPresenter) Move(i int) {
	p.cursor[p.tab] = max(0, min(i, len(p.rows[p.tab])-1))
	p.Changed()
}

// At is the cursor of the open tab.
func (p *PersonPresenter) At() int { return max(0, min(p.cursor[p.tab], len(p.rows[p.tab])-1)) }

// line is the row under the cursor.
func (p *PersonPresenter) line() (Line, bool) {
	if rows := p.rows[p.tab]; len(rows) > 0 {
		return rows[p.At()], true
	}
	return Line{}, false
}

// mark marks the sign-in under the cursor, or frees it, and goes on.
func (p *PersonPresenter) mark() {
	l, ok := p.line()
	if !ok || l.signIn == nil {
		return
	}
	had := false
	var left []string
	for _, id := range p.marks {
		if id == l.signIn.ID {
			had = true
		} else {
			left = append(left, id)
		}
	}
	if p.marks = left; !had {
		p.marks = append(p.marks, l.signIn.ID)
	}
	p.build()
	p.Move(p.At() + 1)
}

func (p *PersonPresenter) marked(id string) bool {
	for _, m := range p.marks {
		if m == id {
			return true
		}
	}
	return false
}

// Unmark frees all sign-ins and reports whether some were marked.
func (p *PersonPresenter) Unmark() bool {
	had := len(p.marks) > 0
	p.marks = nil
	if had {
		p.build()
		p.Changed()
	}
	return had
}

// MarkedSignIns are the marked ones.
func (p *PersonPresenter) MarkedSignIns() []identity.SignIn {
	var out []identity.SignIn
	if p.person != nil {
		for _, s := range p.person.SignIns {
			if p.marked(s.ID) {
				out = append(out, s)
			}
		}
	}
	return out
}

// Incident is the incident under the cursor.
func (p *PersonPresenter) Incident() (id int64, ok bool) {
	l, ok := p.line()
	return l.incident, ok && l.incident != 0
}

// Subject is the account that an action on this page concerns; ok is false before it is
// known by its object id.
func (p *PersonPresenter) Subject() (Target, bool) {
	if p.person == nil || p.person.Account.ID == "" {
		return Target{}, false
	}
	a := p.person.Account
	t := Target{User: app.Subject{Kind: app.SubjectUser, ID: a.ID, Name: cmp.Or(a.Name, a.UPN, a.ID)}}
	if l, ok := p.line(); ok && l.signIn != nil {
		t.SignIn = app.Subject{Kind: app.SubjectSignIn, ID: l.signIn.ID, Name: signInName(*l.signIn)}
	}
	return t, true
}

// More is everything about the row under the cursor.
func (p *PersonPresenter) More() []Fact {
	l, _ := p.line()
	return l.more
}

// Copy is what y and Y copy: the row under the cursor, else the person.
func (p *PersonPresenter) Copy(original bool) string {
	s := p.name
	if p.person != nil {
		a := p.person.Account
		s = a.Name + "  " + a.UPN + "  " + a.ID
	}
	if l, ok := p.line(); ok && l.copy != "" {
		s = l.copy
	}
	if original {
		return s
	}
	return present.Safe(s)
}

// Note says what went wrong, or that the page is being read.
func (p *PersonPresenter) Note() look.Cell {
	switch {
	case p.err != nil:
		return look.Cell{Text: app.Say(p.err), Tone: look.Warn}
	case p.person == nil:
		return look.D("Reading…")
	}
	return look.Cell{}
}
