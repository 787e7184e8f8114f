package main

import (
	"context"
	"io"

	"watchfloor/app/report"
	"watchfloor/ui/reports"
)

var _ reports.Lists = exports{}

// List writes the rows of a place as "csv" or "json".
func (e exports) List(ctx context.Context, name string, l report.List, format string) (string, error) {
	return e.write(ctx, name, format, func(w io.Writer) error {
		if format == "json" {
			return l.JSON(w)
		}
		return l.CSV(w)
	})
}
