package identity

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"watchfloor/app/identity"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// stepWords bounds how many steps are said below the strip: the last ones.
const stepWords = 5

// steps draw a history, newest first as it is kept, from its first step until now. A
// level holds until the next step; a state that is settled draws as low as none.
func steps(turns []identity.Turn, c present.Clock) (out []widget.Step, words string) {
	in := slices.Clone(turns)
	slices.SortStableFunc(in, func(a, b identity.Turn) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
	in = slices.DeleteFunc(in, func(t identity.Turn) bool { return t.At.IsZero() || t.At.After(c.Now) })
	if len(in) == 0 {
		return nil, ""
	}
	first := in[0].At
	whole := max(c.Now.Sub(first), time.Minute)
	at := func(t time.Time) float32 { return float32(t.Sub(first)) / float32(whole) }
	var said []string
	for i, t := range in {
		end := float32(1)
		if i+1 < len(in) {
			end = at(in[i+1].At)
		}
		cell := present.RiskLevel(t.Level)
		step := widget.Step{From: at(t.At), To: end, High: float32(t.Level.Rank()) / 4, Tone: cell.ShapeTone}
		if !t.State.Open() {
			step.High, step.Tone = 0, look.Info
		}
		out = append(out, step)
		said = append(said, c.At(t.At)+" "+stepWord(t))
	}
	if n := len(said) - stepWords; n > 0 {
		said = append([]string{present.Figure(n) + " earlier"}, said[n:]...)
	}
	return out, strings.Join(said, "  ·  ")
}

func stepWord(t identity.Turn) string {
	if t.State.Open() {
		return strings.ToLower(present.RiskLevel(t.Level).Text) + ", " + strings.ToLower(present.RiskState(t.State).Text)
	}
	return strings.ToLower(present.RiskState(t.State).Text)
}
