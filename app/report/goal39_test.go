package report

import (
	"bytes"
	"encoding/csv"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"watchfloor/app/text"
	"watchfloor/app/triage"
)

// crumbs are what a cell is made of in the fuzzed rows.
var crumbs = append([]string{
	"=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "−", "\t", "\r", "\n", "\r\n", "\x00", "'", `"`, `""`, ",", ";", "|", " ", "\u00a0", "\u200b", "\ufeff", "\u202e", "1+1", "SUM(1;1)", "cmd|' /C calc'!A0",
	"HYPERLINK(\"https://evil.example\")", "WEBSERVICE(\"https://evil.example\")", "A1", "$A$1", "#REF!", "{=1}", "[1]", "%", "1e9", "0x1", "1/2/3", "\\", "x", "日本", "\xff", "٣", "é",
}, formulas...)

func fuzzedCell(rnd *rand.Rand) string {
	var b strings.Builder
	for range rnd.IntN(6) {
		if rnd.IntN(8) == 0 {
			b.WriteRune(rune(rnd.IntN(0x11000)))
		} else {
			b.WriteString(crumbs[rnd.IntN(len(crumbs))])
		}
	}
	return b.String()
}

// fuzzedRows are n rows of the queue with anything in them.
func fuzzedRows(n int) []triage.Row {
	rnd := rand.New(rand.NewPCG(39, 5))
	rows := make([]triage.Row, n)
	for i := range rows {
		rows[i] = rowOf(int64(i+1), fuzzedCell(rnd))
		rows[i].Owner, rows[i].Entities, rows[i].Number, rows[i].Twin = fuzzedCell(rnd), fuzzedCell(rnd), fuzzedCell(rnd), fuzzedCell(rnd)
		rows[i].Tags = []string{fuzzedCell(rnd), fuzzedCell(rnd)}
	}
	return rows
}

// startsFormula is the rule of OWASP ASVS 5.0, 1.2.10, written a second time and wider: by
// what the first character that shows folds to.
func startsFormula(cell string) bool {
	shown := strings.TrimLeftFunc(cell, func(r rune) bool {
		return r == ' ' || r == 0xa0 || r == 0x200b || r == 0xfeff || r == 0x3000 || r == '\n'
	})
	for _, sign := range []string{"=", "+", "-", "@", "\t", "\r", "\x00", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−"} {
		if strings.HasPrefix(cell, sign) || strings.HasPrefix(shown, sign) {
			return true
		}
	}
	return false
}

// Goal 39: 100,000 fuzzed rows come back from encoding/csv cell by cell, and none of their
// cells starts a formula.
func TestGoal39FuzzedRowsComeBack(t *testing.T) {
	rows := fuzzedRows(dose(5_000, 100_000))
	var b bytes.Buffer
	if err := QueueCSV(&b, rows); err != nil {
		t.Fatal(err)
	}
	in := csv.NewReader(&b)
	for i := -1; i < len(rows); i++ {
		got, err := in.Read()
		if err != nil || len(got) != len(QueueHeader) {
			t.Fatalf("row %d: %q, %v", i, got, err)
		}
		if i < 0 {
			continue
		}
		for column, want := range map[int]string{0: rows[i].Number, 1: rows[i].Twin, 6: rows[i].Owner, 7: rows[i].Title, 8: rows[i].Entities} {
			if want = inert(want); got[column] != want && got[column] != "'"+want || startsFormula(got[column]) {
				t.Fatalf("row %d: %q came back as %q", i, want, got[column])
			}
		}
		for _, cell := range got {
			if startsFormula(cell) {
				t.Fatalf("row %d: %q starts a formula", i, cell)
			}
		}
	}
	if extra, err := in.Read(); err == nil {
		t.Errorf("one row too many: %q", extra)
	}
}

// LibreOffice, told to evaluate, evaluates nothing in the hostile corpus and the fuzzed
// rows, keeps every row, and does evaluate a file that was written without care.
func TestGoal39LibreOfficeEvaluatesNothing(t *testing.T) {
	office := tool(t, "soffice", "libreoffice")
	rows := fuzzedRows(dose(1_000, 100_000))
	var table [][]string
	for _, h := range hostile {
		table = append(table, []string{"corpus", h, text.Line(h, 0)})
	}
	for i, r := range rows {
		table = append(table, []string{"row" + strconv.Itoa(i), text.Line(r.Title, 0), r.Owner, r.Entities, inert(r.Number)})
	}
	var b bytes.Buffer
	if err := WriteCSV(&b, table); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	careless, ours := filepath.Join(dir, "careless.csv"), filepath.Join(dir, "ours.csv")
	for file, content := range map[string][]byte{careless: []byte("=1+1,x\n"), ours: b.Bytes()} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Token 13 of the import filter asks for formulas to be evaluated.
	if said, err := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--infilter=Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,0,true",
		"--convert-to", "fods", "--outdir", dir, careless, ours).CombinedOutput(); err != nil {
		t.Skipf("this LibreOffice does not start: %v %s", err, said)
	}
	sheet := func(name string) string {
		s, err := os.ReadFile(filepath.Join(dir, name+".fods"))
		if err != nil {
			t.Fatal(err)
		}
		return string(s)
	}
	if !strings.Contains(sheet("careless"), "table:formula=") {
		t.Skip("this LibreOffice evaluates no formula in a CSV at all")
	}
	got := sheet("ours")
	for _, no := range []string{"table:formula", "<text:a ", "script:event", "xlink:href=\"http"} {
		if i := strings.Index(got, no); i >= 0 {
			t.Errorf("the sheet has %s: %.200s", no, got[max(0, i-100):])
		}
	}
	if n := strings.Count(got, ">row"); n != len(rows) {
		t.Errorf("%d rows of %d", n, len(rows))
	}
}

func TestGoal39FormulasOfOtherLists(t *testing.T) {
	for _, f := range formulas {
		l := List{Columns: []string{"a", "b"}, Rows: [][]string{{f, "x"}}}
		var b bytes.Buffer
		if err := l.CSV(&b); err != nil {
			t.Fatal(err)
		}
		back, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(back) != 2 || startsFormula(back[1][0]) || !slices.Equal(back[0], l.Columns) {
			t.Errorf("%q: %q %v", f, back, err)
		}
	}
}
