package data

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/metrics"
)

// crowded is a cache of n incidents over 90 days: each was taken and most were closed;
// one in thirty was reopened.
func crowded(b *testing.B, n int) *Cache {
	b.Helper()
	c, err := Open(context.Background(), Config{Key: testKey, Path: filepath.Join(b.TempDir(), "cache.db"), Now: func() time.Time { return noon }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	pause := 90 * 24 * time.Hour / time.Duration(n)
	err = c.tx(context.Background(), func(t *tx) error {
		for i := range n {
			created := noon.Add(time.Duration(i-n) * pause)
			taken, ended := created.Add(time.Duration(1+i%300)*time.Minute), created.Add(time.Duration(1+i%90)*time.Hour)
			status, closed := app.StatusClosed, micros(ended)
			if ended.After(noon) {
				status, closed = app.StatusActive, 0
			}
			id := micros(created)
			if err := t.exec(`INSERT INTO incident (id, source, remote_id, number, title, severity, status, open, created, modified, closed_at, stored, fingerprint)
    VALUES (?,'defender',?,?,'An incident with a title of usual length',?,?,?,?,?,?,?,0)`,
				id, i, i, 1+i%4, status, status.Open(), id, id, closed, micros(noon)); err != nil {
				return err
			}
			steps := []string{"New", "In progress", "Closed"}
			if i%30 == 0 {
				steps = []string{"New", "Closed", "In progress", "Closed"}
			}
			for k := range len(steps) - 1 {
				at := taken
				if k == len(steps)-2 {
					at = ended
				}
				if err := t.change(id, micros(at), "ana@clinic.example", app.FieldStatus, steps[k], steps[k+1], app.OriginPull); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// Each series over 90 days of 100,000 incidents with their changes.
func BenchmarkSeriesOfManyIncidents(b *testing.B) {
	c := crowded(b, 100_000)
	for _, k := range metrics.Kinds {
		b.Run(k.File(), func(b *testing.B) {
			best := time.Hour
			for b.Loop() {
				start := time.Now()
				got, err := metrics.Load(context.Background(), c, k, 90, noon, time.UTC)
				if err != nil || got.Len() == 0 {
					b.Fatal(err)
				}
				best = min(best, time.Since(start))
			}
			b.ReportMetric(float64(best.Milliseconds()), "best-ms(<=200)")
			b.ReportMetric(0, "ns/op")
		})
	}
}
