package metrics

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"watchfloor/app/identity"
)

// RiskTurn is one step of the risk of a user.
type RiskTurn struct {
	Subject, Name string
	State         identity.State
	Detail        string // riskDetail as received
	By            string // who did it, "" for the service itself
	At            time.Time
}

// Funnel tells what became of users who came to be at risk in a period, and after how
// many days.
type Funnel struct {
	Period Slot
	// Stages are indexed with StageNames.
	Stages      [len(StageNames)][]Episode
	Undated     int // turns without a time, which cannot be placed
	AsOf, Since time.Time

	now time.Time
}

// Episode is the time in which one user was at risk. End is zero where it lasts.
type Episode struct {
	Subject, Name  string
	Begin, At, End time.Time // At is when the stage was reached
	Detail, By     string    // of the turn that reached it
}

var (
	_ Listed = Funnel{}
	_ Named  = Funnel{}
)

// StageNames name the stages: all who came to be at risk, those confirmed compromised,
// then the ends, each episode in one of them.
var StageNames = [...]string{
	"Came to be at risk", "Confirmed compromised", "Remediated", "Dismissed by a person", "Confirmed safe by a person",
	"Closed by the service", "Other end", "Still at risk",
}

const (
	stageAll = iota
	stageCompromised
	stageRemediated
	stageDismissed
	stageSafe
	stageService
	stageOther
	stageOpen
)

// FunnelDefinition says how the figures are counted, as printed under the chart.
const FunnelDefinition = "Times in which a user was at risk or confirmed compromised, that began in the period (UTC days), by the history of risk that the service gives; a user counts each time. " +
	"Days are medians from the beginning to the stage, by nearest rank; of those still at risk until now. What was closed without a person, also by the service's own judgement, is no work of analysts and stands apart."

// LoadFunnel follows the users who came to be at risk in the last n UTC days.
func LoadFunnel(ctx context.Context, src IdentitySource, n int, now time.Time) (Funnel, error) {
	out := Funnel{Period: period(n, now), now: now}
	if src == nil {
		return out, nil
	}
	var err error
	if out.AsOf, _, out.Since, err = src.IdentityKnown(ctx); err != nil {
		return Funnel{}, err
	}
	turns, err := src.RiskTurns(ctx, out.Period.First)
	if err != nil {
		return Funnel{}, err
	}
	for len(turns) > 0 {
		k := slices.IndexFunc(turns, func(t RiskTurn) bool { return t.Subject != turns[0].Subject })
		if k < 0 {
			k = len(turns)
		}
		out.follow(turns[:k])
		turns = turns[k:]
	}
	return out, nil
}

// follow adds the episodes of one user.
func (f *Funnel) follow(turns []RiskTurn) {
	var now *Episode
	compromised := false
	reach := func(stage int, e Episode, t RiskTurn) {
		e.At, e.Detail, e.By = t.At, t.Detail, t.By
		f.Stages[stage] = append(f.Stages[stage], e)
	}
	for _, t := range turns {
		if t.At.IsZero() {
			f.Undated++
			continue
		}
		switch {
		case t.State.Open():
			if now == nil {
				now, compromised = &Episode{Subject: t.Subject, Name: t.Name, Begin: t.At}, false
				if f.within(t.At) {
					reach(stageAll, *now, t)
				}
			}
			if t.State == identity.StateCompromised && !compromised {
				compromised = true
				if f.within(now.Begin) {
					reach(stageCompromised, *now, t)
				}
			}
		case now != nil:
			if f.within(now.Begin) {
				now.End = t.At
				reach(stageOf(t), *now, t)
			}
			now = nil
		}
	}
	if now != nil && f.within(now.Begin) {
		reach(stageOpen, *now, RiskTurn{At: f.now})
	}
}

func (f *Funnel) within(t time.Time) bool {
	return !t.Before(f.Period.First) && t.Before(f.Period.end())
}

// stageOf is how a turn ends an episode.
func stageOf(t RiskTurn) int {
	person := t.By != "" && !strings.HasPrefix(strings.ToLower(t.Detail), "ai")
	switch t.State {
	case identity.StateRemediated:
		return stageRemediated
	case identity.StateDismissed:
		if person {
			return stageDismissed
		}
		return stageService
	case identity.StateSafe:
		if person {
			return stageSafe
		}
		return stageService
	}
	return stageOther
}

// Median is the median time to a stage, ok is false where nobody reached it, and for the
// first, which takes none.
func (f Funnel) Median(stage int) (took time.Duration, ok bool) {
	if stage == stageAll || len(f.Stages[stage]) == 0 {
		return 0, false
	}
	var all []time.Duration
	for _, e := range f.Stages[stage] {
		all = append(all, max(e.At.Sub(e.Begin), 0))
	}
	slices.Sort(all)
	return Percentile(all, 50), true
}

// Kind implements Chart.
func (Funnel) Kind() Kind { return RiskFunnel }

// About implements Chart.
func (f Funnel) About() About {
	n := "n = " + many(len(f.Stages[stageAll]), "time") + " at risk"
	if f.Undated > 0 {
		n += ", " + many(f.Undated, "turn") + " without a date left out"
	}
	return About{Title: "What became of users at risk", Definition: FunnelDefinition, N: n, Zone: "UTC", AsOf: f.AsOf, Since: f.Since}
}

// Len implements Chart: the stages.
func (Funnel) Len() int { return len(StageNames) }

// Slot implements Chart.
func (f Funnel) Slot(int) Slot { return f.Period }

// Series implements Chart.
func (Funnel) Series() []string { return []string{"Users at risk"} }

// PointName implements Named.
func (Funnel) PointName(_, point int) string { return StageNames[point] }

// Words implements Chart.
func (f Funnel) Words(_, point int) string {
	n, all := len(f.Stages[point]), len(f.Stages[stageAll])
	words := fmt.Sprintf("%s: %s", StageNames[point], many(n, "user"))
	if point != stageAll && all > 0 {
		words += fmt.Sprintf(" (%.0f %%)", 100*float64(n)/float64(all))
	}
	if took, ok := f.Median(point); ok {
		words += ", after a median of " + medianDays(took)
		if n < FewCases {
			words += ", of few cases"
		}
	}
	return words + "."
}

// medianDays is a length of time in days.
func medianDays(d time.Duration) string {
	return strconv.FormatFloat(d.Hours()/24, 'f', 1, 64) + " days"
}

// ByPerson reports that a stage is not reached without a person's doing, or is none of the
// ends.
func (Funnel) ByPerson(stage int) bool {
	return stage != stageRemediated && stage != stageService && stage != stageOther
}

// MedianWords is Median in words, "" where there is none.
func (f Funnel) MedianWords(stage int) string {
	if took, ok := f.Median(stage); ok {
		return medianDays(took)
	}
	return ""
}

// Behind implements Chart.
func (f Funnel) Behind(_, point int) (string, int) { return "", len(f.Stages[point]) }

// Rows implements Listed.
func (f Funnel) Rows(_ context.Context, series, point int) (Rows, error) {
	out := Rows{Title: strings.TrimSuffix(f.Words(series, point), "."), Header: []string{"User", "At risk since (UTC)", "Reached (UTC)", "Days", "Detail", "By"}}
	for _, e := range f.Stages[point] {
		name := e.Name
		if name == "" {
			name = e.Subject
		}
		out.add(name, stamp(e.Begin), stamp(e.At), strconv.FormatFloat(e.At.Sub(e.Begin).Hours()/24, 'f', 1, 64), e.Detail, e.By)
	}
	return out, nil
}

// Table implements Chart.
func (f Funnel) Table() [][]string {
	var rows [][]string
	for i, name := range StageNames {
		median := ""
		if took, ok := f.Median(i); ok {
			median = strconv.FormatFloat(took.Hours()/24, 'f', 2, 64)
		}
		rows = append(rows, []string{name, strconv.Itoa(len(f.Stages[i])), median})
	}
	return table(f, []string{"stage", "users", "median days", "n"}, rows, f.About().N)
}
