package metrics

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/app"
	"watchfloor/app/triage"
)

func hour(n int) time.Time { return monday.Add(time.Duration(n) * time.Hour) }

func went(at int, was, now app.Status) Step {
	return Step{At: hour(at), Field: app.FieldStatus, Was: was.String(), Now: now.String()}
}

func gone(at int, now string) Step {
	return Step{At: hour(at), Field: app.FieldDeleted, Was: map[string]string{"yes": "no", "no": "yes"}[now], Now: now}
}

func TestSpansOfALife(t *testing.T) {
	const n, a, c, m = app.StatusNew, app.StatusActive, app.StatusClosed, app.StatusRedirected
	for name, l := range map[string]struct {
		Life
		want string
	}{
		"open":                       {Life{Status: n}, "[0-]"},
		"closed":                     {Life{Status: c, ClosedAt: hour(5)}, "[0-5]"},
		"closed, by steps":           {Life{Status: c, ClosedAt: hour(5), Steps: []Step{went(1, n, a), went(5, a, c)}}, "[0-5]"},
		"reopened":                   {Life{Status: a, Steps: []Step{went(5, n, c), went(9, c, a)}}, "[0-5 9-]"},
		"closed again":               {Life{Status: c, ClosedAt: hour(12), Steps: []Step{went(5, n, c), went(9, c, a), went(12, a, c)}}, "[0-5 9-12]"},
		"merged":                     {Life{Status: m, Steps: []Step{went(5, n, m)}}, "[0-5]"},
		"seen merged":                {Life{Status: m}, "[]"},
		"seen closed, then reopened": {Life{Status: a, Steps: []Step{went(9, c, a)}}, "[9-]"},
		"deleted":                    {Life{Status: n, Deleted: true, Steps: []Step{gone(5, "yes")}}, "[0-5]"},
		"back again":                 {Life{Status: n, Steps: []Step{gone(5, "yes"), gone(9, "no")}}, "[0-5 9-]"},
		"deleted while closed":       {Life{Status: a, Steps: []Step{went(3, n, c), gone(5, "yes"), went(7, c, a), gone(9, "no")}}, "[0-3 9-]"},
		"seen late":                  {Life{Status: a, Steps: []Step{went(9, n, c), went(5, c, a)}}, "[0-]"},
		"without a date":             {Life{Status: c}, "[]"},
	} {
		l.Created = hour(0)
		got := []string{}
		for _, s := range l.Spans() {
			text := fmt.Sprint(int(s.From.Sub(monday).Hours())) + "-"
			if !s.To.IsZero() {
				text += fmt.Sprint(int(s.To.Sub(monday).Hours()))
			}
			got = append(got, text)
		}
		if fmt.Sprint(got) != l.want {
			t.Errorf("%s: open %v, want %s", name, got, l.want)
		}
	}
	if (Life{Status: app.StatusNew}).Spans() != nil {
		t.Error("an incident without creation is nowhere")
	}
}

// Spans never overlap, and counting them one by one at each instant gives the backlog.
func TestBacklogCountsWhatIsOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.SliceOfN(rapid.IntRange(0, 400), 1, 12).Draw(t, "instants")
		slices.Sort(at)
		var when []time.Time
		for _, h := range at {
			when = append(when, hour(h))
		}
		b := NewBacklog(when)
		want := make([]int, len(at))
		for range rapid.IntRange(0, 20).Draw(t, "incidents") {
			from := rapid.IntRange(0, 300).Draw(t, "from")
			s := Span{From: hour(from)}
			to := from + rapid.IntRange(0, 200).Draw(t, "for")
			if !rapid.Bool().Draw(t, "still open") {
				s.To = hour(to)
			}
			b.Add(hour(from), s)
			for i, h := range at {
				if from < h && (s.To.IsZero() || h <= to) {
					want[i]++
				}
			}
		}
		for i := range at {
			if b.Ages[i].Total() != want[i] {
				t.Fatalf("at %d: %d open, want %d", at[i], b.Ages[i].Total(), want[i])
			}
		}
	})
}

func TestAgeClassesEndWhereTheySay(t *testing.T) {
	for age, want := range map[time.Duration]int{0: 0, 4*time.Hour - 1: 0, 4 * time.Hour: 1, 24*time.Hour - 1: 1, 24 * time.Hour: 2, 72 * time.Hour: 3, 168*time.Hour - 1: 3, 168 * time.Hour: 4, 9000 * time.Hour: 4} {
		if got := classOf(age); got != want {
			t.Errorf("%v is %q, want %q", age, AgeNames[got], AgeNames[want])
		}
	}
}

// Every day is asked for at its end, today at this minute.
func TestAgeingAsksForTheEndsOfDays(t *testing.T) {
	now := time.Date(2026, 3, 12, 9, 30, 45, 0, time.UTC)
	p := &past{since: now.AddDate(0, 0, -2)}
	a, err := LoadAgeing(t.Context(), p, 4, now, time.UTC)
	if err != nil || len(a.Days) != 4 {
		t.Fatal(err)
	}
	want := []time.Time{
		time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 11, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 12, 9, 30, 0, 0, time.UTC),
	}
	if !slices.Equal(p.asked, want) {
		t.Errorf("asked for %v", p.asked)
	}
	if a.Days[0].Known || !a.Days[1].Known {
		t.Error("what this cache did not watch is known as such")
	}
	for i, want := range map[int]string{1: "status:any openat:2026-03-10 agethen>7d", 3: "status:any openat:2026-03-12T09:30 agethen>7d"} {
		if got, _ := a.Behind(5, i); got != want {
			t.Errorf("behind day %d: %q, want %q", i, got, want)
		}
		f, problems := triage.Parse(want)
		if len(problems) > 0 || f.String() != want {
			t.Errorf("%q is read as %q %v", want, f, problems)
		}
	}
}
