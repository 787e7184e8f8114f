package metrics

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"watchfloor/app/posture"
)

// Scores are secure scores by UTC day, each model in a panel of its own.
type Scores struct {
	Slots       []Slot
	Panels      []ScorePanel // at least one
	AsOf, Since time.Time
}

// ScorePanel is one model over all its scopes.
type ScorePanel struct {
	Model posture.Model
	Days  []ScoreDay // of the length of Slots
}

// ScoreDay is a model's score on a day.
type ScoreDay struct {
	// Seen is true where a score of this very day is kept.
	Seen bool
	// Current and Max are points of all scopes, Percent their weighted share; Rated is
	// false where no scope has a maximum.
	Current, Max, Percent float64
	Rated                 bool
	Scores                []posture.Score
}

var _ Listed = Scores{}

// carry is for how long a scope's last score stands for days on which it was not seen,
// while others were.
const carry = 7

// ScoresDefinition says how the figures are counted, as printed under the chart.
const ScoresDefinition = "Secure score by UTC day as the service gave it, in per cent of its maximum, each model in its own panel: they are different arithmetic and are not comparable. " +
	"Several subscriptions are weighted as the service weighs them; one that was not seen on a day counts with its last score for at most 7 days. " +
	"The stepped line is the maximum in points, which moves when controls come and go."

// LoadScores reads the last n UTC days.
func LoadScores(ctx context.Context, src PostureSource, n int, now time.Time) (Scores, error) {
	var out Scores
	for _, d := range utcDays(n, now) {
		out.Slots = append(out.Slots, Slot{First: d, Last: d, Complete: true, Known: true})
	}
	if src == nil {
		return out.or(), nil
	}
	first := out.Slots[0].First
	lines, err := src.Lines(ctx, first.AddDate(0, 0, -carry), out.Slots[len(out.Slots)-1].First)
	if err != nil {
		return Scores{}, err
	}
	if out.AsOf, out.Since, err = src.PostureKnown(ctx); err != nil {
		return Scores{}, err
	}
	for len(lines) > 0 {
		k := slices.IndexFunc(lines, func(s posture.Score) bool { return s.Model != lines[0].Model })
		if k < 0 {
			k = len(lines)
		}
		out.Panels = append(out.Panels, newPanel(lines[0].Model, lines[:k], out.Slots))
		lines = lines[k:]
	}
	out.Panels = slices.DeleteFunc(out.Panels, func(p ScorePanel) bool {
		return !slices.ContainsFunc(p.Days, func(d ScoreDay) bool { return d.Seen })
	})
	return out.or(), nil
}

// or gives an empty chart a panel to say so in.
func (s Scores) or() Scores {
	if len(s.Panels) == 0 {
		s.Panels = []ScorePanel{{Model: posture.CloudClassic, Days: make([]ScoreDay, len(s.Slots))}}
	}
	return s
}

func newPanel(m posture.Model, lines []posture.Score, slots []Slot) ScorePanel {
	out := ScorePanel{Model: m}
	for _, slot := range slots {
		var d ScoreDay
		for i, s := range lines {
			last := i+1 == len(lines) || lines[i+1].Scope != s.Scope || lines[i+1].Day.After(slot.First)
			if last && !s.Day.After(slot.First) && slot.First.Sub(s.Day) < carry*24*time.Hour {
				d.Scores = append(d.Scores, s)
				d.Seen = d.Seen || s.Day.Equal(slot.First)
			}
		}
		d.rate()
		out.Days = append(out.Days, d)
	}
	return out
}

// rate adds points and weighs percentages. Without weights of the service every scope
// weighs as much as its maximum.
func (d *ScoreDay) rate() {
	weighted := slices.ContainsFunc(d.Scores, func(s posture.Score) bool { return s.Weight > 0 })
	sum, weights := 0.0, 0.0
	for _, s := range d.Scores {
		d.Current, d.Max = d.Current+s.Current, d.Max+s.Max
		w := s.Max
		if weighted {
			w = s.Weight
		}
		if p, ok := s.Percent(); ok && w > 0 {
			sum, weights = sum+p*w, weights+w
		}
	}
	if d.Rated = weights > 0; d.Rated {
		d.Percent = sum / weights
	}
}

// Kind implements Chart.
func (Scores) Kind() Kind { return ScoreHistory }

// About implements Chart.
func (s Scores) About() About {
	n := 0
	for _, p := range s.Panels {
		for _, d := range p.Days {
			if d.Seen {
				n++
			}
		}
	}
	return About{Title: "Secure score by day", Definition: ScoresDefinition, N: "n = " + many(n, "daily score"), Zone: "UTC", AsOf: s.AsOf, Since: s.Since}
}

// Len implements Chart.
func (s Scores) Len() int { return len(s.Slots) }

// Slot implements Chart.
func (s Scores) Slot(i int) Slot { return s.Slots[i] }

// Series implements Chart: one a model.
func (s Scores) Series() []string {
	var out []string
	for _, p := range s.Panels {
		out = append(out, p.Model.Label())
	}
	return out
}

// Words implements Chart.
func (s Scores) Words(series, point int) string {
	p, day := s.Panels[series], s.Slots[point].Words()
	d := p.Days[point]
	if !d.Seen {
		return fmt.Sprintf("%s, %s: not seen on this day.", day, p.Model.Label())
	}
	share := "no maximum is known"
	if d.Rated {
		share = strconv.FormatFloat(d.Percent, 'f', 1, 64) + " %"
	}
	words := fmt.Sprintf("%s, %s: %s, %s of %s points", day, p.Model.Label(), share, Points(d.Current), Points(d.Max))
	if len(d.Scores) > 1 {
		words += fmt.Sprintf(" of %d scopes", len(d.Scores))
	}
	if d.Rated && d.Percent > 100 {
		words += "; above its maximum"
	}
	return words + "."
}

// Behind implements Chart: the scores of scopes that a day's figure is made of.
func (s Scores) Behind(series, point int) (string, int) {
	if d := s.Panels[series].Days[point]; d.Seen {
		return "", len(d.Scores)
	}
	return "", 0
}

// Rows implements Listed.
func (s Scores) Rows(_ context.Context, series, point int) (Rows, error) {
	p := s.Panels[series]
	out := Rows{Title: p.Model.Label() + " on " + s.Slots[point].Words(), Header: []string{"Scope", "Seen on", "Points", "Maximum", "Per cent", "Weight"}}
	for _, x := range p.Days[point].Scores {
		share := "–"
		if v, ok := x.Percent(); ok {
			share = strconv.FormatFloat(v, 'f', 1, 64)
		}
		name := x.ScopeName
		if name == "" {
			name = x.Scope
		}
		out.add(name, isoDay(x.Day), Points(x.Current), Points(x.Max), share, Points(x.Weight))
	}
	return out, nil
}

// Table implements Chart.
func (s Scores) Table() [][]string {
	header := []string{"date", "model", "seen", "percent", "points", "maximum", "scopes"}
	var rows [][]string
	for i, slot := range s.Slots {
		for _, p := range s.Panels {
			d := p.Days[i]
			r := []string{isoDay(slot.First), p.Model.Label(), strconv.FormatBool(d.Seen), "", "", "", ""}
			if d.Seen {
				r = append(r[:4], Points(d.Current), Points(d.Max), strconv.Itoa(len(d.Scores)))
				if d.Rated {
					r[3] = Points(d.Percent)
				}
			}
			rows = append(rows, r)
		}
	}
	return table(s, append(header, "n"), rows, s.About().N)
}
