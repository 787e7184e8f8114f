package identity

import (
	"context"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/ui/work"
)

// Tab is one of the lists.
type Tab int

// Tabs, in the order of their keys.
const (
	Users Tab = iota
	Workloads
	SignIns
	Detections
	tabs
)

var tabNames = [tabs]string{"Users at risk", "Workloads", "Sign-ins", "Detections"}

// things names the rows of a tab, one and several.
var things = [tabs][2]string{{"user", "users"}, {"workload", "workloads"}, {"sign-in", "sign-ins"}, {"detection", "detections"}}

// sources are where the rows of a tab come from.
var sources = [tabs]app.SourceID{app.EntraRisk, app.EntraRisk, app.SignIns, app.EntraRisk}

// Row is a row of any tab: one of the pointers is set.
type Row struct {
	ID string
	// Moved marks a row that a later read did not find where it was: it has changed, and
	// stands elsewhere in the list or not in it at all.
	Moved     bool
	User      *identity.UserRow
	Workload  *identity.WorkloadRow
	SignIn    *identity.SignInRow
	Detection *identity.Detection
}

// order is a way to sort a tab.
type order struct {
	key   string
	down  bool
	words string
}

// orders of each tab, in the order of the key that goes through them.
var orders = [tabs][]order{
	{{identity.ByRisk, true, "most at risk first"}, {identity.ByTime, false, "last change first"}, {identity.ByDetections, true, "most detections first"}, {identity.ByUser, false, "by name"}, {identity.ByState, false, "by state"}},
	{{identity.ByRisk, true, "most at risk first"}, {identity.ByTime, false, "last change first"}, {identity.ByDetections, true, "most detections first"}, {identity.ByUser, false, "by name"}, {identity.ByState, false, "by state"}},
	{{"", false, "newest first"}, {"", true, "oldest first"}, {identity.ByRisk, true, "most at risk first"}, {identity.ByUser, false, "by user"}, {identity.ByApp, false, "by app"}, {identity.ByIP, false, "by address"}, {identity.ByCountry, false, "by country"}},
	{{"", false, "newest first"}, {"", true, "oldest first"}, {identity.ByRisk, true, "most at risk first"}, {identity.ByType, false, "by type"}, {identity.ByUser, false, "by user"}, {identity.ByCountry, false, "by country"}, {identity.ByState, false, "by state"}},
}

// list is one tab's rows and how they were asked for.
type list struct {
	slot    *work.Slot
	text    string
	filter  identity.Filter
	problem string
	sort    int

	rows          []Row
	at            map[string]int // index by id
	next          string
	total, hidden int
	cursor        int
	wanted        string // id to put the cursor on after the next load
	loaded        bool
	err           error
	arrived       int  // new rows that wait
	stale         bool // an event came while a read was on its way
	marks         map[string]Row
}

const (
	pageSize  = 200
	refreshed = 500 // rows of one read that brings rows up to date
	lookAhead = 30
)

// page is what one read of a tab brought.
type page struct {
	rows          []Row
	next          string
	total, hidden int
}

// read asks for a window of a tab. It runs off the UI goroutine.
func read(ctx context.Context, r identity.Reader, tab Tab, q identity.Query) (page, error) {
	switch tab {
	case Users:
		w, err := r.Users(ctx, q)
		return paged(w, func(u *identity.UserRow) Row { return Row{ID: u.ID, User: u} }), err
	case Workloads:
		w, err := r.Workloads(ctx, q)
		return paged(w, func(x *identity.WorkloadRow) Row { return Row{ID: x.ID, Workload: x} }), err
	case SignIns:
		w, err := r.SignIns(ctx, q)
		return paged(w, func(s *identity.SignInRow) Row { return Row{ID: s.ID, SignIn: s} }), err
	}
	w, err := r.Detections(ctx, q)
	return paged(w, func(d *identity.Detection) Row { return Row{ID: d.ID, Detection: d} }), err
}

func paged[T any](w identity.Window[T], row func(*T) Row) page {
	p := page{rows: make([]Row, len(w.Rows)), next: w.Next, total: w.Total, hidden: w.Hidden}
	for i := range w.Rows {
		p.rows[i] = row(&w.Rows[i])
	}
	return p
}

// query is what the list shows.
func (l *list) query(tab Tab) identity.Query {
	o := orders[tab][l.sort]
	return identity.Query{Filter: l.filter, Sort: o.key, Down: o.down, Limit: pageSize}
}

// begin shows the first page; the cursor stays on its row where that is still there.
func (l *list) begin(p page) {
	l.rows, l.at, l.next, l.total, l.hidden = nil, map[string]int{}, p.next, p.total, p.hidden
	l.loaded, l.err, l.arrived = true, nil, 0
	l.add(p.rows)
	l.cursor = min(0, len(l.rows)-1)
	if i, ok := l.at[l.wanted]; ok {
		l.cursor = i
	}
}

// add puts rows at the end. A row that is there already is brought up to date.
func (l *list) add(rows []Row) {
	for _, r := range rows {
		if i, ok := l.at[r.ID]; ok && r.ID != "" {
			l.rows[i] = r
			continue
		}
		l.at[r.ID] = len(l.rows)
		l.rows = append(l.rows, r)
	}
}

// renew brings rows up to date where they are; those that the list does not have yet
// wait, those that are not found any more are marked. p may go on behind the list, by as
// many rows as may have moved there.
func (l *list) renew(p page) {
	l.total, l.hidden, l.err, l.arrived = p.total, p.hidden, nil, 0
	found := make(map[string]bool, len(p.rows))
	for _, r := range p.rows {
		found[r.ID] = true
	}
	for i := range l.rows[:min(len(l.rows), refreshed-lookAhead)] {
		l.rows[i].Moved = !found[l.rows[i].ID] && (p.next == "" || i < len(p.rows)-lookAhead)
	}
	if p.next != "" && len(p.rows) > len(l.rows) {
		p.rows = p.rows[:len(l.rows)] // what is behind them was not shown yet
	}
	for _, r := range p.rows {
		if i, ok := l.at[r.ID]; ok {
			l.rows[i] = r
		} else {
			l.arrived++
		}
		if _, ok := l.marks[r.ID]; ok {
			l.marks[r.ID] = r
		}
	}
}

func (l *list) current() (Row, bool) {
	if l.cursor < 0 || l.cursor >= len(l.rows) {
		return Row{}, false
	}
	return l.rows[l.cursor], true
}

// setText reads a filter line. What is wrong with it is said, and what stands before it
// holds.
func (l *list) setText(s string, parse Parse, now time.Time) {
	l.text = s
	l.problem = ""
	f, err := parse(s, now)
	if err != nil {
		l.problem = app.Say(err)
	}
	for rest := s; err != nil && rest != ""; {
		rest = strings.TrimSpace(rest)
		rest = rest[:max(0, strings.LastIndexByte(rest, ' '))]
		f, err = parse(rest, now)
	}
	l.filter = f
}
