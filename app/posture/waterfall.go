package posture

import (
	"cmp"
	"math"
	"slices"
)

// Delta is what the step adds to the score; negative where it takes.
func (s Step) Delta() float64 { return s.To - s.From }

// slight is less than any score is told in.
const slight = 1e-9

// Explain compares the contributions of two days. A control that is on one of them only
// counts as nothing on the other, and its step says that it came or went. Steps that move
// neither points nor maximum are left out. Scores and parts are of one model and scope;
// where a part is named twice, the later one counts.
func Explain(from, to []Part, a, b Score) Waterfall {
	w := Waterfall{Model: b.Model, Scope: b.Scope, FromDay: a.Day, ToDay: b.Day, From: a, To: b}
	steps, order := map[string]*Step{}, []string{}
	at := func(p Part) *Step {
		s := steps[p.Control]
		if s == nil {
			s = &Step{Control: p.Control}
			steps[p.Control], order = s, append(order, p.Control)
		}
		if p.Name != "" {
			s.Name = p.Name
		}
		return s
	}
	for _, p := range from {
		s := at(p)
		s.From, s.MaxFrom, s.Went = p.Current, p.Max, true
	}
	before := len(order)
	for _, p := range to {
		s := at(p)
		s.To, s.MaxTo, s.Went = p.Current, p.Max, false
	}
	for _, id := range order[before:] {
		steps[id].Came = true
	}
	for _, id := range order {
		s := *steps[id]
		if s.Name == "" {
			s.Name = s.Control
		}
		if s.Delta() != 0 || s.MaxFrom != s.MaxTo || s.Came || s.Went {
			w.Steps = append(w.Steps, s)
		}
	}
	slices.SortStableFunc(w.Steps, func(x, y Step) int {
		return cmp.Or(cmp.Compare(math.Abs(y.Delta()), math.Abs(x.Delta())), cmp.Compare(x.Name, y.Name), cmp.Compare(x.Control, y.Control))
	})
	w.Rest = b.Current - a.Current
	for _, s := range w.Steps {
		w.Rest -= s.Delta()
	}
	if math.Abs(w.Rest) < slight*max(1, math.Abs(a.Current), math.Abs(b.Current)) {
		w.Rest = 0
	}
	return w
}
