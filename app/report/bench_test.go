package report

import (
	"io"
	"slices"
	"testing"
	"time"

	"codeberg.org/go-fonts/dejavu/dejavusans"
	"codeberg.org/go-fonts/dejavu/dejavusansbold"
	"codeberg.org/go-pdf/fpdf"
	"github.com/xuri/excelize/v2"
)

// BenchmarkCasePDF makes the file of an incident with 150 alerts, 500 entities and 100
// comments; no more than 500 ms are allowed. The bare loop puts the same words on pages
// with the same library and fonts, and neither breaks lines nor sets tables.
func BenchmarkCasePDF(b *testing.B) {
	c := richCase(150, 500, 100)
	words := wordsOf(Case(c, meta))
	within(b, 500*time.Millisecond, func() error { return Case(c, meta).PDF(io.Discard, nil) }, func() error { return barePDF(words) })
}

// wordsOf is all text of a document that the PDF library can show.
func wordsOf(d Document) []rune {
	return slices.DeleteFunc([]rune(d.everyWord()), func(r rune) bool { return r > 0xffff || r < ' ' })
}

func barePDF(words []rune) error {
	p := fpdf.New("P", "pt", "A4", "")
	p.AddUTF8FontFromBytes("body", "", dejavusans.TTF)
	p.AddUTF8FontFromBytes("body", "B", dejavusansbold.TTF)
	const perLine, perPage = 90, 70
	for line := 0; len(words) > 0; line++ {
		if line%perPage == 0 {
			p.AddPage()
		}
		p.SetFont("body", [2]string{"", "B"}[line%2], 8)
		n := min(perLine, len(words))
		p.Text(44, float64(50+line%perPage*11), string(words[:n]))
		words = words[n:]
	}
	return p.Output(io.Discard)
}

// BenchmarkQueueXLSX makes a workbook of 10,000 rows; no more than 2 s are allowed. The
// bare loop hands the same values to the same library: no defanging, no types, no
// styles, no order of the parts.
func BenchmarkQueueXLSX(b *testing.B) {
	rows := manyRows(10_000)
	values := make([][]any, len(rows))
	for i, r := range rows {
		for _, c := range queueColumns {
			values[i] = append(values[i], c.cell(r))
		}
	}
	within(b, 2*time.Second, func() error { return QueueXLSX(io.Discard, rows, "", meta) }, func() error { return bareXLSX(values) })
}

func bareXLSX(rows [][]any) error {
	f := excelize.NewFile()
	defer f.Close()
	s, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	for i, r := range rows {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := s.SetRow(at, r); err != nil {
			return err
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	_, err = f.WriteToBuffer()
	return err
}

// BenchmarkHandoverPDF makes a hand-over with 200 incidents in each list and its charts;
// no more than 500 ms are allowed.
func BenchmarkHandoverPDF(b *testing.B) {
	h := shift(200)
	charts, err := HandoverCharts(b.Context(), steady{}, noon)
	if err != nil {
		b.Fatal(err)
	}
	words := wordsOf(HandoverReport(h, "note", meta))
	within(b, 500*time.Millisecond, func() error { return HandoverReport(h, "note", meta, charts...).PDF(io.Discard, nil) }, func() error { return barePDF(words) })
}

// within makes a report b.N times, three times at least, in turn with the bare loop, and
// holds the fastest to the bound: the others may have had to share the processor.
func within(b *testing.B, most time.Duration, report, bare func() error) {
	b.Helper()
	fastest, least := time.Hour, time.Hour
	for range max(3, b.N) {
		for _, side := range []struct {
			make func() error
			best *time.Duration
		}{{report, &fastest}, {bare, &least}} {
			start := time.Now()
			if err := side.make(); err != nil {
				b.Fatal(err)
			}
			*side.best = min(*side.best, time.Since(start))
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(fastest.Microseconds())/1000, "ms(<="+most.String()+")")
	b.ReportMetric(float64(least.Microseconds())/1000, "bare-ms")
	b.ReportMetric(float64(fastest)/float64(least), "times-bare")
	if fastest > most {
		b.Errorf("%v, no more than %v are allowed", fastest, most)
	}
}
