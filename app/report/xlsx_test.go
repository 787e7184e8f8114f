package report

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"watchfloor/app/triage"
)

func workbookOf(t *testing.T, rows []triage.Row) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := QueueXLSX(&b, rows, "sev:high", meta); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func parts(t *testing.T, book []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(content)
	}
	return out
}

// Whatever text the tenant holds, no cell is a formula and each reads back as it was
// written.
func TestGoal39WorkbookHoldsNoFormula(t *testing.T) {
	var rows []triage.Row
	for i, h := range hostile {
		rows = append(rows, rowOf(int64(i+1), h))
	}
	book := workbookOf(t, rows)
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("Incidents")
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range hostile {
		if got[i+1][7] != inert(h) {
			t.Errorf("%q reads back as %q", h, got[i+1][7])
		}
		for c := range queueColumns {
			at, _ := excelize.CoordinatesToCellName(c+1, i+2)
			if formula, err := f.GetCellFormula("Incidents", at); err != nil || formula != "" {
				t.Errorf("%s is the formula %q (%v)", at, formula, err)
			}
		}
	}
	for name, content := range parts(t, book) {
		for _, no := range []string{"<f>", "<f ", "hyperlink", "externalLink", "vbaProject", "TargetMode=\"External\""} {
			if strings.Contains(content, no) {
				t.Errorf("%s contains %s", name, no)
			}
		}
	}
}

func TestWorkbookCellsHaveTypes(t *testing.T) {
	r := rowOf(1, "plain")
	r.Number = "0048213"
	book := parts(t, workbookOf(t, []triage.Row{r}))
	sheet := book["xl/worksheets/sheet1.xml"]
	for what, want := range map[string]string{
		"a number that is a name stays text": `t="inlineStr"><is><t>0048213</t>`,
		"a score is a number":                `<c r="E2"><v>61</v>`,
		"a time is a date, in days":          `<v>46093.5</v>`,
		"the header stays in view":           `state="frozen"`,
		"the columns can be filtered":        `<autoFilter ref="$A$1:$Q$2"`,
		"the columns have widths":            `<cols><col min="1" max="1" width="12"`,
	} {
		if !strings.Contains(sheet, want) {
			t.Errorf("%s: there is no %s", what, want)
		}
	}
	if strings.Contains(sheet, `r="J2"`) {
		t.Error("a count that is not known is written")
	}
	if !strings.Contains(book["xl/worksheets/sheet2.xml"], "sev:high") || !strings.Contains(book["xl/worksheets/sheet2.xml"], "Contoso clinic") {
		t.Error("the second sheet does not say what the first one is")
	}
}

func TestSameRowsSameWorkbook(t *testing.T) {
	rows := []triage.Row{rowOf(1, "a"), rowOf(2, "b")}
	first := workbookOf(t, rows)
	for range 5 {
		if !bytes.Equal(first, workbookOf(t, rows)) {
			t.Fatal("the same rows gave two workbooks")
		}
	}
}

func TestWorkbookCutsVisibly(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(workbookOf(t, []triage.Row{rowOf(1, strings.Repeat("😀", 40_000))})))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetCellValue("Incidents", "H2")
	if err != nil || !strings.HasSuffix(got, "😀…") {
		t.Errorf("a cell that is too long ends with %q (%v)", got[max(0, len(got)-20):], err)
	}
}

// manyRows is a queue of n incidents.
func manyRows(n int) []triage.Row {
	rows := make([]triage.Row, n)
	for i := range rows {
		rows[i] = rowOf(int64(i+1), fmt.Sprintf("Suspicious sign-in %d from 203.0.113.7", i))
		rows[i].Number, rows[i].Created = fmt.Sprint(40_000+i), noon.Add(-time.Duration(i)*time.Minute)
	}
	return rows
}
