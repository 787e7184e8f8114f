package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"watchfloor/app"
	"watchfloor/app/report"
	"watchfloor/app/triage"
)

// exportPage is how many rows are read at a time.
const exportPage = 1000

// exports writes files into the exports folder of the data folder.
type exports struct{ s *session }

// Export writes all rows of a query as "csv" or "json".
func (e exports) Export(ctx context.Context, q triage.Query, format string) (string, error) {
	var rows []triage.Row
	q.Limit, q.After = exportPage, nil
	for {
		w, err := e.s.fleet.Window(ctx, q)
		if err != nil {
			return "", err
		}
		rows = append(rows, w.Rows...)
		if !w.More {
			break
		}
		q.After = &rows[len(rows)-1]
	}
	return e.write("queue", format, func(w io.Writer) error {
		if format == "json" {
			return report.QueueJSON(w, rows)
		}
		return report.QueueCSV(w, rows)
	})
}

// CaseHTML writes one incident.
func (e exports) CaseHTML(ctx context.Context, id int64) (string, error) {
	c, err := e.s.fleet.Case(ctx, id)
	if err != nil {
		return "", err
	}
	return e.write("incident-"+fileNumber(c.Row), "html", func(w io.Writer) error {
		return report.CaseHTML(w, c, report.Meta{Tenant: e.s.fleet.Of(id).Name, At: e.s.now()})
	})
}

// fileNumber is the number of an incident as a part of a file name. It is tenant text:
// only letters, digits and hyphens stay.
func fileNumber(r triage.Row) string {
	plain := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' {
			return c
		}
		return -1
	}, r.Number)
	if plain = strings.Trim(plain[:min(len(plain), 40)], "-"); plain == "" {
		return fmt.Sprintf("id%d", r.ID)
	}
	return plain
}

func (e exports) write(name, ext string, fill func(io.Writer) error) (string, error) {
	say := func(err error) error {
		return app.E(app.KindInvalid, "The export could not be written; check the space and permissions of the data folder.", err)
	}
	dir := filepath.Join(e.s.home, "exports")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", say(err)
	}
	path := filepath.Join(dir, fmt.Sprintf("%s-%s.%s", name, e.s.now().UTC().Format("20060102-150405"), ext))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return "", say(err)
	}
	err = fill(f)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return "", say(err)
	}
	return path, nil
}
