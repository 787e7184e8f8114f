package report

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/app/text"
	"watchfloor/app/triage"
)

func TestGoal39NoCellStartsAFormula(t *testing.T) {
	for _, f := range formulas {
		if got := noFormula(f); got != "'"+f {
			t.Errorf("%q became %q", f, got)
		}
	}
	for _, plain := range []string{"", "a=b", "1-1", "Brute force + spray", "'quoted", "日本", "  two blanks"} {
		if got := noFormula(plain); got != plain {
			t.Errorf("%q is no formula and became %q", plain, got)
		}
	}
}

func TestGoal39HostileRowsStayOneRowEach(t *testing.T) {
	var rows []triage.Row
	for i, h := range hostile {
		rows = append(rows, rowOf(int64(i+1), h))
	}
	var b bytes.Buffer
	if err := QueueCSV(&b, rows); err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(b.Bytes()) {
		t.Error("the file is not UTF-8")
	}
	if got := strings.Count(b.String(), "\n"); got != len(rows)+1 {
		t.Errorf("%d lines for %d rows and a header", got, len(rows))
	}
	back, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, rec := range back {
		if len(rec) != len(QueueHeader) {
			t.Fatalf("line %d has %d cells", i+1, len(rec))
		}
		for _, cell := range rec {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\x00") {
				t.Errorf("line %d: the cell %q starts a formula", i+1, cell)
			}
			if strings.ContainsAny(cell, "\x00\x1b\u202e\u200b") || strings.Contains(cell, "https://evil") || strings.Contains(cell, "113.7") {
				t.Errorf("line %d: %q is not inert", i+1, cell)
			}
		}
	}
}

func TestQueueRowReadsBackAsWritten(t *testing.T) {
	r := rowOf(7, "Hands-on-keyboard, \"3\" hosts")
	r.Tags, r.Owner, r.Twin, r.Conflict, r.Queued = []string{"a", "b"}, "Jo", "991", true, 1
	var b bytes.Buffer
	if err := QueueCSV(&b, []triage.Row{r}); err != nil {
		t.Fatal(err)
	}
	back, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"48213", "991", "Sentinel", "High", "61", "New", "Jo", "Hands-on-keyboard, \"3\" hosts", "Hands-on-keyboard, \"3\" hosts",
		"", "2026-03-12T12:00:00Z", "2026-03-12T13:00:00Z", "a; b", "1", "yes", "", "",
	}
	for i, w := range want {
		if back[1][i] != w {
			t.Errorf("%s: %q, want %q", QueueHeader[i], back[1][i], w)
		}
	}
}

// Whatever is in a table: encoding/csv reads the same cells back, less the apostrophe
// that was put before formulas.
func TestGoal39CSVRoundTrip(t *testing.T) {
	cell := rapid.OneOf(rapid.String(), rapid.SampledFrom(hostile), rapid.StringMatching(`[=+@", ;'a\-]{0,6}`))
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(cell, 1, 6).Draw(t, "row")
		for i := range row { // what the exports hand over has no line breaks
			row[i] = text.Line(row[i], 0)
		}
		var b bytes.Buffer
		if err := WriteCSV(&b, [][]string{row}); err != nil {
			t.Fatal(err)
		}
		back, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(back) != 1 || len(back[0]) != len(row) {
			t.Fatalf("read back %v, %v", back, err)
		}
		for i, got := range back[0] {
			if got != row[i] && got != "'"+row[i] {
				t.Fatalf("cell %q came back as %q", row[i], got)
			}
		}
	})
}

func TestTrendCSVCarriesItsDefinition(t *testing.T) {
	days := []metrics.Day{{Date: noon.Add(-12 * time.Hour)}}
	days[0].Created[app.High] = 3
	days = append(days, metrics.Day{Date: noon.Add(12 * time.Hour)})
	var b bytes.Buffer
	if err := TrendCSV(&b, metrics.NewTrend(days, 2, noon, time.UTC)); err != nil {
		t.Fatal(err)
	}
	table, err := csv.NewReader(strings.NewReader(b.String())).ReadAll() // refuses rows of different lengths
	if err != nil || len(table) != 3 {
		t.Fatalf("%d rows, %v", len(table), err)
	}
	for _, want := range []string{`"2026-03-12","false","3","3"`, `"created 7-day median"`, "Twins count once", `"n created","n closed","time zone","as of","definition"`, `"3","0","UTC","2026-03-12T12:00:00Z","Incidents by`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("does not hold %s", want)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestFailedWritesSaySo(t *testing.T) {
	rows := []triage.Row{rowOf(1, "x")}
	for name, err := range map[string]error{
		"csv": QueueCSV(fullDisk{}, rows), "json": QueueJSON(fullDisk{}, rows), "html": CaseHTML(fullDisk{}, caseOf("x"), Meta{}),
		"pdf": Case(caseOf("x"), Meta{}).PDF(fullDisk{}, nil), "md": Case(caseOf("x"), Meta{}).Markdown(fullDisk{}), "xlsx": QueueXLSX(fullDisk{}, rows, "", Meta{}),
	} {
		if err == nil || !strings.Contains(app.Say(err), "disk full") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
