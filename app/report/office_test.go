package report

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"watchfloor/app/triage"
)

// LibreOffice opens the workbook: no cell is a formula, numbers are numbers, times are
// dates, and the text is the one that was written.
func TestGoal39LibreOfficeReadsTheWorkbook(t *testing.T) {
	office := tool(t, "soffice", "libreoffice")
	var rows []triage.Row
	for i, h := range hostile {
		rows = append(rows, rowOf(int64(i+1), h))
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "book.xlsx"), workbookOf(t, rows), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "fods",
		"--outdir", dir, filepath.Join(dir, "book.xlsx"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("this LibreOffice does not start: %v %s", err, out)
	}
	book, err := os.ReadFile(filepath.Join(dir, "book.fods"))
	if err != nil {
		t.Fatal(err)
	}
	for _, no := range []string{"table:formula", "<text:a ", `xlink:href="http`, "script:event", "table:content-validation"} {
		if i := bytes.Index(book, []byte(no)); i >= 0 {
			t.Errorf("the workbook has %s: %.120s", no, book[i:])
		}
	}
	if n := bytes.Count(book, []byte(">48213<")); n != len(hostile) {
		t.Errorf("%d rows of %d", n, len(hostile))
	}
	for _, want := range []string{`office:value-type="float" office:value="61"`, `office:date-value="2026-03-12T12:00:00"`, ">=1+1<"} {
		if !bytes.Contains(book, []byte(want)) {
			t.Errorf("the workbook has no %s", want)
		}
	}
}
