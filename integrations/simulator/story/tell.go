package story

import (
	"fmt"
	"strings"
	"time"
)

// Head is the head of an incident as the detection wrote it, before people edited it.
type Head struct {
	Title, Description string
	Scenario           string // "" for noise
	Severity           Severity
	Tactics            []string // Sentinel's names
	Rule               string   // display name of the first rule
	Products           []Product
	Tags               []string
	Score              int // 0 to 100
	Alerts             int
}

// Head tells the head of an incident.
func (w *World) Head(p Plan) Head {
	st := w.stage(p)
	c := w.cast(p.Campaign)
	h := Head{
		Title: w.title(p, st, c), Description: c.say(st.desc), Severity: st.sev,
		Tactics: strings.Fields(st.tactics), Rule: st.alerts[0].title, Alerts: w.alertCount(p, st),
	}
	for _, a := range st.alerts {
		h.Products = appendNew(h.Products, a.product)
	}
	d := newDice(p.Seed, "head")
	h.Score = []int{8, 24, 48, 78}[st.sev] + d.n(20)
	switch {
	case p.Sort == SortScenario:
		h.Scenario = scenarios[p.Template].name
		h.Score = min(100, h.Score+6)
		if d.chance(0.4) {
			h.Tags = []string{fmt.Sprintf("campaign-%04x", p.Campaign>>48)}
		}
	case d.chance(0.08):
		h.Tags = []string{pick(d, []string{"tuning", "vip", "test", "night shift", "needs-review"})}
	}
	return h
}

// Title tells only the title.
func (w *World) Title(p Plan) string {
	st := w.stage(p)
	return w.title(p, st, w.cast(p.Campaign))
}

func (w *World) title(p Plan, st *stage, c *cast) string {
	if p.Sort == SortHostile {
		return hostile[p.Template]
	}
	return c.say(st.title)
}

// Severity tells only the severity.
func (w *World) Severity(p Plan) Severity { return w.stage(p).sev }

// AlertCount tells how many alerts an incident has.
func (w *World) AlertCount(p Plan) int { return w.alertCount(p, w.stage(p)) }

// alertCount: noise that fires often repeats its alert.
func (w *World) alertCount(p Plan, st *stage) int {
	n := len(st.alerts)
	if p.Sort == SortNoise {
		n += newDice(p.Seed, "alerts").n(12) / 9
	}
	return n
}

func appendNew[T comparable](s []T, v T) []T {
	for _, x := range s {
		if x == v {
			return s
		}
	}
	return append(s, v)
}

// Alert is one detection within an incident.
type Alert struct {
	Title, Description string
	Product            Product
	Severity           Severity
	Tactic             string
	Techniques         []string
	Created            time.Time
	First, Last        time.Time
	Things             []Thing
	Remediation        string
}

// Alerts tells the alerts of an incident created at the given time, oldest first.
func (w *World) Alerts(p Plan, created, last time.Time) []Alert {
	st := w.stage(p)
	c := w.cast(p.Campaign)
	n := w.alertCount(p, st)
	out := make([]Alert, n)
	tactics, techs := strings.Fields(st.tactics), strings.Fields(st.techs)
	d := newDice(p.Seed, "alert times")
	for i := range out {
		plot := st.alerts[i%len(st.alerts)]
		a := &out[i]
		a.Title, a.Product, a.Severity = c.say(plot.title), plot.product, st.sev
		if i > 0 && a.Severity > Low {
			a.Severity--
		}
		a.Description = c.say(st.desc)
		a.Tactic, a.Techniques = tactics[i%len(tactics)], techs
		a.Created = created
		if i > 0 && n > 1 {
			a.Created = created.Add(last.Sub(created) * time.Duration(i) / time.Duration(n-1))
		}
		a.Last = a.Created.Add(-time.Duration(30+d.n(300)) * time.Second)
		a.First = a.Last.Add(-time.Duration(d.n(5400)) * time.Second)
		for _, role := range strings.Fields(plot.things) {
			a.Things = append(a.Things, c.get(role))
		}
		a.Remediation = "Check what the entities did before and after, contain what is compromised, and record the verdict."
	}
	return out
}

// Note is a comment that somebody wrote.
type Note struct {
	Author Person
	Text   string
	At     time.Time
}

// Notes tells the comments of an incident, oldest first.
func (w *World) Notes(p Plan, l Life) []Note {
	var out []Note
	if l.Owner < 0 || l.AutomaticallyDone {
		return nil
	}
	d := newDice(p.Seed, "notes")
	c := w.cast(p.Campaign)
	who := w.analysts[l.Owner]
	if !l.CommentedAt.IsZero() {
		out = append(out, Note{who, c.say(pick(d, firstNotes)), l.CommentedAt})
		if p.Sort == SortScenario && d.chance(0.5) && !l.ClosedAt.IsZero() {
			out = append(out, Note{w.analysts[w.onDuty(d)], c.say(pick(d, laterNotes)), l.CommentedAt.Add(l.ClosedAt.Sub(l.CommentedAt) / 2)})
		}
	}
	if !l.Reopened.IsZero() {
		out = append(out, Note{w.analysts[w.onDuty(d)], "Reopened: the same activity came back.", l.Reopened})
	}
	return out
}

var firstNotes = []string{
	"Looking at this one.",
	"Called {user1}; waiting for an answer.",
	"Same source as last week, see the earlier incident.",
	"{ip1} is not in our allow list. Checking the proxy logs.",
	"Sessions revoked, password reset, MFA methods reviewed.",
	"{user1} confirms the activity. Asking the team lead too.",
}

var laterNotes = []string{
	"No further activity from {ip1} in 24 hours.",
	"Scope: {user1} only. Other recipients did not click.",
	"Handed over to the day shift, artefacts are in the case folder.",
	"Machine reimaged and returned.",
}

// ClosingNote tells what was written when the incident was closed.
func (w *World) ClosingNote(p Plan, l Life) string {
	if l.Status != Closed {
		return ""
	}
	if l.AutomaticallyDone {
		return "Closed by automation rule: known benign pattern."
	}
	d := newDice(p.Seed, "closing")
	switch l.Class {
	case TruePositive:
		return pick(d, []string{"Contained and cleaned.", "Confirmed; accounts reset, artefacts blocked.", "Confirmed. Lessons noted for the weekly review."})
	case FalsePositive:
		return pick(d, []string{"Rule too wide; tuning requested.", "Data of the connector was late.", "Nothing behind it."})
	case BenignPositive:
		return pick(d, []string{"Confirmed with the owner of the account.", "Scheduled job.", "Penetration test, announced."})
	}
	return ""
}

// Step is a task of the incident's work list.
type Step struct {
	Title string
	Done  bool
}

// Steps tells the tasks of an incident.
func (w *World) Steps(p Plan, l Life) []Step {
	st := w.stage(p)
	c := w.cast(p.Campaign)
	var out []Step
	for i, t := range st.tasks {
		out = append(out, Step{c.say(t), l.Status == Closed || l.Status == Active && i == 0})
	}
	return out
}

// Query tells the hunting query that was bookmarked to the incident, "" for none.
func (w *World) Query(p Plan) string {
	st := w.stage(p)
	return w.cast(p.Campaign).say(st.bookmark)
}

// Scenarios names the attacks that can happen.
func Scenarios() []string {
	out := make([]string, len(scenarios))
	for i, s := range scenarios {
		out[i] = s.name
	}
	return out
}

// HasQuery reports whether Query has something to tell.
func (w *World) HasQuery(p Plan) bool { return w.stage(p).bookmark != "" }
