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

// Periodic is a report of a period that has figures of its own besides the document.
type Periodic interface {
	Report(m Meta) Document
	CSV(w io.Writer) error
	JSON(w io.Writer, m Meta) error
}

// PeriodFormats are the endings that WritePeriod knows.
var PeriodFormats = append([]string{"csv", "json"}, DocumentFormats...)

// WritePeriod writes p in one of PeriodFormats.
func WritePeriod(w io.Writer, p Periodic, m Meta, format string, fonts paper.Fonts) error {
	switch format {
	case "csv":
		return p.CSV(w)
	case "json":
		return p.JSON(w, m)
	}
	return p.Report(m).Write(w, format, fonts)
}
