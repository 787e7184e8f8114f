package data

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
)

// history is a cache on which days pass: noon of day 0 is the clock of newCache.
type history struct {
	*testing.T
	*Cache
	clock *clock
}

func newHistory(t *testing.T) history {
	c, clk := newCache(t)
	return history{t, c, clk}
}

func day(n float64) time.Time { return noon.Add(time.Duration(n * 24 * float64(time.Hour))) }

// see has the source show an incident as it is after a change at day n.
func (h history) see(src app.SourceID, id string, n float64, change ...func(*app.Incident)) {
	h.Helper()
	h.clock.at = day(n)
	at := func(in *app.Incident) { in.Created, in.Modified = day(0), day(n) }
	storePage(h.T, h.Cache, src, pulled(src, id, append([]func(*app.Incident){at}, change...)...))
}

func is(s app.Status) func(*app.Incident) { return func(in *app.Incident) { in.Status = s } }
func by(who string) func(*app.Incident)   { return func(in *app.Incident) { in.ModifiedBy = who } }

// open lists how many incidents were open at the given days.
func (h history) open(days ...float64) []int {
	h.Helper()
	at := []time.Time{}
	for _, n := range days {
		at = append(at, day(n))
	}
	ages, err := h.Ages(context.Background(), at)
	if err != nil {
		h.Fatal(err)
	}
	out := []int{}
	for _, a := range ages {
		out = append(out, a.Total())
	}
	return out
}

func (h history) act(id string, n float64, r outbox.Request) outbox.Action {
	h.Helper()
	h.clock.at = day(n)
	r.IncidentID = find(h.T, h.Cache, id)
	a, err := h.Enqueue(context.Background(), outbox.Action{ID: fmt.Sprint("a", n), Request: r, Actor: "me@clinic.example"})
	if err != nil {
		h.Fatal(err)
	}
	return a
}

func (h history) end(a outbox.Action, n float64, state outbox.State) {
	h.Helper()
	h.clock.at = day(n)
	a.State = state
	if err := h.Save(context.Background(), a); err != nil {
		h.Fatal(err)
	}
}

var closeIt = outbox.Request{Verb: outbox.Close, Want: app.Fields{Classification: app.FalsePositive}}

func TestBacklogFollowsWhatHappened(t *testing.T) {
	for name, c := range map[string]struct {
		play func(history)
		want string // open at the end of days 1 to 6, the incident being created on day 0
	}{
		"stays open":   {func(h history) { h.see(app.Defender, "1", 0.5) }, "1 1 1 1 1 1"},
		"closed":       {func(h history) { h.see(app.Defender, "1", 0.5); h.see(app.Defender, "1", 2.5, is(app.StatusClosed)) }, "1 1 0 0 0 0"},
		"first closed": {func(h history) { h.see(app.Defender, "1", 2.5, is(app.StatusClosed)) }, "1 1 0 0 0 0"},
		"first merged": {func(h history) { h.see(app.Defender, "1", 2.5, is(app.StatusRedirected)) }, "0 0 0 0 0 0"},
		"merged": {func(h history) {
			h.see(app.Defender, "1", 0.5)
			h.see(app.Defender, "1", 2.5, is(app.StatusRedirected))
		}, "1 1 0 0 0 0"},
		"gone": {func(h history) { h.see(app.Defender, "1", 0.5); h.clock.at = day(2.5); h.gone("1") }, "1 1 0 0 0 0"},
		"gone and back": {func(h history) {
			h.see(app.Defender, "1", 0.5)
			h.clock.at = day(2.5)
			h.gone("1")
			h.see(app.Defender, "1", 4.5)
		}, "1 1 0 0 1 1"},
		"reopened": {func(h history) {
			h.see(app.Defender, "1", 0.5)
			h.see(app.Defender, "1", 1.5, is(app.StatusClosed))
			h.see(app.Defender, "1", 3.5, is(app.StatusActive))
			h.see(app.Defender, "1", 5.5, is(app.StatusClosed))
		}, "1 0 0 1 1 0"},
		"first closed, then reopened": {func(h history) {
			h.see(app.Defender, "1", 1.5, is(app.StatusClosed))
			h.see(app.Defender, "1", 3.5, is(app.StatusActive))
		}, "0 0 0 1 1 1"},
		"closed by an action": {func(h history) { h.see(app.Defender, "1", 0.5); h.end(h.act("1", 2.5, closeIt), 2.6, outbox.Done) }, "1 1 0 0 0 0"},
		"a close that was taken back": {func(h history) {
			h.see(app.Defender, "1", 0.5)
			h.end(h.act("1", 2.5, closeIt), 4.5, outbox.Discarded)
		}, "1 1 1 1 1 1"},
		"twins": {func(h history) {
			h.see(app.Defender, "1", 0.5)
			h.see(app.Sentinel, "s", 0.6, func(in *app.Incident) { in.ProviderName, in.ProviderID = "Microsoft XDR", "1" })
		}, "1 1 1 1 1 1"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHistory(t)
			c.play(h)
			if got := strings.Trim(fmt.Sprint(h.open(1, 2, 3, 4, 5, 6)), "[]"); got != c.want {
				t.Errorf("open %s, want %s", got, c.want)
			}
		})
	}
}

func (h history) gone(id string) {
	h.Helper()
	if err := h.MarkGone(context.Background(), app.Ref{Source: app.Defender, ID: id}); err != nil {
		h.Fatal(err)
	}
}

func TestOnlyPeopleAcknowledge(t *testing.T) {
	mine := outbox.Request{Verb: outbox.Assign, Want: app.Fields{Owner: app.Owner{UPN: "me@clinic.example"}}}
	minute := 1.0 / 24 / 60
	for name, c := range map[string]struct {
		play func(history)
		want time.Duration // 0: nobody has
	}{
		"nobody":     {func(h history) { h.see(app.Defender, "1", 0) }, 0},
		"first seen": {func(h history) { h.see(app.Defender, "1", 1, is(app.StatusActive), by("ana@clinic.example")) }, 0},
		"a person": {func(h history) {
			h.see(app.Defender, "1", 0)
			h.see(app.Defender, "1", 0.5, is(app.StatusActive), by("ana@clinic.example"))
			h.see(app.Defender, "1", 1.5, is(app.StatusClosed), by("bo@clinic.example"))
		}, 12 * time.Hour},
		"automation, then a person": {func(h history) {
			h.see(app.Defender, "1", 0)
			h.see(app.Defender, "1", 0.25, is(app.StatusActive), by("Automation"))
			h.see(app.Defender, "1", 0.5, is(app.StatusClosed), by("ana@clinic.example"))
		}, 12 * time.Hour},
		"a change of the title only": {func(h history) {
			h.see(app.Defender, "1", 0)
			h.see(app.Defender, "1", 0.5, by("ana@clinic.example"), func(in *app.Incident) { in.Title = "other" })
		}, 0},
		"somebody, within a minute": {func(h history) {
			h.see(app.Sentinel, "1", 0)
			h.see(app.Sentinel, "1", minute/2, is(app.StatusActive))
		}, 0},
		"somebody, a minute later": {func(h history) {
			h.see(app.Sentinel, "1", 0)
			h.see(app.Sentinel, "1", minute, is(app.StatusActive))
		}, time.Minute},
		"an action":              {func(h history) { h.see(app.Sentinel, "1", 0); h.end(h.act("1", minute/2, mine), 1, outbox.Done) }, 30 * time.Second},
		"an action not yet sent": {func(h history) { h.see(app.Sentinel, "1", 0); h.act("1", 0.5, mine) }, 12 * time.Hour},
		"an action taken back":   {func(h history) { h.see(app.Sentinel, "1", 0); h.end(h.act("1", 0.5, mine), 1, outbox.Discarded) }, 0},
		"taken back, then a person": {func(h history) {
			h.see(app.Sentinel, "1", 0)
			h.end(h.act("1", 0.5, mine), 1, outbox.Discarded)
			h.see(app.Sentinel, "1", 2, is(app.StatusActive))
		}, 48 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHistory(t)
			c.play(h)
			cases, err := h.Acked(t.Context(), day(-9), day(9))
			if err != nil {
				t.Fatal(err)
			}
			got := time.Duration(0)
			if len(cases) == 1 {
				got = cases[0].Took
			}
			if got != c.want || len(cases) > 1 {
				t.Errorf("acknowledged after %v (%d cases), want %v", got, len(cases), c.want)
			}
		})
	}
}

func TestTimeToCloseIsToTheLastClose(t *testing.T) {
	h := newHistory(t)
	h.see(app.Defender, "1", 0.1)
	h.see(app.Defender, "1", 1, is(app.StatusClosed))
	h.see(app.Defender, "1", 2, is(app.StatusActive))
	h.see(app.Defender, "1", 3, is(app.StatusClosed))
	h.see(app.Defender, "2", 1, is(app.StatusRedirected))
	cases, err := h.Resolved(t.Context(), day(0), day(9))
	if want := []metrics.Lapse{{Severity: app.Medium, At: day(3), Took: 72 * time.Hour}}; err != nil || !slices.Equal(cases, want) {
		t.Errorf("%v, %v; want %v", cases, err, want)
	}
	if since, err := h.Since(t.Context()); err != nil || !since.Equal(day(0.1)) {
		t.Errorf("watched since %v, %v", since, err)
	}
}

func windowIn(t *testing.T, c *Cache, filter string, zone *time.Location) []triage.Row {
	t.Helper()
	f, problems := triage.Parse(filter)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	w, err := c.Window(t.Context(), triage.Query{Filter: f, Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	return w.Rows
}

func TestDayFiltersOnTheCache(t *testing.T) {
	h := newHistory(t)
	h.see(app.Defender, "1", 0)
	h.see(app.Defender, "1", 1, is(app.StatusClosed), by("ana@clinic.example"))
	h.see(app.Sentinel, "2", 3, func(in *app.Incident) { in.Created = day(3) })
	h.see(app.Sentinel, "3", 3, func(in *app.Incident) { in.Created = day(3) }, is(app.StatusRedirected))
	for filter, want := range map[string]string{
		"created:2026-03-02":                       "1",
		"created:2026-03-02..2026-03-05":           "1 2",
		"created:2026-03-02,2026-03-05":            "1 2",
		"-created:2026-03-02":                      "2",
		"closed:2026-03-03":                        "1",
		"closed:2026-03-02":                        "",
		"acked:2026-03-03":                         "1",
		"openat:2026-03-02":                        "1",
		"openat:2026-03-03":                        "",
		"openat:2026-03-05":                        "2",
		"openat:2026-03-05T12:01 agethen<1h":       "2",
		"openat:2026-03-05T13:00 agethen>1h":       "2",
		"openat:2026-03-05T13:00 agethen<1h":       "",
		"openat:2026-03-05T13:00 -agethen<1h":      "2",
		"status:any created:2026-03-05 sev:medium": "2 3",
	} {
		h.clock.at = day(9)
		t.Run(filter, func(t *testing.T) {
			if got := numbers(windowIn(t, h.Cache, filter, time.UTC)); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	if got := numbers(windowIn(t, h.Cache, "created:2026-03-03", time.FixedZone("", 13*3600))); got != "1" {
		t.Errorf("the day is the analyst's: %q", got)
	}
}
