package report

import (
	"io"
	"time"

	"watchfloor/app"
	"watchfloor/app/report/paper"
)

// DocumentFormats are the endings that Write knows.
var DocumentFormats = []string{"pdf", "html", "md"}

// Write writes the document in one of DocumentFormats; fonts are for PDF, as there.
func (d Document) Write(w io.Writer, format string, fonts paper.Fonts) error {
	switch format {
	case "pdf":
		return d.PDF(w, fonts)
	case "html":
		return d.HTML(w)
	case "md":
		return d.Markdown(w)
	}
	return app.E(app.KindInvalid, "A report is written as pdf, html or md.", nil)
}

// File is a report that was written.
type File struct {
	Path  string
	At    time.Time
	Bytes int64
}
