package report

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/app/text"
	"watchfloor/app/triage"
)

// QueueHeader names the columns of QueueCSV.
var QueueHeader = []string{
	"number", "twin", "source", "severity", "score", "status", "owner", "title", "entities",
	"alerts", "created", "modified", "tags", "queued", "conflict", "twins disagree", "deleted",
}

// QueueCSV writes rows with a header, as UTF-8. Times are UTC in RFC 3339; an unknown
// count is empty; tags are separated by "; ".
func QueueCSV(w io.Writer, rows []triage.Row) error {
	table := make([][]string, 0, len(rows)+1)
	table = append(table, QueueHeader)
	for _, r := range rows {
		table = append(table, []string{
			inert(r.Number), inert(r.Twin), inert(r.Ref.Source.Label()), r.Severity.String(), optional(r.Score),
			r.Status.String(), inert(r.Owner), inert(r.Title), inert(r.Entities), count(r.Alerts), stamp(r.Created), stamp(r.Modified),
			inert(strings.Join(r.Tags, "; ")), strconv.Itoa(r.Queued), yes(r.Conflict), yes(r.Disagree), yes(r.Deleted),
		})
	}
	return WriteCSV(w, table)
}

// TrendCSV writes the days of a trend, one row a day. Every row also carries what a
// reader needs to trust it: n of both series, time zone, freshness and definition.
func TrendCSV(w io.Writer, t metrics.Trend) error {
	fresh := "never synced"
	if !t.AsOf.IsZero() {
		fresh = stamp(t.AsOf)
	}
	about := []string{strconv.Itoa(t.Created), strconv.Itoa(t.Closed), text.Line(t.Zone, 60), fresh, metrics.TrendDefinition}
	table := [][]string{append(metrics.TrendHeader(), "n created", "n closed", "time zone", "as of", "definition")}
	for _, row := range t.Rows() {
		table = append(table, append(row, about...))
	}
	return WriteCSV(w, table)
}

// WriteCSV writes a table. Every cell is quoted, so that no separator of any locale
// splits it, and a cell that a spreadsheet could read as a formula gets a leading
// apostrophe (OWASP ASVS 5.0, 1.2.10).
func WriteCSV(w io.Writer, table [][]string) error {
	b := bufio.NewWriter(w)
	for _, row := range table {
		for i, cell := range row {
			if i > 0 {
				_ = b.WriteByte(',')
			}
			_ = b.WriteByte('"')
			_, _ = b.WriteString(strings.ReplaceAll(noFormula(cell), `"`, `""`))
			_ = b.WriteByte('"')
		}
		_ = b.WriteByte('\n')
	}
	if err := b.Flush(); err != nil {
		return app.E(app.KindInternal, "The CSV could not be written; is the disk full?", err)
	}
	return nil
}

// noFormula puts an apostrophe before a cell whose first character starts a formula in
// some spreadsheet: the signs, their full-width, small, raised and lowered forms, which
// programs fold to them, the mathematical minus, and what is cut off in silence. Blanks
// and characters that do not show do not protect: some programs drop them.
func noFormula(cell string) string {
	if strings.IndexAny(cell, "\t\r\x00") == 0 || strings.IndexAny(strings.TrimLeftFunc(cell, unseen), "=+-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−\t\r\x00") == 0 {
		return "'" + cell
	}
	return cell
}

func unseen(r rune) bool {
	return r != '\t' && r != '\r' && r != 0 && (unicode.IsSpace(r) || !unicode.IsGraphic(r) || r == '\u3164' || r == '\uffa0' || r == '\u2800')
}

// inert is tenant text as one line that nothing makes live.
func inert(s string) string { return text.Defang(text.Line(s, 0)) }

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func optional(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func count(n int) string {
	if n < 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
