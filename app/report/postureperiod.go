package report

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"watchfloor/app/posture"
)

// PosturePeriod is how posture moved within a period of days. Scores of different models
// stand apart: they do not compare.
type PosturePeriod struct {
	Period
	At              time.Time // of the snapshot
	Moves           []posture.Waterfall
	Recommendations []posture.Recommendation
	Pins            []posture.Pinned
	Standards       []posture.Standard
	Contacts        []posture.Contact
	Health          posture.Health
}

// ReadPosturePeriod reads a period of posture. A scope without a score at both ends has a
// move from and to what there is.
func ReadPosturePeriod(ctx context.Context, r posture.Reader, p Period, now time.Time) (PosturePeriod, error) {
	out := PosturePeriod{Period: p, At: now}
	latest, err := r.Latest(ctx)
	if err != nil {
		return out, err
	}
	for _, s := range latest {
		w, err := r.Waterfall(ctx, s.Model, s.Scope, p.From, p.To)
		if err != nil {
			return out, err
		}
		w.To.ScopeName = s.ScopeName
		out.Moves = append(out.Moves, w)
	}
	if out.Recommendations, err = r.Recommendations(ctx, posture.Ask{Order: posture.ByIncrease}); err != nil {
		return out, err
	}
	if out.Pins, err = r.Pins(ctx, max(1, int(p.To.Sub(p.From).Hours()/24))); err != nil {
		return out, err
	}
	if out.Standards, err = r.Standards(ctx); err != nil {
		return out, err
	}
	if out.Contacts, err = r.Contacts(ctx); err != nil {
		return out, err
	}
	out.Health, err = r.AlertHealth(ctx)
	return out, err
}

// CSV writes the recommendations that are open now.
func (p PosturePeriod) CSV(w io.Writer) error { return Recommendations(p.Recommendations).CSV(w) }

// JSON writes the moves of the scores, step by step, and the lists.
func (p PosturePeriod) JSON(w io.Writer, meta Meta) error {
	type step struct {
		Control string  `json:"control"`
		Name    string  `json:"name"`
		From    float64 `json:"from"`
		To      float64 `json:"to"`
	}
	type move struct {
		Model   string  `json:"model"`
		Scope   string  `json:"scope"`
		FromDay string  `json:"fromDay"`
		ToDay   string  `json:"toDay"`
		From    float64 `json:"from"`
		MaxFrom float64 `json:"maximumFrom"`
		To      float64 `json:"to"`
		MaxTo   float64 `json:"maximumTo"`
		Steps   []step  `json:"steps"`
		Rest    float64 `json:"unexplained"`
	}
	out := struct {
		From            time.Time   `json:"from"`
		To              time.Time   `json:"to"`
		At              time.Time   `json:"snapshot"`
		Moves           []move      `json:"scores"`
		Recommendations []record    `json:"recommendations"`
		Standards       []record    `json:"standards"`
		Contacts        []record    `json:"contacts"`
		Audit           []auditJSON `json:"audit,omitempty"`
	}{
		From: p.From.UTC(), To: p.To.UTC(), At: p.At.UTC(), Moves: []move{}, Recommendations: Recommendations(p.Recommendations).records(),
		Standards: Standards(p.Standards).records(), Contacts: Contacts(p.Contacts).records(), Audit: auditsJSON(meta),
	}
	for _, m := range p.Moves {
		x := move{
			Model: inert(m.Model.Label()), Scope: inert(m.Scope), FromDay: day(m.FromDay), ToDay: day(m.ToDay), From: finite(m.From.Current),
			MaxFrom: finite(m.From.Max), To: finite(m.To.Current), MaxTo: finite(m.To.Max), Rest: finite(m.Rest), Steps: []step{},
		}
		for _, s := range m.Steps {
			x.Steps = append(x.Steps, step{inert(s.Control), inert(s.Name), finite(s.From), finite(s.To)})
		}
		out.Moves = append(out.Moves, x)
	}
	return WriteJSON(w, out)
}

// finite is a number that JSON can hold.
func finite(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

// Report is the period as a document.
func (p PosturePeriod) Report(m Meta) Document {
	tenant := inert(m.Tenant)
	d := Document{Kind: "Posture", Over: "Posture" + prefixed(" · ", tenant), Title: periodWords(p.Period), Tenant: tenant, At: m.At, Foot: foot(m, "")}
	for _, c := range p.Contacts {
		if missing := c.Missing(); len(missing) > 0 {
			d.Notices = append(d.Notices, orWords(inert(c.Name), inert(c.Subscription))+": "+inert(strings.Join(missing, "; "))+".")
		}
	}
	if p.Health.Alone > 0 {
		d.Notices = append(d.Notices, fmt.Sprintf("%d of %s of Defender for Cloud never became an incident.", p.Health.Alone, plural(p.Health.Alerts, "alert")))
	}
	d.list("Scores", "each model by itself: their points do not compare", p.scores())
	for _, w := range p.Moves {
		if len(w.Steps) > 0 || w.Rest != 0 {
			scope := inert(w.To.ScopeName)
			if scope == w.Model.Label() {
				scope = "" // the model has one scope, which the service names like it
			}
			d.add("Why "+inert(w.Model.Label())+prefixed(" of ", scope)+" moved", signed(w.To.Current-w.From.Current)+" points", steps(w),
				Remark("Each control's points on the first and the last day seen within the period; what no control explains is told as rest."))
		}
	}
	d.list("The six risks to mend first", "unhealthy resources now", p.pins())
	const most = 30
	d.list("Recommendations with unhealthy resources", cutWords(min(len(p.Recommendations), most), len(p.Recommendations), "largest potential increase first"), p.recommendations(most))
	d.list("Compliance", "as Defender for Cloud counts", p.standards())
	d.list("Who is notified", plural(len(p.Contacts), "subscription"), p.contacts())
	d.audit(m)
	return d
}

// signed is a number with its sign.
func signed(f float64) string {
	s := figure(f)
	if f > 0 {
		return "+" + s
	}
	return s
}

func percent(s posture.Score) string {
	p, ok := s.Percent()
	if !ok {
		return "—"
	}
	return figure(math.Round(p*10)/10) + " %"
}

func (p PosturePeriod) scores() Table {
	t := Table{Columns: []Column{{Title: "Model", Share: 26}, {Title: "Scope", Share: 24}, {Title: "From", Share: 20, Right: true}, {Title: "To", Share: 20, Right: true}, {Title: "Move", Share: 10, Right: true}}}
	end := func(s posture.Score, at time.Time) Cell {
		if at.IsZero() {
			return Cell{Text: "—", Small: "no score kept"}
		}
		return Cell{Text: percent(s), Small: figure(s.Current) + " of " + figure(s.Max) + ", " + day(at)}
	}
	for _, w := range p.Moves {
		t.Rows = append(t.Rows, []Cell{line(w.Model.Label()), line(orWords(w.To.ScopeName, w.Scope)), end(w.From, w.FromDay), end(w.To, w.ToDay), ours(signed(w.To.Current - w.From.Current))})
	}
	return t
}

func steps(w posture.Waterfall) Table {
	t := Table{Columns: []Column{{Title: "Control", Share: 50}, {Title: "From", Share: 16, Right: true}, {Title: "To", Share: 16, Right: true}, {Title: "Move", Share: 16, Right: true}}}
	for _, s := range w.Steps {
		name := line(orWords(s.Name, s.Control))
		switch {
		case s.Came:
			name.Small = "new within the period"
		case s.Went:
			name.Small = "gone within the period"
		}
		t.Rows = append(t.Rows, []Cell{name, ours(figure(s.From)), ours(figure(s.To)), ours(signed(s.Delta()))})
	}
	if w.Rest != 0 {
		t.Rows = append(t.Rows, []Cell{ours("Rest"), {}, {}, ours(signed(w.Rest))})
	}
	return t
}

func (p PosturePeriod) pins() Table {
	t := Table{Columns: []Column{{Title: "Risk", Share: 50}, {Title: "First day", Share: 25, Right: true}, {Title: "Now", Share: 25, Right: true}}}
	for _, x := range p.Pins {
		first := "—"
		if len(x.Trend) > 0 {
			first = strconv.Itoa(x.Trend[0].N)
		}
		t.Rows = append(t.Rows, []Cell{line(string(x.Pin)), ours(first), {Text: strconv.Itoa(x.Unhealthy), Strong: x.Unhealthy > 0}})
	}
	return t
}

func (p PosturePeriod) recommendations(most int) Table {
	t := Table{Columns: []Column{{Title: "Recommendation", Share: 44}, {Title: "Group", Share: 14}, {Title: "Unhealthy", Share: 12, Right: true}, {Title: "Increase", Share: 12, Right: true}, {Title: "Owner", Share: 18}}}
	for _, r := range p.Recommendations[:min(len(p.Recommendations), most)] {
		owner := Cell{Text: inert(r.Owner)}
		if !r.Due.IsZero() {
			if owner.Small = "due " + day(r.Due); r.Due.Before(p.At) {
				owner.Small = "overdue since " + day(r.Due)
			}
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: inert(r.Title), Small: inert(r.Severity)},
			line(string(r.Group)), ours(fmt.Sprintf("%d of %d", r.Unhealthy, r.Unhealthy+r.Healthy)),
			ours(figure(r.Increase)), owner,
		})
	}
	return t
}

func (p PosturePeriod) standards() Table {
	t := Table{Columns: []Column{{Title: "Subscription", Share: 34}, {Title: "Standard", Share: 30}, {Title: "Passed", Share: 12, Right: true}, {Title: "Failed", Share: 12, Right: true}, {Title: "Skipped", Share: 12, Right: true}}}
	for _, s := range p.Standards {
		t.Rows = append(t.Rows, []Cell{line(s.Subscription), line(s.ID), ours(strconv.Itoa(s.Passed)), ours(strconv.Itoa(s.Failed)), ours(strconv.Itoa(s.Skipped))})
	}
	return t
}

func (p PosturePeriod) contacts() Table {
	t := Table{Columns: []Column{{Title: "Subscription", Share: 26}, {Title: "E-mails", Share: 34}, {Title: "Missing", Share: 40}}}
	for _, c := range p.Contacts {
		t.Rows = append(t.Rows, []Cell{line(orWords(c.Name, c.Subscription)), list(c.Emails), list(c.Missing())})
	}
	return t
}
