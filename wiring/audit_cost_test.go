package wiring_test

import (
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// BenchmarkAThousandActions is a form over a thousand incidents, queued and then sent:
// what the log adds to it is three short rows an action, in transactions that are there.
func BenchmarkAThousandActions(b *testing.B) {
	s := newService(app.Defender)
	f := newFloor(b, s)
	for range 1000 {
		s.add(fresh())
	}
	f.pull()
	var ids []int64
	for n := range s.rows {
		ids = append(ids, f.id(s, n))
	}
	var queued, sent time.Duration
	for i := range b.N {
		var rs []outbox.Request
		for _, id := range ids {
			rs = append(rs, severity(id, []app.Severity{app.Low, app.Medium}[i%2]))
		}
		began := time.Now()
		if _, err := f.box.DoMany(b.Context(), rs, nil); err != nil {
			b.Fatal(err)
		}
		queued += time.Since(began)
		began = time.Now()
		f.settle()
		sent += time.Since(began)
	}
	b.ReportMetric(float64(queued.Milliseconds())/float64(b.N), "ms/queued")
	b.ReportMetric(float64(sent.Milliseconds())/float64(b.N), "ms/sent")
}
