package posture

import (
	"context"
	"slices"
	"time"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	model "watchfloor/app/posture"
	"watchfloor/app/sync"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/work"
)

// Tab is one of the lists of the place.
type Tab int

// Tabs, in the order of the screen.
const (
	Scores Tab = iota
	Recommendations
	Compliance
	Contacts
	Controls
	tabs
)

var tabNames = [tabs]string{"Score", "Recommendations", "Compliance", "Contacts", "Controls (M365)"}

// Deps is what the place works with.
type Deps struct {
	// Reader reads the tenant in a slot; nil where its posture is not read.
	Reader func(slot int) model.Reader
	// Tenants are those to choose from, at least one; State is how fresh they are.
	Tenants func() []fleet.Tenant
	State   func() sync.State
	// Waiting are the actions of a slot that have not ended. It runs off the UI goroutine.
	Waiting func(ctx context.Context, slot int) []outbox.Action
	Desk    *work.Desk
	Clock   func() present.Clock
}

// Presenter is the state of the place.
type Presenter struct {
	Changed func()
	// Say shows a sentence in the status line.
	Say func(text string, bad bool)

	d      Deps
	slot   int
	tab    Tab
	list   *work.Slot // of the tab
	beside *work.Slot // of what lies beside the cursor
	loaded [tabs]bool
	err    [tabs]error
	words  [tabs]string // the filter
	stale  bool
	health model.Health

	scores     scores
	recs       recs
	compliance compliance
	contacts   contacts
	controls   controls
}

// New returns an empty place; Load fills it.
func New(d Deps) *Presenter {
	p := &Presenter{Changed: func() {}, Say: func(string, bool) {}, d: d, list: d.Desk.Slot(), beside: d.Desk.Slot()}
	p.reset()
	return p
}

// reset forgets everything about the tenant before.
func (p *Presenter) reset() {
	p.list.Stop()
	p.beside.Stop()
	p.loaded, p.err, p.words, p.health = [tabs]bool{}, [tabs]error{}, [tabs]string{}, model.Health{}
	p.scores, p.recs = newScores(), recs{order: model.ByIncrease}
	p.compliance, p.contacts, p.controls = compliance{}, contacts{}, controls{}
}

// Tenant is the one that is shown.
func (p *Presenter) Tenant() fleet.Tenant {
	all := p.d.Tenants()
	for _, t := range all {
		if t.Slot == p.slot {
			return t
		}
	}
	if len(all) > 0 {
		p.slot = all[0].Slot
		return all[0]
	}
	return fleet.Tenant{Slot: p.slot}
}

// Slot is that of the tenant that is shown.
func (p *Presenter) Slot() int { return p.slot }

// NextTenant goes on to the next tenant and forgets what is known of this one.
func (p *Presenter) NextTenant() {
	all, now := p.d.Tenants(), p.Tenant()
	if len(all) < 2 {
		p.Say("One tenant is connected.", false)
		return
	}
	at := slices.IndexFunc(all, func(t fleet.Tenant) bool { return t.Slot == now.Slot })
	p.slot = all[(at+1)%len(all)].Slot
	p.reset()
	p.Changed()
	p.Load()
}

// reader reads the tenant that is shown; nil where its posture is not read.
func (p *Presenter) reader() model.Reader {
	if p.d.Reader == nil {
		return nil
	}
	return p.d.Reader(p.Tenant().Slot)
}

var errNone = app.E(app.KindInvalid, "The posture of this tenant is not read here.", nil)

// Load reads the tab that is shown.
func (p *Presenter) Load() {
	r := p.reader()
	p.stale = false
	if r == nil {
		p.err[p.tab] = errNone
		p.Changed()
		return
	}
	switch p.tab {
	case Scores:
		p.loadScores(r)
	case Recommendations:
		p.loadRecommendations(r)
	case Compliance:
		p.loadCompliance(r)
	case Contacts:
		p.loadContacts(r)
	case Controls:
		p.loadControls(r)
	}
}

// read runs a job for the tab that is shown; take gets what it read.
func (p *Presenter) read(job func(ctx context.Context) (take func(), err error)) {
	tab := p.tab
	p.list.Run(func(ctx context.Context) func() {
		take, err := job(ctx)
		return func() {
			if app.KindOf(err) == app.KindCancelled {
				return
			}
			if p.err[tab] = err; err == nil {
				take()
				p.loaded[tab] = true
			}
			p.Changed()
			if p.stale {
				p.Load()
			}
		}
	})
}

// Stale tells that the cache changed. A read that is under way ends first.
func (p *Presenter) Stale() {
	if p.list.Busy() {
		p.stale = true
		return
	}
	p.Load()
}

// Leave stops what only matters while the place is seen.
func (p *Presenter) Leave() {
	p.list.Stop()
	p.beside.Stop()
}

// Tab is the one that is shown.
func (p *Presenter) Tab() Tab { return p.tab }

// Show opens a tab.
func (p *Presenter) Show(t Tab) {
	if t < 0 || t >= tabs || t == p.tab {
		return
	}
	p.beside.Stop()
	p.tab = t
	p.Changed()
	p.Load()
}

// Words is the filter of the tab that is shown.
func (p *Presenter) Words() string { return p.words[p.tab] }

// Type filters the tab that is shown; "" shows all.
func (p *Presenter) Type(words string) {
	if words == p.words[p.tab] {
		return
	}
	p.words[p.tab] = words
	if p.tab == Recommendations && !p.recs.inside() {
		p.Load()
		return
	}
	p.sift()
	p.Changed()
}

// sift applies the filter to what is loaded.
func (p *Presenter) sift() {
	words := p.words[p.tab]
	switch p.tab {
	case Scores:
		p.scores.sift(words)
	case Recommendations:
		p.recs.siftResources(words)
	case Compliance:
		p.compliance.sift(words)
	case Contacts:
		p.contacts.sift(words)
	case Controls:
		p.controls.sift(words)
	}
}

// Do carries out a command and reports whether it is the place's; page is how many rows
// fit.
func (p *Presenter) Do(c keys.Command, page int) bool {
	if n, ok := c.Number("tab"); ok {
		p.Show(Tab(n - 1))
		return true
	}
	switch c {
	case keys.Down, keys.Up, keys.PageDown, keys.PageUp, keys.Home, keys.End:
		step := map[keys.Command]int{keys.Down: 1, keys.Up: -1, keys.PageDown: page, keys.PageUp: -page, keys.Home: -1 << 30, keys.End: 1 << 30}[c]
		p.Move(p.Cursor() + step)
	case keys.NextTenant:
		p.NextTenant()
	case keys.Open:
		p.open()
	case keys.Sort, keys.NextGroup, keys.NextPin:
		if p.tab == Recommendations && !p.recs.inside() {
			p.narrow(c)
		} else {
			p.Say("Orders, groups and pinned risks are those of the list of recommendations: 2 shows it.", false)
		}
	case keys.NextModel, keys.PrevModel, keys.FromEarlier, keys.FromLater, keys.ToEarlier, keys.ToLater, keys.LastDrop, keys.LastMonth,
		keys.Longer, keys.Shorter, keys.NextPane, keys.PrevPane:
		if p.tab == Scores {
			p.turn(c)
		} else if c != keys.NextPane && c != keys.PrevPane {
			p.Say("Models and days are those of the scores: 1 shows them.", false)
		}
	default:
		return false
	}
	return true
}

// Back leads one step out: from a filter, from resources to their recommendation, from
// controls to their standard; ok is false where there is nothing to leave.
func (p *Presenter) Back() (ok bool) {
	switch {
	case p.Words() != "":
		p.Type("")
	case p.tab == Recommendations && p.recs.inside():
		p.recs.leave()
		p.Changed()
		p.Stale()
	case p.tab == Recommendations && p.recs.traced:
		p.recs.untrace()
		p.Show(Scores)
	case p.tab == Controls && p.controls.traced:
		p.controls.traced = false
		p.Show(Scores)
	case p.tab == Recommendations && (p.recs.pin != "" || p.recs.group != ""):
		p.recs.pin, p.recs.group = "", ""
		p.Load()
	case p.tab == Compliance && p.compliance.in != nil:
		p.compliance.leave()
		p.Changed()
		p.Stale()
	default:
		return false
	}
	return true
}

// open follows the row under the cursor to what is behind it.
func (p *Presenter) open() {
	switch p.tab {
	case Scores:
		p.openStep()
	case Recommendations:
		p.openRecommendation()
	case Compliance:
		p.openStandard()
	default:
		p.nothingBehind()
	}
}

func (p *Presenter) nothingBehind() {
	p.Say("Nothing lies behind this row; the preview has what is known.", false)
}

// Cursor is the row that is active, Len how many there are.
func (p *Presenter) Cursor() int {
	switch p.tab {
	case Scores:
		return p.scores.cursor()
	case Recommendations:
		return p.recs.at()
	case Compliance:
		return p.compliance.cursor()
	case Contacts:
		return p.contacts.at
	}
	return p.controls.at
}

// Len is how many rows the tab shows.
func (p *Presenter) Len() int {
	switch p.tab {
	case Scores:
		return p.scores.len()
	case Recommendations:
		return p.recs.len()
	case Compliance:
		return p.compliance.len()
	case Contacts:
		return len(p.contacts.shown)
	}
	return len(p.controls.shown)
}

// Move puts the cursor on a row, bounded by the list.
func (p *Presenter) Move(i int) {
	i = max(0, min(i, p.Len()-1))
	switch p.tab {
	case Scores:
		p.moveScores(i)
	case Recommendations:
		p.moveRecommendations(i)
	case Compliance:
		p.compliance.move(i)
	case Contacts:
		p.contacts.at = i
	case Controls:
		p.controls.at = i
	}
	p.Changed()
}

// now is the moment of the clock in UTC: days of scores are UTC days.
func (p *Presenter) now() time.Time { return p.d.Clock().Now.UTC() }

// Find shows a tab of a tenant with the cursor on the row of an id, once it is loaded.
func (p *Presenter) Find(slot int, t Tab, id string) {
	if slot != p.Tenant().Slot {
		p.slot = slot
		p.reset()
	}
	p.words[t] = ""
	switch t {
	case Contacts:
		p.contacts.want = id
	case Controls:
		p.controls.want = id
	}
	if t == p.tab {
		p.Load()
		return
	}
	p.Show(t)
}
