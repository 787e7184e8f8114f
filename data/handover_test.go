package data

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/report"
)

// shiftOf is the eight hours before noon.
var shiftOf = report.Period{From: noon.Add(-8 * time.Hour), To: noon}

func created(hoursAgo float64) func(*app.Incident) {
	return func(in *app.Incident) { in.Created = noon.Add(-time.Duration(hoursAgo * float64(time.Hour))) }
}

func severe(s app.Severity) func(*app.Incident) {
	return func(in *app.Incident) { in.Severity = s }
}

func closedAs(hoursAgo float64, c app.Classification) func(*app.Incident) {
	return func(in *app.Incident) {
		in.Status, in.Classification, in.Modified = app.StatusClosed, c, noon.Add(-time.Duration(hoursAgo*float64(time.Hour)))
	}
}

func owned(in *app.Incident) { in.Owner = app.Owner{UPN: "ana@clinic.example"} }

func handover(t *testing.T, c *Cache, limit int) report.Handover {
	t.Helper()
	h, err := c.Handover(t.Context(), shiftOf, limit)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHandoverCountsOneShift(t *testing.T) {
	c, _ := newCache(t)
	storePage(t, c, app.Sentinel,
		pulled(app.Sentinel, "old-open", created(30), severe(app.High)),
		pulled(app.Sentinel, "new-high", created(2), severe(app.High), owned),
		pulled(app.Sentinel, "new-low", created(3), severe(app.Low)),
		pulled(app.Sentinel, "new-closed", created(4), severe(app.Low), closedAs(1, app.FalsePositive)),
		pulled(app.Sentinel, "old-closed", created(40), closedAs(2, app.TruePositive)),
		pulled(app.Sentinel, "closed-before", created(40), closedAs(20, app.TruePositive)),
		pulled(app.Sentinel, "merged", created(1), func(in *app.Incident) { in.Status, in.RedirectTo = app.StatusRedirected, "new-high" }))
	h := handover(t, c, 0)
	for name, got := range map[string][2]int{
		"came in":      {h.Arrived.Total(), 3},
		"high came in": {h.Arrived[app.High], 1},
		"still open":   {h.StillOpen.Total(), 2},
		"closed":       {h.Closed.Total(), 2},
		"open now":     {h.OpenNow.Total(), 3},
		"unowned":      {h.Unowned.Total(), 2},
		"false alarms": {h.Classified[app.FalsePositive], 1},
		"true alarms":  {h.Classified[app.TruePositive], 1},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %d, want %d", name, got[0], got[1])
		}
	}
	var open []string
	for _, x := range h.Open {
		open = append(open, x.Number)
	}
	if fmt.Sprint(open) != "[old-open new-low new-high]" {
		t.Errorf("open in order %v, want what nobody owns first, and the worst first within", open)
	}
	if len(h.ClosedCases) != 2 || h.ClosedCases[0].Number != "new-closed" || h.ClosedCases[0].Classification != app.FalsePositive ||
		!h.ClosedCases[0].At.Equal(noon.Add(-time.Hour)) {
		t.Errorf("closed: %+v", h.ClosedCases)
	}
	if len(h.Sources) != 1 || !h.Sources[0].Newest.Equal(noon.Add(-time.Hour)) {
		t.Errorf("sources: %+v", h.Sources)
	}
}

func TestHandoverCutsListsNeverFigures(t *testing.T) {
	c, _ := newCache(t)
	var rows []app.Pulled
	for i := range 30 {
		rows = append(rows, pulled(app.Sentinel, fmt.Sprint("open-", i), created(float64(i)/10)), pulled(app.Sentinel, fmt.Sprint("closed-", i), created(5), closedAs(1, app.TruePositive)))
	}
	storePage(t, c, app.Sentinel, rows...)
	h := handover(t, c, 4)
	if len(h.Open) != 4 || len(h.ClosedCases) != 4 || h.OpenNow.Total() != 30 || h.Closed.Total() != 30 || h.Limit != 4 {
		t.Errorf("%d of %d open and %d of %d closed are listed", len(h.Open), h.OpenNow.Total(), len(h.ClosedCases), h.Closed.Total())
	}
}

// The newest comment counts, wherever it was written.
func TestHandoverTellsTheLastComment(t *testing.T) {
	c, _ := newCache(t)
	storePage(t, c, app.Sentinel, pulled(app.Sentinel, "talked", created(1)), pulled(app.Sentinel, "silent", created(2)))
	id := find(t, c, "talked")
	err := c.StoreDetails(t.Context(), map[int64]app.Details{id: {Comments: []app.Comment{
		{ID: "c1", Author: "Jo", Text: "first", Created: noon.Add(-time.Hour)}, {ID: "c2", Author: "Ana", Text: "last", Created: noon.Add(-time.Minute)},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range handover(t, c, 0).Open {
		switch {
		case x.Number == "talked" && (x.Last == nil || x.Last.Text != "last" || x.Last.Author != "Ana"):
			t.Errorf("the last comment is %+v", x.Last)
		case x.Number == "silent" && x.Last != nil:
			t.Errorf("a comment from nowhere: %+v", x.Last)
		}
	}
}

func TestHandoverListsActionsByUrgency(t *testing.T) {
	c, clock := newCache(t)
	storePage(t, c, app.Sentinel, pulled(app.Sentinel, "a"), pulled(app.Sentinel, "b"), pulled(app.Sentinel, "c"))
	for i, s := range []outbox.State{outbox.Queued, outbox.Failed, outbox.Conflict} {
		clock.at = noon.Add(time.Duration(i) * time.Minute)
		a, err := c.Enqueue(t.Context(), outbox.Action{ID: fmt.Sprint("id-", i), Request: outbox.Request{IncidentID: find(t, c, string(rune('a'+i))), Verb: outbox.Comment, Text: "x"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.tx(t.Context(), func(t *tx) error { return t.exec(`UPDATE outbox SET state = ? WHERE seq = ?`, string(s), a.Seq) }); err != nil {
			t.Fatal(err)
		}
	}
	h := handover(t, c, 2)
	if h.Counts != (outbox.Counts{Queued: 1, Conflict: 1, Failed: 1}) {
		t.Errorf("counts %+v", h.Counts)
	}
	if len(h.Waiting) != 2 || h.Waiting[0].State != outbox.Conflict || h.Waiting[1].State != outbox.Failed {
		t.Errorf("waiting %+v, want the conflict, then the failure, cut at 2", h.Waiting)
	}
}

// A hand-over of a large cache reads indexes, not the rows.
func TestHandoverOfManyIncidents(t *testing.T) {
	c, _ := newCache(t)
	var rows []app.Pulled
	for i := range 3000 {
		change := []func(*app.Incident){created(float64(i) / 10), severe(app.Severities[i%4])}
		if i%3 > 0 {
			change = append(change, closedAs(float64(i)/20, app.FalsePositive))
		}
		rows = append(rows, pulled(app.Sentinel, fmt.Sprint("n", i), change...))
	}
	storePage(t, c, app.Sentinel, rows...)
	if h := handover(t, c, 0); h.OpenNow.Total() != 1000 || len(h.Open) != report.ListLimit || h.Arrived.Total() != 80 {
		t.Errorf("%d open, %d listed, %d came in", h.OpenNow.Total(), len(h.Open), h.Arrived.Total())
	}
	for _, text := range []string{
		`SELECT severity, count(*) FROM incident WHERE id >= 1 AND id < 2 AND shadow = 0 AND deleted = 0 AND status <> 5 GROUP BY severity`,
		`SELECT severity, classification, count(*) FROM incident ` + closedWithin + ` GROUP BY severity, classification`,
		`SELECT id FROM incident WHERE shadow = 0 AND deleted = 0 AND open = 1 ORDER BY severity DESC, id LIMIT 200`,
	} {
		err := c.view(t.Context(), func(q querier) error {
			return q.each("EXPLAIN QUERY PLAN "+text, []any{1, 2, 3}[:strings.Count(text, "?")], func(scan func(...any) error) error {
				var id, parent, unused int
				var detail string
				if err := scan(&id, &parent, &unused, &detail); err != nil {
					return err
				}
				if detail == "SCAN incident" {
					t.Errorf("walks all rows: %s", text)
				}
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
