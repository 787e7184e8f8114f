package report

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"strings"

	"watchfloor/app"
)

//go:embed page.html.tmpl
var pageSource string

// HTML writes the document as a page of its own: light, printable, without script, link
// or outside asset.
func (d Document) HTML(w io.Writer) error {
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, d); err != nil {
		return app.E(app.KindInternal, "The report could not be made.", err)
	}
	return put(w, b.Bytes())
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"glyph": glyph,
	"class": func(s app.Severity) string { return "sev-" + strings.ToLower(s.Short()) },
	"kind": func(b Block) string {
		switch b.(type) {
		case Facts:
			return "facts"
		case Table:
			return "table"
		case Quote:
			return "quote"
		}
		return "remark"
	},
}).Parse(pageSource))

func put(w io.Writer, content []byte) error {
	if _, err := w.Write(content); err != nil {
		return app.E(app.KindInternal, "The report could not be written; is the disk full?", err)
	}
	return nil
}
