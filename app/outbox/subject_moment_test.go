package outbox

import (
	"testing"

	"watchfloor/app"
)

// A cache keeps microseconds of a time that services send with seven decimals: the same
// moment is no change, another one is.
func TestTimesOfSubjectsAreComparedToTheMicrosecond(t *testing.T) {
	const cached, sent, later = "2026-11-21T08:53:36.743356Z", "2026-11-21T08:53:36.7433568Z", "2026-11-21T08:53:36.743357Z"
	for _, p := range []app.Property{app.PropRiskChanged, app.PropSessionsFrom} {
		if !SameProperty(p, cached, sent) {
			t.Errorf("%s: the same moment counts as a change", p)
		}
		if SameProperty(p, cached, later) {
			t.Errorf("%s: a later moment counts as the same", p)
		}
	}
}
