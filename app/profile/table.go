package profile

import (
	"strings"

	"github.com/mattn/go-runewidth"

	"watchfloor/app/text"
)

// Table is findings as plain text in aligned columns, to paste into a request to an
// administrator. What works comes too: it shows what need not be asked for.
func Table(findings []Finding) string {
	rows := [][]string{{"SOURCE", "TRIED", "RESULT", "NEEDS", "WITHOUT IT"}}
	for _, f := range findings {
		rows = append(rows, []string{f.Source, f.Check, string(f.Verdict), f.Needs, f.Costs})
	}
	wide := make([]int, len(rows[0]))
	for _, r := range rows {
		for i := range r {
			if r[i] = text.Line(r[i], 300); r[i] == "" {
				r[i] = "–"
			}
			wide[i] = max(wide[i], runewidth.StringWidth(r[i]))
		}
	}
	var b strings.Builder
	for _, r := range rows {
		for i, cell := range r {
			b.WriteString(cell)
			if i < len(r)-1 {
				b.WriteString(strings.Repeat(" ", wide[i]-runewidth.StringWidth(cell)+2))
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
