package report

import (
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/chart"
	"watchfloor/app/text"
)

// Meta is what a report says about itself. At is the instant the snapshot was taken; By
// is who asked for it and Tenant the tenant or tenants it is about, both may be "". Audit
// are the ends of the audit logs behind it; none leaves them out.
type Meta struct {
	Tenant string
	At     time.Time
	By     string
	Audit  []AuditHead
}

// Document is a report before it is written as HTML, Markdown or PDF. Its texts are
// plain: hidden characters are visible and indicators defanged already, and each writer
// escapes what its format would take for structure.
type Document struct {
	Kind     string // "Incident", "Shift hand-over"
	Over     string // the line over the title
	Title    string
	Tenant   string
	Notices  []string // what must not be overlooked, under the title
	Sections []Section
	Foot     string
	At       time.Time
}

// Section is a heading with what belongs to it. Small stands beside the heading: how
// many there are and where the list was cut.
type Section struct {
	Title, Small string
	Blocks       []Block
}

// Block is a part of a section.
type Block interface{ block() }

// Facts are names with values.
type Facts []Fact

// Fact is one of Facts.
type Fact struct {
	Name  string
	Value Cell
}

// Table has as many cells in each row as columns.
type Table struct {
	Columns []Column
	Rows    [][]Cell
}

// Column of a Table. Share is its part of the width, relative to the others.
type Column struct {
	Title string
	Share float64
	Right bool
}

// Cell is text of one or several lines. Mark puts the shape and word of Severity before
// it, Brief the short word; Strong is bold; Small is said below in a quieter voice.
type Cell struct {
	Text     string
	Small    string
	Severity app.Severity
	Mark     bool
	Brief    bool
	Strong   bool
}

// Remark is a sentence of ours.
type Remark string

// Chart is a figure, drawn on paper and in HTML; About says in a sentence what it shows
// and Table holds the figures for formats without pictures.
type Chart struct {
	Figure chart.Figure
	About  string
	Table  Table
}

// Quote is what somebody wrote, under who and when.
type Quote struct{ Head, Text string }

func (Facts) block()  {}
func (Table) block()  {}
func (Remark) block() {}
func (Quote) block()  {}
func (Chart) block()  {}

// line is tenant text as a cell of one line, passage one of several.
func line(s string) Cell    { return Cell{Text: inert(s)} }
func passage(s string) Cell { return Cell{Text: lines(s)} }
func list(s []string) Cell  { return line(strings.Join(s, ", ")) }

// ours is a cell with words of this program.
func ours(s string) Cell { return Cell{Text: s} }

func severity(s app.Severity) Cell { return Cell{Severity: s, Mark: true} }

// brief is severity for a narrow column.
func brief(s app.Severity) Cell { return Cell{Severity: s, Mark: true, Brief: true} }

// lines is tenant text of several lines that nothing makes live.
func lines(s string) string { return text.Defang(text.Block(s, 0)) }

// words is the cell as one text: the shape and the word of the severity, then the text.
func (c Cell) words() string {
	if !c.Mark {
		return c.Text
	}
	return strings.TrimRight(glyph(c.Severity)+" "+c.Word()+" "+c.Text, " ")
}

// Word is the severity as the cell has it.
func (c Cell) Word() string {
	if c.Brief {
		return c.Severity.Short()
	}
	return c.Severity.String()
}

// foot says how to read a report.
func foot(m Meta, more string) string {
	s := "Snapshot of " + minute(m.At)
	if m.Tenant != "" {
		s += " · tenant " + inert(m.Tenant)
	}
	if m.By != "" {
		s += " · by " + inert(m.By)
	}
	return s + more + ". All times are UTC. Indicators are defanged: [.] stands for a dot, hxxp for http. " +
		"Hidden characters are shown as ⟨U+…⟩. The same snapshot gives this same file, byte for byte."
}

// minute is a time as people read it, in UTC; "—" for none.
func minute(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

// shortMinute is minute for a column whose title says UTC.
func shortMinute(t time.Time) string { return strings.TrimSuffix(minute(t), " UTC") }

// glyph is the shape of a severity: colour is never alone.
func glyph(s app.Severity) string {
	switch s {
	case app.High:
		return "▲"
	case app.Medium:
		return "◆"
	case app.Low:
		return "●"
	case app.Informational:
		return "○"
	}
	return "?"
}
