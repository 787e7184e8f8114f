package report

import (
	"bytes"
	_ "embed"
	"encoding/base64"
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
	"glyph":   glyph,
	"picture": picture,
	"class":   func(s app.Severity) string { return "sev-" + strings.ToLower(s.Short()) },
	"kind": func(b Block) string {
		switch b.(type) {
		case Facts:
			return "facts"
		case Table:
			return "table"
		case Quote:
			return "quote"
		case Chart:
			return "chart"
		}
		return "remark"
	},
}).Parse(pageSource))

// picture is a chart as an address that holds all of it: a drawing in an image runs
// nothing and loads nothing.
func picture(c Chart) (template.URL, error) {
	var b bytes.Buffer
	if err := c.Figure.SVG(&b, pageWidth, pageHeight); err != nil {
		return "", err
	}
	return template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(b.Bytes())), nil // #nosec G203 -- base64 of our own drawing, and an image runs nothing
}

// Size of a chart on a page, in pixels.
const pageWidth, pageHeight = 960, 360

// Pictures reports that the document has any.
func (d Document) Pictures() bool {
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if _, ok := b.(Chart); ok {
				return true
			}
		}
	}
	return false
}

func put(w io.Writer, content []byte) error {
	if _, err := w.Write(content); err != nil {
		return app.E(app.KindInternal, "The report could not be written; is the disk full?", err)
	}
	return nil
}
