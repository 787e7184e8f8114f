package report

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/text"
	"watchfloor/app/triage"
)

//go:embed case.html.tmpl
var caseSource string

// Meta is what a report says about itself. At is the instant the snapshot was taken.
type Meta struct {
	Tenant string
	At     time.Time
}

// CaseHTML writes one incident as a page of its own: light, printable, without script,
// link or outside asset.
func CaseHTML(w io.Writer, c triage.Case, m Meta) error {
	var b bytes.Buffer
	if err := caseTemplate.Execute(&b, page{c, m}); err != nil {
		return app.E(app.KindInternal, "The report could not be made.", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return app.E(app.KindInternal, "The report could not be written; is the disk full?", err)
	}
	return nil
}

// page is what the template sees.
type page struct {
	triage.Case
	Meta Meta
}

// Incidents are the incident and, where there is one, its twin.
func (p page) Incidents() []app.Incident {
	out := []app.Incident{p.Incident}
	if p.Twin != nil {
		out = append(out, *p.Twin)
	}
	return out
}

var caseTemplate = template.Must(template.New("case").Funcs(template.FuncMap{
	"line":   inert,
	"status": func(s string) string { return inert(AlertStatus(s)) },
	"text":   func(s string) string { return text.Defang(text.Block(s, 0)) },
	"time":   minute,
	"list":   func(s []string) string { return inert(strings.Join(s, ", ")) },
	"glyph":  glyph,
	"class":  func(s app.Severity) string { return "sev-" + strings.ToLower(s.Short()) },
	"count":  count,
	"or": func(s, none string) string {
		if s == "" {
			return none
		}
		return s
	},
}).Parse(caseSource))

// minute is a time as people read it, in UTC; "—" for none.
func minute(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

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
