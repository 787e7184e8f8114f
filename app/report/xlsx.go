package report

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// mostRows is what a sheet holds besides its header.
const mostRows = 1_048_575

// column is one of the sheet of the queue.
type column struct {
	title string
	width float64 // in characters
	cell  func(triage.Row) any
}

var queueColumns = []column{
	{"number", 12, func(r triage.Row) any { return inert(r.Number) }},
	{"twin", 12, func(r triage.Row) any { return inert(r.Twin) }},
	{"source", 13, func(r triage.Row) any { return inert(r.Ref.Source.Label()) }},
	{"severity", 14, func(r triage.Row) any { return r.Severity.String() }},
	{"score", 8, func(r triage.Row) any { return number(r.Score) }},
	{"status", 13, func(r triage.Row) any { return r.Status.String() }},
	{"owner", 24, func(r triage.Row) any { return inert(r.Owner) }},
	{"title", 64, func(r triage.Row) any { return inert(r.Title) }},
	{"entities", 26, func(r triage.Row) any { return inert(r.Entities) }},
	{"alerts", 8, func(r triage.Row) any { return known(r.Alerts) }},
	{"created (UTC)", 18, func(r triage.Row) any { return r.Created }},
	{"modified (UTC)", 18, func(r triage.Row) any { return r.Modified }},
	{"tags", 24, func(r triage.Row) any { return inert(strings.Join(r.Tags, "; ")) }},
	{"queued", 9, func(r triage.Row) any { return r.Queued }},
	{"conflict", 9, func(r triage.Row) any { return yes(r.Conflict) }},
	{"twins disagree", 15, func(r triage.Row) any { return yes(r.Disagree) }},
	{"deleted", 9, func(r triage.Row) any { return yes(r.Deleted) }},
}

// QueueXLSX writes rows as a workbook: numbers are numbers, times are dates in UTC, and
// everything else is text that no spreadsheet takes for a formula, also after it was
// edited. A second sheet says what the first one is; about is the filter in words.
func QueueXLSX(w io.Writer, rows []triage.Row, about string, m Meta) error {
	if len(rows) > mostRows {
		return app.E(app.KindInvalid, "A sheet holds 1,048,575 incidents at most; narrow the filter, or export as CSV.", nil)
	}
	if err := workbook(w, rows, about, m); err != nil {
		return app.E(app.KindInternal, "The workbook could not be written; is the disk full?", err)
	}
	return nil
}

func workbook(w io.Writer, rows []triage.Row, about string, m Meta) error {
	f := excelize.NewFile()
	defer f.Close()
	at := m.At.UTC().Format("2006-01-02T15:04:05Z")
	if err := f.SetDocProps(&excelize.DocProperties{Creator: "Watchfloor", LastModifiedBy: "Watchfloor", Created: at, Modified: at, Title: "Incidents"}); err != nil {
		return err
	}
	if err := f.SetSheetName("Sheet1", "Incidents"); err != nil {
		return err
	}
	if err := queueSheet(f, rows); err != nil {
		return err
	}
	if err := aboutSheet(f, len(rows), about, m); err != nil {
		return err
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return err
	}
	return inOrder(w, b.Bytes())
}

// inOrder writes a zip file with its parts in the order of their names: the library
// leaves them in that of a map.
func inOrder(w io.Writer, book []byte) error {
	r, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		return err
	}
	slices.SortFunc(r.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, f := range r.File {
		part, err := out.CreateRaw(&f.FileHeader)
		if err != nil {
			return err
		}
		packed, err := f.OpenRaw()
		if err != nil {
			return err
		}
		if _, err := io.Copy(part, packed); err != nil {
			return err
		}
	}
	return out.Close()
}

func queueSheet(f *excelize.File, rows []triage.Row) error {
	text, date, head, err := styles(f)
	if err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(queueColumns), len(rows)+1)
	if err != nil {
		return err
	}
	if err := f.AutoFilter("Incidents", "A1:"+last, nil); err != nil {
		return err
	}
	s, err := f.NewStreamWriter("Incidents")
	if err != nil {
		return err
	}
	for i := len(queueColumns); i > 0; i-- { // the writer puts the last one first
		if err := s.SetColWidth(i, i, queueColumns[i-1].width); err != nil {
			return err
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	line := make([]any, len(queueColumns))
	for i, c := range queueColumns {
		line[i] = excelize.Cell{StyleID: head, Value: c.title}
	}
	if err := s.SetRow("A1", line); err != nil {
		return err
	}
	for n, r := range rows {
		for i, c := range queueColumns {
			line[i] = typed(c.cell(r), text, date)
		}
		at, err := excelize.CoordinatesToCellName(1, n+2)
		if err != nil {
			return err
		}
		if err := s.SetRow(at, line); err != nil {
			return err
		}
	}
	return s.Flush()
}

// styles are those of text, which stays text when it is edited, of dates and of the
// header.
func styles(f *excelize.File) (text, date, head int, err error) {
	const asText = 49 // the format "@"
	if text, err = f.NewStyle(&excelize.Style{NumFmt: asText}); err != nil {
		return 0, 0, 0, err
	}
	format := "yyyy-mm-dd hh:mm:ss"
	if date, err = f.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
		return 0, 0, 0, err
	}
	head, err = f.NewStyle(&excelize.Style{NumFmt: asText, Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E4E7EC"}}})
	return text, date, head, err
}

// typed is a value as a cell; one that is not known is empty.
func typed(v any, text, date int) any {
	switch v := v.(type) {
	case string:
		if v == "" {
			return nil
		}
		return excelize.Cell{StyleID: text, Value: cellText(v)}
	case time.Time:
		if v.IsZero() || v.Year() < 1900 || v.Year() > 9999 {
			return nil
		}
		return excelize.Cell{StyleID: date, Value: v.UTC()}
	}
	return v
}

// cellText cuts what a cell cannot hold, visibly.
func cellText(s string) string {
	const most = 32_767
	if len(s) <= most {
		return s
	}
	units := utf16.Encode([]rune(s))
	if len(units) <= most {
		return s
	}
	return strings.TrimRight(string(utf16.Decode(units[:most-1])), "\ufffd") + "…"
}

func aboutSheet(f *excelize.File, n int, about string, m Meta) error {
	if _, err := f.NewSheet("About"); err != nil {
		return err
	}
	s, err := f.NewStreamWriter("About")
	if err != nil {
		return err
	}
	if err := s.SetColWidth(2, 2, 90); err != nil {
		return err
	}
	if err := s.SetColWidth(1, 1, 16); err != nil {
		return err
	}
	for i, fact := range [][2]string{
		{"Tenant", inert(m.Tenant)},
		{"Snapshot", minute(m.At)},
		{"By", inert(m.By)},
		{"Filter", orWords(inert(about), "none")},
		{"Incidents", plural(n, "row")},
		{"Times", "UTC"},
		{"Indicators", "Defanged: [.] stands for a dot, hxxp for http. Hidden characters are shown as ⟨U+…⟩."},
		{"Empty cells", "The source does not say, or there is none."},
	} {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := s.SetRow(cell, []any{fact[0], cellText(fact[1])}); err != nil {
			return err
		}
	}
	return s.Flush()
}

// number is a score as a value, nil for none; known a count, nil for one that the source
// does not state.
func number(n *int) any {
	if n == nil {
		return nil
	}
	return *n
}

func known(n int) any {
	if n < 0 {
		return nil
	}
	return n
}
