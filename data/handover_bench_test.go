package data

import (
	"testing"
	"time"

	"watchfloor/app/report"
)

// A hand-over of a shift out of 100,000 incidents; no more than 250 ms are allowed. The
// silent source has no incident at all, the worst case for finding its newest.
func BenchmarkHandoverOfManyIncidents(b *testing.B) {
	c := crowded(b, 100_000)
	err := c.tx(b.Context(), func(t *tx) error {
		return t.exec(`INSERT INTO cursor (source, cursor, last_success) VALUES ('defender', '{}', 1), ('sentinel', '{}', 1)`)
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	fastest := time.Hour
	for range max(3, b.N) {
		start := time.Now()
		h, err := c.Handover(b.Context(), report.Period{From: noon.Add(-8 * time.Hour), To: noon}, 0)
		if err != nil || h.Arrived.Total() == 0 || len(h.Open) == 0 {
			b.Fatalf("%d came in, %v", h.Arrived.Total(), err)
		}
		fastest = min(fastest, time.Since(start))
	}
	b.ReportMetric(float64(fastest.Microseconds())/1000, "ms/hand-over")
	if fastest > 250*time.Millisecond {
		b.Errorf("%v, no more than 250ms are allowed", fastest)
	}
}
