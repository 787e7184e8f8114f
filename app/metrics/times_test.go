package metrics

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/app"
)

// Nearest rank: at least p per cent do not exceed it, and with any smaller wait fewer
// than that would not.
func TestPercentileIsTheNearestRank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		waits := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) time.Duration { return time.Duration(rapid.IntRange(0, 50).Draw(t, "wait")) }), 1, 60).Draw(t, "waits")
		slices.Sort(waits)
		p := rapid.SampledFrom([]int{1, 50, 90, 99, 100}).Draw(t, "p")
		got := Percentile(waits, p)
		notAbove, below := 0, 0
		for _, w := range waits {
			if w <= got {
				notAbove++
			}
			if w < got {
				below++
			}
		}
		if 100*notAbove < p*len(waits) || 100*below >= p*len(waits) {
			t.Fatalf("p%d of %v is %v", p, waits, got)
		}
	})
	ten := []time.Duration{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	if a, b := Percentile(ten, 50), Percentile(ten, 90); a != 5 || b != 9 {
		t.Errorf("of ten: p50 is %d, p90 is %d", a, b)
	}
}

// past is a History that answers from memory.
type past struct {
	store
	cases      []Lapse
	from, till time.Time
	asked      []time.Time
	since      time.Time
}

func (p *past) Ages(_ context.Context, at []time.Time) ([]Ages, error) {
	p.asked = at
	return make([]Ages, len(at)), p.err
}

func (p *past) Acked(_ context.Context, from, to time.Time) ([]Lapse, error) {
	p.from, p.till = from, to
	return p.cases, p.err
}

func (p *past) Resolved(context.Context, time.Time, time.Time) ([]Lapse, error) {
	return p.cases[:1], p.err
}
func (p *past) Since(context.Context) (time.Time, error) { return p.since, nil }
func (p *past) AsOf(context.Context) (time.Time, error)  { return p.since.AddDate(0, 0, 10), nil }

func TestWaitsAreByDayThenByWeekFromMonday(t *testing.T) {
	now := time.Date(2026, 3, 12, 9, 30, 0, 0, time.UTC) // a Thursday
	p := &past{since: now.AddDate(0, 0, -10), cases: []Lapse{
		{Severity: app.High, At: now.Add(-time.Hour), Took: 4 * time.Minute}, {Severity: app.High, At: now.AddDate(0, 0, -1), Took: 6 * time.Minute},
	}}
	byDay, err := LoadTimes(t.Context(), p, ToAcknowledge, 14, now, time.UTC)
	if err != nil || byDay.ByWeek || len(byDay.Slots) != 14 || byDay.Lines[0].Waits[13].N != 1 || byDay.Lines[0].Waits[12].P90 != 6*time.Minute {
		t.Errorf("by day: %+v, %v", byDay, err)
	}
	if byDay.Slots[3].Known || !byDay.Slots[4].Known || byDay.Slots[13].Complete {
		t.Error("what was watched, and what is over, is told apart")
	}
	weeks, err := LoadTimes(t.Context(), p, ToAcknowledge, 30, now, time.UTC)
	if err != nil || !weeks.ByWeek || len(weeks.Slots) != 5 || weeks.Lines[0].Waits[4].N != 2 {
		t.Fatalf("by week: %+v, %v", weeks, err)
	}
	for i, s := range weeks.Slots {
		if s.First.Weekday() != time.Monday || i < 4 && !s.Last.Equal(s.First.AddDate(0, 0, 6)) {
			t.Errorf("week %d is %s", i, s.Words())
		}
	}
	if last := weeks.Slots[4]; last.Last.Day() != 12 || !p.till.Equal(last.Last.AddDate(0, 0, 1)) || !p.from.Equal(weeks.Slots[0].First) {
		t.Errorf("the running week ends today: %s; read %v to %v", last.Words(), p.from, p.till)
	}
	text, n := weeks.Behind(0, 4)
	if text != "acked:2026-03-09..2026-03-12 sev:high" || n != 2 {
		t.Errorf("behind it: %q, %d", text, n)
	}
	if !weeks.Lines[0].Waits[4].Few() || !strings.Contains(weeks.Words(0, 4), "Fewer than 5 cases.") {
		t.Error("two cases are few")
	}
}

func TestRowsOfTheTableAreOfOneLength(t *testing.T) {
	now := time.Date(2026, 3, 12, 9, 30, 0, 0, time.UTC)
	p := &past{since: now, cases: []Lapse{{Severity: app.SeverityUnknown, At: now, Took: 90 * time.Second}}}
	for _, k := range Kinds {
		c, err := Load(t.Context(), p, k, 5, now, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range c.Table() {
			if len(row) != len(c.Table()[0]) {
				t.Errorf("%v: row %d has %d cells under %d", k, i, len(row), len(c.Table()[0]))
			}
			if i > 0 && (row[len(row)-1] != c.About().Definition || !slices.Contains(row, "UTC")) {
				t.Errorf("%v: row %d does not say what it is: %q", k, i, row)
			}
		}
	}
	c, _ := Load(t.Context(), p, ToClose, 5, now, time.UTC)
	rows := c.Table()
	if last := rows[len(rows)-1]; last[4] != "Unknown" || last[5] != "1" || last[6] != "90" {
		t.Errorf("the last row is %q", last)
	}
	if none := rows[1]; none[5] != "0" || none[6] != "" {
		t.Errorf("without a case there is no wait: %q", none)
	}
}

func TestLengthsOfTimeInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 45 * time.Second: "45 s", 59700 * time.Millisecond: "1 min", 90 * time.Second: "1.5 min", 18 * time.Minute: "18 min",
		59*time.Minute + 40*time.Second: "1 h", 126 * time.Minute: "2.1 h", 26 * time.Hour: "26 h", 82 * time.Hour: "3.4 d", 240 * time.Hour: "10 d",
	} {
		if got := Took(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	for s := range 2 * 86400 { // no step back in what is read
		if strings.HasPrefix(Took(time.Duration(s)*time.Second), "60 ") {
			t.Fatalf("%d s is read as %q", s, Took(time.Duration(s)*time.Second))
		}
	}
}
