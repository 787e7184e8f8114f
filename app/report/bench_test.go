package report

import (
	"io"
	"testing"
	"time"
)

// BenchmarkCasePDF makes the file of an incident with 150 alerts, 500 entities and 100
// comments; no more than 500 ms are allowed.
func BenchmarkCasePDF(b *testing.B) {
	c := richCase(150, 500, 100)
	for b.Loop() {
		if err := Case(c, meta).PDF(io.Discard, nil); err != nil {
			b.Fatal(err)
		}
	}
	within(b, 500*time.Millisecond)
}

// BenchmarkQueueXLSX makes a workbook of 10,000 rows; no more than 2 s are allowed.
func BenchmarkQueueXLSX(b *testing.B) {
	rows := manyRows(10_000)
	for b.Loop() {
		if err := QueueXLSX(io.Discard, rows, "", meta); err != nil {
			b.Fatal(err)
		}
	}
	within(b, 2*time.Second)
}

// BenchmarkHandoverPDF makes a hand-over with 200 incidents in each list.
func BenchmarkHandoverPDF(b *testing.B) {
	h := shift(200)
	for b.Loop() {
		if err := HandoverReport(h, "note", meta).PDF(io.Discard, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func within(b *testing.B, most time.Duration) {
	b.Helper()
	each := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(float64(each.Microseconds())/1000, "ms/report")
	if each > most {
		b.Errorf("%v, no more than %v are allowed", each, most)
	}
}
