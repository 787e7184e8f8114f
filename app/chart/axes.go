package chart

import (
	"math"
	"strings"
	"time"

	"gonum.org/v1/plot"

	"watchfloor/app/metrics"
)

// dates are the first days of the points of a chart.
func dates(c metrics.Chart) []time.Time {
	out := make([]time.Time, c.Len())
	for i := range out {
		out[i] = c.Slot(i).First
	}
	return out
}

// scale picks the step of the count axis, 1, 2 or 5 times a power of ten, so that
// there are at most six, and the axis' top.
func scale(most int) (step, top int) {
	most = max(most, 1)
	step = 1
	for pow := 1; ; pow *= 10 {
		for _, m := range []int{1, 2, 5} {
			if step = m * pow; most <= 5*step {
				return step, int(math.Ceil(float64(most)/float64(step))) * step
			}
		}
	}
}

func countTicks(step, top int) []plot.Tick {
	var out []plot.Tick
	for v := 0; v <= top; v += step {
		out = append(out, plot.Tick{Value: float64(v), Label: thousands(v)})
	}
	return out
}

// dayTicks labels as many days as have room: every day, Mondays, every other Monday,
// firsts of months or of quarters.
func dayTicks(days []time.Time, width float64) []plot.Tick {
	rules := []struct {
		every  float64 // days between labels
		format string
		on     func(time.Time) bool
	}{
		{1, "2 Jan", func(time.Time) bool { return true }},
		{7, "2 Jan", func(d time.Time) bool { return d.Weekday() == 1 }},
		{14, "2 Jan", func(d time.Time) bool { _, w := d.ISOWeek(); return d.Weekday() == 1 && w%2 == 0 }},
		{28, "Jan 2006", func(d time.Time) bool { return d.Day() == 1 }},
		{89, "Jan 2006", func(d time.Time) bool { return d.Day() == 1 && d.Month()%3 == 1 }},
		{365, "2006", func(d time.Time) bool { return d.YearDay() == 1 }},
	}
	const room = 62 // units a label takes with its distance
	pick := rules[len(rules)-1]
	for _, r := range rules {
		if r.every*width/float64(len(days)) >= room {
			pick = r
			break
		}
	}
	var out []plot.Tick
	for i, d := range days {
		if pick.on(d) {
			out = append(out, plot.Tick{Value: float64(i), Label: strings.TrimSpace(d.Format(pick.format))})
		}
	}
	return out
}
