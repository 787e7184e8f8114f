package chart

import (
	"math"
	"time"

	"gonum.org/v1/plot"

	"watchfloor/app/metrics"
)

const day = 24 * time.Hour

// marks are the lengths of time that an axis may name.
var marks = []time.Duration{
	time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour, day, 2 * day, 4 * day, 7 * day, 14 * day, 30 * day, 60 * day, 120 * day, 365 * day,
}

// spans is an axis of lengths of time.
type spans struct {
	lo, hi time.Duration
	log    bool
}

// newSpans returns the axis for values from lo to hi, widened to marks.
func newSpans(lo, hi time.Duration, a Axis) spans {
	lo, hi = max(lo, time.Second), max(hi, 2*time.Second)
	s := spans{log: a == Logarithmic || a == Auto && hi >= 20*lo}
	if !s.log {
		step := s.step(hi, 6)
		s.hi = (hi + step - 1) / step * step
		return s
	}
	lo, hi = lo*9/10, hi*6/5 // room for the marks of points
	s.lo, s.hi = marks[0], hi
	for _, m := range marks {
		if m <= lo {
			s.lo = m
		}
	}
	for i := len(marks) - 1; i >= 0 && marks[i] >= hi; i-- {
		s.hi = marks[i]
	}
	return s
}

// at is the place of a value between 0 and 1.
func (s spans) at(d time.Duration) float64 {
	if !s.log {
		return float64(d) / float64(s.hi)
	}
	return math.Log(float64(max(d, s.lo))/float64(s.lo)) / math.Log(float64(s.hi)/float64(s.lo))
}

// step is the least mark of which most multiples reach up to hi.
func (spans) step(hi time.Duration, most int) time.Duration {
	for _, m := range marks {
		if hi <= time.Duration(most)*m {
			return m
		}
	}
	return (hi/time.Duration(most)/day + 1) * day
}

// ticks are at most so many lengths of time to name, apart from one another.
func (s spans) ticks(most int) []time.Duration {
	var out []time.Duration
	if !s.log {
		step := s.step(s.hi, most)
		for d := time.Duration(0); d <= s.hi; d += step {
			out = append(out, d)
		}
		return out
	}
	for _, m := range marks {
		if m < s.lo || m > s.hi {
			continue
		}
		if len(out) == 0 || s.at(m)-s.at(out[len(out)-1]) >= 1/float64(most) {
			out = append(out, m)
		}
	}
	return out
}

// slotTicks labels as many slots as have room.
func slotTicks(t metrics.Times, width float64) []plot.Tick {
	if !t.ByWeek {
		return dayTicks(dates(t), width)
	}
	const room = 62
	every := max(1, int(math.Ceil(room*float64(len(t.Slots))/max(width, 1))))
	var out []plot.Tick
	for i := 0; i < len(t.Slots); i += every {
		out = append(out, plot.Tick{Value: float64(i), Label: t.Slots[i].First.Format("2 Jan")})
	}
	return out
}
