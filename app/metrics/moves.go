package metrics

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/posture"
)

// Moves explain what moved the secure scores between two days: a waterfall for each model.
type Moves struct {
	Period      Slot
	Panels      []MovePanel // at least one
	AsOf, Since time.Time

	src PostureSource
}

// MovePanel is the waterfall of one model, all scopes together.
type MovePanel struct {
	Model  posture.Model
	Scopes int
	// FromDay and ToDay are those of the scores compared.
	FromDay, ToDay time.Time
	// Bars are empty without a score, and one where a single day is kept.
	Bars []Bar
}

// Bar is one bar of a waterfall: it stands on From and ends at To. Total marks the first
// and the last, which are scores and stand on zero.
type Bar struct {
	Name     string
	From, To float64
	Total    bool
	// Step is the control's move summed over the scopes; of several small ones, and of
	// what no control explains, it has no Control.
	Step   posture.Step
	Merged int // how many moves a bar of small ones holds
}

var (
	_ Listed = Moves{}
	_ Named  = Moves{}
)

// mostSteps is how many controls have a bar of their own.
const mostSteps = 9

// MovesDefinition says how the figures are counted, as printed under the chart.
const MovesDefinition = "Points that each control added to or took from the secure score between two days, the last ones at or before those of the period that a score is kept of, each model by itself. " +
	"Points of several subscriptions are added. A control that is on one day only came or went; what no control explains is the rest."

// LoadMoves compares the first with the last of the last n UTC days.
func LoadMoves(ctx context.Context, src PostureSource, n int, now time.Time) (Moves, error) {
	out := Moves{Period: period(n, now), src: src}
	if src == nil {
		return out.or(), nil
	}
	var err error
	if out.AsOf, out.Since, err = src.PostureKnown(ctx); err != nil {
		return Moves{}, err
	}
	lines, err := src.Lines(ctx, out.Period.First, out.Period.Last)
	if err != nil {
		return Moves{}, err
	}
	type place struct {
		model posture.Model
		scope string
	}
	seen := map[place]bool{}
	falls := map[posture.Model][]posture.Waterfall{}
	var models []posture.Model
	for _, s := range lines {
		if k := (place{s.Model, s.Scope}); !seen[k] {
			seen[k] = true
			w, err := src.Waterfall(ctx, s.Model, s.Scope, out.Period.First, out.Period.Last)
			if err != nil {
				return Moves{}, err
			}
			if falls[s.Model] == nil {
				models = append(models, s.Model)
			}
			falls[s.Model] = append(falls[s.Model], w)
		}
	}
	for _, m := range models {
		out.Panels = append(out.Panels, newMoves(m, falls[m]))
	}
	return out.or(), nil
}

func (m Moves) or() Moves {
	if len(m.Panels) == 0 {
		m.Panels = []MovePanel{{Model: posture.CloudClassic}}
	}
	return m
}

// newMoves adds the waterfalls of a model's scopes up.
func newMoves(m posture.Model, falls []posture.Waterfall) MovePanel {
	p := MovePanel{Model: m, Scopes: len(falls)}
	from, to, rest := 0.0, 0.0, 0.0
	sum, order := map[string]*posture.Step{}, []*posture.Step{}
	for i, w := range falls {
		if i == 0 || w.FromDay.Before(p.FromDay) {
			p.FromDay = w.FromDay
		}
		if w.ToDay.After(p.ToDay) {
			p.ToDay = w.ToDay
		}
		from, to, rest = from+w.From.Current, to+w.To.Current, rest+w.Rest
		for _, s := range w.Steps {
			k := strings.ToLower(s.Control)
			t := sum[k]
			if t == nil {
				t = &posture.Step{Control: s.Control, Name: s.Name, Came: true, Went: true}
				sum[k], order = t, append(order, t)
			}
			t.From, t.To, t.MaxFrom, t.MaxTo = t.From+s.From, t.To+s.To, t.MaxFrom+s.MaxFrom, t.MaxTo+s.MaxTo
			t.Came, t.Went = t.Came && s.Came, t.Went && s.Went
		}
	}
	slices.SortStableFunc(order, func(a, b *posture.Step) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Delta()), math.Abs(a.Delta())), cmp.Compare(a.Name, b.Name))
	})
	p.Bars = []Bar{{Name: "On " + p.FromDay.Format("2 Jan 2006"), To: from, Total: true}}
	if p.ToDay.Equal(p.FromDay) {
		return p // one day only is kept: there is nothing to compare
	}
	at := from
	grow := func(b Bar, by float64) {
		b.From, b.To = at, at+by
		at = b.To
		p.Bars = append(p.Bars, b)
	}
	small, merged := 0.0, 0
	for i, s := range order {
		if i < mostSteps && math.Abs(s.Delta()) >= 0.005 {
			grow(Bar{Name: s.Name, Step: *s}, s.Delta())
		} else {
			small, merged = small+s.Delta(), merged+1
		}
	}
	if math.Abs(small) >= 0.005 {
		grow(Bar{Name: many(merged, "smaller move"), Merged: merged}, small)
	}
	if math.Abs(rest) >= 0.005 {
		grow(Bar{Name: "No control explains it"}, rest)
	}
	p.Bars = append(p.Bars, Bar{Name: "On " + p.ToDay.Format("2 Jan 2006"), To: to, Total: true})
	return p
}

// Kind implements Chart.
func (Moves) Kind() Kind { return ScoreMoves }

// About implements Chart.
func (m Moves) About() About {
	n := 0
	for _, p := range m.Panels {
		for _, b := range p.Bars {
			if !b.Total {
				n += max(1, b.Merged)
			}
		}
	}
	return About{Title: "What moved the secure score", Definition: MovesDefinition, N: "n = " + many(n, "move"), Zone: "UTC", AsOf: m.AsOf, Since: m.Since}
}

// Len implements Chart: the bars of the longest panel.
func (m Moves) Len() int {
	n := 0
	for _, p := range m.Panels {
		n = max(n, len(p.Bars))
	}
	return n
}

// Slot implements Chart.
func (m Moves) Slot(int) Slot { return m.Period }

// Series implements Chart: one a model.
func (m Moves) Series() []string {
	var out []string
	for _, p := range m.Panels {
		out = append(out, p.Model.Label())
	}
	return out
}

func (m Moves) bar(series, point int) (Bar, bool) {
	if bars := m.Panels[series].Bars; point < len(bars) {
		return bars[point], true
	}
	return Bar{}, false
}

// PointName implements Named.
func (m Moves) PointName(series, point int) string {
	b, _ := m.bar(series, point)
	return b.Name
}

// Words implements Chart.
func (m Moves) Words(series, point int) string {
	b, ok := m.bar(series, point)
	if !ok {
		return m.Panels[series].Model.Label() + " has no further bar."
	}
	words := m.Panels[series].Model.Label() + ", " + b.Name + ": "
	if b.Total {
		return words + Points(b.To) + " points."
	}
	words += signed(b.To-b.From) + " points"
	if s := b.Step; s.Name != "" {
		words += fmt.Sprintf(", from %s of %s to %s of %s", Points(s.From), Points(s.MaxFrom), Points(s.To), Points(s.MaxTo))
		if s.Came {
			words += "; it came"
		}
		if s.Went {
			words += "; it went"
		}
	}
	return words + "."
}

// Behind implements Chart: the control that moved.
func (m Moves) Behind(series, point int) (string, int) {
	if b, ok := m.bar(series, point); ok && b.Step.Control != "" {
		return "", 1
	}
	return "", 0
}

// Rows implements Listed: the recommendations of the control with their resources, or the
// control alone where the model has no recommendations.
func (m Moves) Rows(ctx context.Context, series, point int) (Rows, error) {
	b, _ := m.bar(series, point)
	if b.Step.Control == "" || m.src == nil {
		return Rows{}, app.E(app.KindNotFound, "No control is behind this figure.", nil)
	}
	if m.Panels[series].Model != posture.CloudClassic {
		out := Rows{Title: b.Name, Header: []string{"Control", "From", "of", "To", "of"}}
		out.add(b.Name, Points(b.Step.From), Points(b.Step.MaxFrom), Points(b.Step.To), Points(b.Step.MaxTo))
		return out, nil
	}
	all, err := m.src.Recommendations(ctx, posture.Ask{Control: b.Step.Control, Healthy: true})
	if err != nil {
		return Rows{}, err
	}
	return advised("Recommendations of "+b.Name, all), nil
}

// Table implements Chart.
func (m Moves) Table() [][]string {
	header := []string{"model", "bar", "from day", "to day", "points before", "points after", "change", "maximum before", "maximum after", "came", "went"}
	var rows [][]string
	for _, p := range m.Panels {
		for _, b := range p.Bars {
			r := []string{p.Model.Label(), b.Name, isoDay(p.FromDay), isoDay(p.ToDay), "", "", "", "", "", "", ""}
			switch s := b.Step; {
			case b.Total:
				r[5] = Points(b.To)
			case s.Name == "":
				r[6] = Points(b.To - b.From)
			default:
				r = append(r[:4], Points(s.From), Points(s.To), Points(s.Delta()), Points(s.MaxFrom), Points(s.MaxTo), fmt.Sprint(s.Came), fmt.Sprint(s.Went))
			}
			rows = append(rows, r)
		}
	}
	return table(m, append(header, "n"), rows, m.About().N)
}
