package posture

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"watchfloor/app/text"
)

// tolerance is how much later than this computer's clock a time may be.
const tolerance = 10 * time.Minute

// Marks say in words for a person what is odd about a score that is shown as it came, as
// do those of the other rows. Tenant text in them is cleaned.
func (s Score) Marks(now time.Time) []string {
	var out []string
	if s.Max > 0 && s.Current > s.Max {
		out = append(out, "above its maximum")
	}
	if s.Max <= 0 {
		out = append(out, "has no maximum")
	}
	if s.Current < 0 {
		out = append(out, "below zero")
	}
	if s.Day.After(now.Add(tolerance)) {
		out = append(out, "of a day in the future")
	}
	return out
}

// Marks of a contribution.
func (p Part) Marks() []string {
	var out []string
	if p.Current > p.Max {
		out = append(out, "above its maximum")
	}
	if p.Current < 0 {
		out = append(out, "below zero")
	}
	return out
}

// Marks of a control.
func (c Control) Marks(now time.Time) []string {
	var out []string
	if !c.Gone.IsZero() {
		out = append(out, "not listed since "+c.Gone.UTC().Format("2 Jan 2006"))
	}
	if c.Deprecated {
		out = append(out, "deprecated")
	}
	if c.Max < 0 {
		out = append(out, "maximum below zero")
	}
	if c.State != "" && !slices.ContainsFunc(controlStates, func(w string) bool { return strings.EqualFold(w, c.State) }) {
		out = append(out, "unknown state "+text.Line(c.State, 40))
	}
	if c.Changed.After(now.Add(tolerance)) {
		out = append(out, "changed in the future")
	}
	return out
}

// controlStates are those of Graph's controlStateUpdate (sheet part B).
var controlStates = []string{"Default", "Ignored", "ThirdParty", "Reviewed"}

// Ranks of results, in the order of the screen. RankOdd is a code that this version does
// not know: it counts as neither healthy nor unhealthy.
const (
	RankUnhealthy = iota
	RankOdd
	RankHealthy
	RankNotApplicable
)

// Rank orders results by their code.
func (a Assessment) Rank() int {
	switch strings.ToLower(a.Code) {
	case "unhealthy":
		return RankUnhealthy
	case "healthy":
		return RankHealthy
	case "notapplicable":
		return RankNotApplicable
	}
	return RankOdd
}

// Marks of a result.
func (a Assessment) Marks(now time.Time) []string {
	var out []string
	if a.Rank() == RankOdd {
		out = append(out, "unknown state "+text.Line(a.Code, 40))
	}
	if RiskRank(a.Risk) == 1 {
		out = append(out, "unknown risk "+text.Line(a.Risk, 40))
	}
	if a.First.After(now.Add(tolerance)) || a.Changed.After(now.Add(tolerance)) {
		out = append(out, "dated in the future")
	}
	if a.Resource == "" {
		out = append(out, "names no resource")
	}
	return out
}

// Marks of a recommendation's description.
func (m Meta) Marks() []string {
	var out []string
	if m.Preview {
		out = append(out, "preview: does not count towards the score")
	}
	if RiskRank(m.Severity) == 1 {
		out = append(out, "unknown severity "+text.Line(m.Severity, 40))
	}
	if foreign(m.Title) {
		out = append(out, "in a language that is sorted by category only")
	}
	return out
}

// foreign reports that most letters of a title are of no script that telling has words in.
func foreign(title string) bool {
	latin, other := 0, 0
	for _, r := range title {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.IsLetter(r):
			other++
		}
	}
	return other > latin
}
