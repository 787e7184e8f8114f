package incident

import (
	"context"
	"slices"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/work"
)

// Reader fetches the details of one incident from its source.
type Reader interface {
	Read(ctx context.Context, incidentID int64) error
}

// Deps are what the page needs.
type Deps struct {
	Cases   triage.Cases
	Read    Reader
	Desk    *work.Desk
	Clock   func() present.Clock
	Targets triage.Targets
	Me      app.Owner
	// Waiting are the actions of an incident that are still on their way; may be nil.
	Waiting func(context.Context, triage.Row) []outbox.Action
}

// Presenter is the state of the page. It belongs to the UI goroutine.
type Presenter struct {
	Changed func()

	d            Deps
	show, remote *work.Slot
	rawSlot      *work.Slot

	row     triage.Row
	detail  *triage.Case
	before  map[app.Field]string // what is only queued
	err     error
	reading bool
	readErr error

	tab    int
	tabs   []Tab
	cursor []int           // of each tab
	marks  map[string]bool // alerts that the next move is for, by id
	raw    string
	rawErr error
	rawOf  int64
}

// New returns a page without an incident.
func New(d Deps) *Presenter {
	return &Presenter{
		d: d, Changed: func() {}, show: d.Desk.Slot(), remote: d.Desk.Slot(), rawSlot: d.Desk.Slot(),
		cursor: make([]int, len(tabNames)),
	}
}

// Open shows an incident from its row and reads the rest.
func (p *Presenter) Open(r triage.Row) {
	if r.ID != p.row.ID {
		p.detail, p.before, p.raw, p.rawErr, p.rawOf = nil, nil, "", nil, 0
		clear(p.cursor)
		p.marks = nil
	}
	p.row, p.err, p.readErr = r, nil, nil
	p.build()
	p.load()
	p.fetch()
	p.wantRaw()
	p.Changed()
}

// Leave cancels what is being read.
func (p *Presenter) Leave() {
	p.show.Stop()
	p.remote.Stop()
	p.rawSlot.Stop()
	p.reading = false
}

func (p *Presenter) load() {
	id := p.row.ID
	p.show.Run(func(ctx context.Context) func() {
		k, err := p.d.Cases.Case(ctx, id)
		var before map[app.Field]string
		if err == nil && k.Row.Queued > 0 && p.d.Waiting != nil {
			before = present.Before(p.d.Waiting(ctx, k.Row))
		}
		return func() {
			if p.err = err; err == nil {
				p.detail, p.row, p.before = &k, k.Row, before
			}
			p.build()
			p.Changed()
		}
	})
}

// fetch asks the source for details that may be newer than the cache's.
func (p *Presenter) fetch() {
	id := p.row.ID
	p.reading = true
	p.remote.Run(func(ctx context.Context) func() {
		err := p.d.Read.Read(app.WithPriority(ctx), id)
		return func() {
			p.reading, p.readErr = false, err
			if err == nil {
				p.load()
			}
			p.Changed()
		}
	})
}

// Event reads again when the incident may have changed.
func (p *Presenter) Event(e app.Event) {
	if p.row.ID == 0 || e.Topic != app.TopicIncidents {
		return
	}
	if len(e.Incidents) == 0 || slices.Contains(e.Incidents, p.row.ID) {
		p.rawOf = 0
		p.load()
		p.wantRaw()
	}
}

func (p *Presenter) wantRaw() {
	if tabNames[p.tab] != "Raw" || p.rawOf == p.row.ID {
		return
	}
	id := p.row.ID
	p.rawSlot.Run(func(ctx context.Context) func() {
		s, err := p.d.Cases.Raw(ctx, id)
		return func() {
			p.raw, p.rawErr, p.rawOf = s, err, id
			p.build()
			p.Changed()
		}
	})
}

// Do carries out a command and reports whether it is the page's.
func (p *Presenter) Do(c keys.Command, page int) bool {
	if n, ok := c.Number("tab"); ok {
		p.Select(n - 1)
		return true
	}
	at := p.cursor[p.tab]
	switch c {
	case keys.NextTab:
		p.Select((p.tab + 1) % len(tabNames))
	case keys.PrevTab:
		p.Select((p.tab + len(tabNames) - 1) % len(tabNames))
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
		p.Move(len(p.Tab().Rows) - 1)
	default:
		return false
	}
	return true
}

// Select opens a tab.
func (p *Presenter) Select(n int) {
	if n < 0 || n >= len(tabNames) {
		return
	}
	p.tab = n
	p.wantRaw()
	p.Changed()
}

// Move puts the tab's cursor on a row, bounded by the tab.
func (p *Presenter) Move(i int) {
	i = max(0, min(i, len(p.Tab().Rows)-1))
	if i != p.cursor[p.tab] {
		p.cursor[p.tab] = i
		p.Changed()
	}
}

// Tab is the open tab, At its cursor.
func (p *Presenter) Tab() Tab { return p.tabs[p.tab] }

// At is the cursor of the open tab.
func (p *Presenter) At() int { return max(0, min(p.cursor[p.tab], len(p.Tab().Rows)-1)) }

// More is everything about the row under the cursor, or the tab's text.
func (p *Presenter) More() string {
	t := p.Tab()
	if len(t.Rows) == 0 {
		return t.Text
	}
	return t.Rows[p.At()].More
}

// Copy is what y and Y copy: the row under the cursor, or the incident's number and
// title; defanged or as received.
func (p *Presenter) Copy(original bool) string {
	t := p.Tab()
	if len(t.Rows) > 0 {
		r := t.Rows[p.At()]
		if original && r.Original != "" {
			return r.Original
		}
		return r.Copy
	}
	if original {
		return "#" + p.row.Number + " " + p.row.Title
	}
	return present.Number(p.row.Number) + " " + present.Safe(p.row.Title)
}

// Row is the incident on the page.
func (p *Presenter) Row() triage.Row { return p.row }

// Note says what is being read, what went wrong, or how old the details are.
func (p *Presenter) Note() (text string, bad bool) {
	switch {
	case p.err != nil:
		return app.Say(p.err), true
	case p.reading:
		return "Reading details from " + p.row.Ref.Source.Label() + "…", false
	case p.readErr != nil && app.KindOf(p.readErr) != app.KindCancelled:
		return app.Say(p.readErr), app.KindOf(p.readErr) != app.KindOffline
	case p.detail == nil:
		return "", false
	case p.detail.DetailsAt.IsZero():
		return "Details were not read yet.", false
	}
	return "Details as of " + p.d.Clock().Both(p.detail.DetailsAt), false
}
