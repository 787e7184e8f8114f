package data

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// clock is a settable clock.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newCache(t *testing.T) (*Cache, *clock) {
	t.Helper()
	c := &clock{noon}
	cache, err := Open(t.Context(), Config{Key: testKey, Path: freshPath(t), Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cache.Close() })
	return cache, c
}

// pulled builds an incident as a source would send it; change adjusts it.
func pulled(src app.SourceID, id string, change ...func(*app.Incident)) app.Pulled {
	in := app.Incident{
		Ref: app.Ref{Source: src, ID: id}, Number: id, Title: "Incident " + id, Description: "About " + id,
		Fields:  app.Fields{Severity: app.Medium, Status: app.StatusNew},
		Created: noon.Add(-time.Hour), Modified: noon.Add(-time.Hour), AlertCount: 1,
	}
	for _, c := range change {
		c(&in)
	}
	raw, err := json.Marshal(in)
	if err != nil {
		panic(err)
	}
	return app.Pulled{Incident: in, Raw: raw}
}

func storePage(t *testing.T, c *Cache, src app.SourceID, rows ...app.Pulled) {
	t.Helper()
	if err := c.StorePage(t.Context(), src, app.Page{Rows: rows, Done: true, Cursor: app.Cursor{Watermark: noon}}); err != nil {
		t.Fatal(err)
	}
}

func window(t *testing.T, c *Cache, filter string) []triage.Row {
	t.Helper()
	f, problems := triage.Parse(filter)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	w, err := c.Window(t.Context(), triage.Query{Filter: f, Me: "ana@clinic.example"})
	if err != nil {
		t.Fatal(err)
	}
	return w.Rows
}

func find(t *testing.T, c *Cache, number string) int64 {
	t.Helper()
	id, err := c.Find(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func readCase(t *testing.T, c *Cache, id int64) triage.Case {
	t.Helper()
	cs, err := c.Case(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return cs
}
