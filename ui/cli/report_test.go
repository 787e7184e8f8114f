package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/report"
)

// Handover answers with the period asked for and one open incident.
func (f *floor) Handover(_ context.Context, p report.Period, limit int) (report.Handover, error) {
	h := report.Handover{Period: p, Limit: limit, Open: []report.OpenCase{{Row: f.rows[0]}}}
	h.OpenNow[app.High] = 1
	return h, nil
}

func TestHandoverFromTheCommandLine(t *testing.T) {
	f := newFloor()
	file := filepath.Join(t.TempDir(), "shift.md")
	f.run(t, nil, "report", "handover", "--hours", "12", "--note", "Watch <b>srv-07</b>", "-o", file).expect(t, 0, "written")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2026-03-12 00:00 to 12:00 UTC", "Hands-on-keyboard", `Watch \<b\>srv-07`, "Contoso"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("does not say %q in %s", want, b)
		}
	}
	f.run(t, nil, "report", "handover", "--since", noon.Add(-90*time.Minute).Format(time.RFC3339)).
		expect(t, 0, "2026-03-12 10:30 to 12:00 UTC", "<!DOCTYPE html>")
}

func TestReportsInTheFormatOfTheFile(t *testing.T) {
	f, dir := newFloor(), t.TempDir()
	for name, c := range map[string]struct {
		args  []string
		begin string
	}{
		"case.pdf":   {[]string{"report", "case", "48213"}, "%PDF-"},
		"case.md":    {[]string{"report", "incident", "48213"}, `\#48213`},
		"case.html":  {[]string{"report", "incident", "48213"}, "<!DOCTYPE html>"},
		"shift.pdf":  {[]string{"report", "handover"}, "%PDF-"},
		"queue.xlsx": {[]string{"export"}, "PK\x03\x04"},
	} {
		file := filepath.Join(dir, name)
		f.run(t, nil, append(c.args, "-o", file)...).expect(t, 0)
		if b, err := os.ReadFile(file); err != nil || !bytes.HasPrefix(b, []byte(c.begin)) {
			t.Errorf("%s begins with %.20q (%v)", name, b, err)
		}
	}
}

func TestReportsThatCannotBeWrittenSaySo(t *testing.T) {
	f := newFloor()
	for name, args := range map[string][]string{
		"pdf on a terminal":   {"report", "handover", "--format", "pdf"},
		"excel on a terminal": {"export", "--format", "xlsx"},
		"unknown format":      {"report", "handover", "--format", "docx"},
		"no hours":            {"report", "handover", "--hours", "0"},
		"future":              {"report", "handover", "--since", "2027-01-01T00:00:00Z"},
		"no time":             {"report", "handover", "--since", "yesterday"},
	} {
		if got := f.run(t, nil, args...); got.code != 2 || got.out != "" || got.err == "" {
			t.Errorf("%s: code %d, out %.40q, err %q", name, got.code, got.out, got.err)
		}
	}
}

// Every chart of the window can be had without it.
func TestChartsFromTheCommandLine(t *testing.T) {
	for name, words := range map[string][]string{
		"trend": {`"date"`}, "ageing": {`"7 days or older"`, `"7"`}, "acknowledge": {`"p50 seconds"`, `"300"`}, "close": {`"p90 seconds"`},
	} {
		newFloor().run(t, nil, "report", "trend", "--chart", name, "--days", "9").expect(t, 0, append(words, `"definition"`)...)
		newFloor().run(t, nil, "report", "trend", "--chart", name, "--format", "svg").expect(t, 0, "<svg")
	}
	if got := newFloor().run(t, nil, "report", "trend", "--chart", "pie"); got.code != 2 || !strings.Contains(got.err, "trend, ageing, acknowledge, close") {
		t.Errorf("code %d, %q", got.code, got.err)
	}
}
