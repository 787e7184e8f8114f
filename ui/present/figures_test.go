package present

import (
	"math"
	"testing"
)

func TestFiguresWithDecimals(t *testing.T) {
	for _, c := range []struct {
		f                       float64
		points, signed, percent string
	}{
		{35.04, "35.04", "+35.04", "35.0 %"},
		{-0.5, "−0.5", "−0.5", "−0.5 %"},
		{1204, "1,204", "+1,204", "1204.0 %"},
		{0, "0", "0", "0.0 %"},
		{0.001, "0", "0", "0.0 %"},
		{-0.001, "0", "0", "−0.0 %"},
		{-1204.125, "−1,204.12", "−1,204.12", "−1204.1 %"},
		{math.NaN(), "–", "–", "–"},
		{math.Inf(1), "–", "–", "–"},
		{1e300, Points(1e300), "+" + Points(1e300), Percent(1e300)},
	} {
		if a, b, p := Points(c.f), Signed(c.f), Percent(c.f); a != c.points || b != c.signed || p != c.percent {
			t.Errorf("%v: %q %q %q, want %q %q %q", c.f, a, b, p, c.points, c.signed, c.percent)
		}
	}
}
