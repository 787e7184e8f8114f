package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"watchfloor/app"
	"watchfloor/app/report"
	"watchfloor/app/triage"
	"watchfloor/integrations/filemanager"
	"watchfloor/integrations/fonts"
	"watchfloor/ui/reports"
)

// exportPage is how many rows are read at a time.
const exportPage = 1000

// exports writes files into the exports folder of the data folder.
type exports struct{ s *session }

var _ reports.Source = exports{}

// Export writes all rows of a query as "csv", "xlsx" or "json".
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
	return e.write(ctx, "queue", format, func(w io.Writer) error {
		switch format {
		case "json":
			return report.QueueJSON(w, rows)
		case "xlsx":
			return report.QueueXLSX(w, rows, q.Filter.String(), report.Meta{Tenant: e.tenants(), At: e.s.now(), By: e.author()})
		}
		return report.QueueCSV(w, rows)
	})
}

// Case writes one incident as "html", "md" or "pdf".
func (e exports) Case(ctx context.Context, id int64, format string) (string, error) {
	c, err := e.s.fleet.Case(ctx, id)
	if err != nil {
		return "", err
	}
	of := e.s.fleet.Of(id)
	meta, err := e.meta(ctx, of.Name, of.Slot)
	if err != nil {
		return "", err
	}
	return e.document(ctx, "incident-"+fileNumber(c.Row), format, report.Case(c, meta))
}

// Handover writes a hand-over with the notes of the analyst.
func (e exports) Handover(ctx context.Context, p report.Period, note, format string) (string, error) {
	h, err := e.s.fleet.Handover(ctx, p, report.ListLimit)
	if err != nil {
		return "", err
	}
	charts, err := report.HandoverCharts(ctx, e.s.fleet, p.To)
	if err != nil {
		return "", err
	}
	meta, err := e.meta(ctx, e.tenants())
	if err != nil {
		return "", err
	}
	return e.document(ctx, "hand-over", format, report.HandoverReport(h, note, meta, charts...))
}

// Identity writes what a period told of identities, a file for each tenant.
func (e exports) Identity(ctx context.Context, p report.Period, format string) ([]string, error) {
	return e.places(ctx, "identity", format, func(slot int) (report.Periodic, error) {
		r := e.s.fleet.Identity(slot)
		if r == nil {
			return nil, nil
		}
		return report.ReadIdentityPeriod(ctx, r, p, e.s.now())
	})
}

// Posture writes what a period told of posture, a file for each tenant.
func (e exports) Posture(ctx context.Context, p report.Period, format string) ([]string, error) {
	return e.places(ctx, "posture", format, func(slot int) (report.Periodic, error) {
		r := e.s.fleet.Posture(slot)
		if r == nil {
			return nil, nil
		}
		return report.ReadPosturePeriod(ctx, r, p, e.s.now())
	})
}

func (e exports) places(ctx context.Context, what, format string, read func(slot int) (report.Periodic, error)) (paths []string, err error) {
	for _, t := range e.s.fleet.Tenants() {
		x, err := read(t.Slot)
		if err != nil {
			return paths, err
		}
		if x == nil {
			continue
		}
		meta, err := e.meta(ctx, t.Name, t.Slot)
		if err != nil {
			return paths, err
		}
		path, err := e.write(ctx, what, format, func(w io.Writer) error {
			return report.WritePeriod(w, x, meta, format, fonts.NewSystem(filepath.Join(e.s.home, "fonts"), e.s.log))
		})
		if err != nil {
			return paths, err
		}
		paths = append(paths, path)
	}
	if len(paths) == 0 {
		err = app.E(app.KindNotFound, "No connected tenant keeps this; connect it in the settings (watchfloor connect --"+what+").", nil)
	}
	return paths, err
}

func (e exports) document(ctx context.Context, name, format string, d report.Document) (string, error) {
	return e.write(ctx, name, format, func(w io.Writer) error {
		return d.Write(w, format, fonts.NewSystem(filepath.Join(e.s.home, "fonts"), e.s.log))
	})
}

// meta is what a report about tenants says about itself; no slots are all of them.
func (e exports) meta(ctx context.Context, tenant string, slots ...int) (report.Meta, error) {
	heads, err := e.s.auditHeads(ctx, slots...)
	return report.Meta{Tenant: tenant, At: e.s.now(), By: e.author(), Audit: heads}, err
}

// tenants names what the reports are about.
func (e exports) tenants() string {
	var names []string
	for _, t := range e.s.fleet.Tenants() {
		names = append(names, t.Name)
	}
	return strings.Join(names, ", ")
}

// author is who the analyst is: several tenants may know the same person.
func (e exports) author() string {
	var names []string
	for _, t := range e.s.fleet.Tenants() {
		if n := t.Me.Label(); n != "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
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

func (e exports) dir() string { return filepath.Join(e.s.home, "exports") }

// write makes the content first and then the file, whole or not at all, under a name
// that no file has yet.
func (e exports) write(ctx context.Context, name, ext string, fill func(io.Writer) error) (string, error) {
	say := func(err error) error {
		return app.E(app.KindInvalid, "The export could not be written; check the space and permissions of the data folder.", err)
	}
	var b bytes.Buffer
	if err := fill(&b); err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if err := os.MkdirAll(e.dir(), 0o700); err != nil {
		return "", say(err)
	}
	stem := filepath.Join(e.dir(), fmt.Sprintf("%s-%s", name, e.s.now().UTC().Format("20060102-150405")))
	path := stem + "." + ext
	for n := 2; ; n++ {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // #nosec G304 -- a name of ours in the data folder
		if errors.Is(err, fs.ErrExist) {
			path = fmt.Sprintf("%s-%d.%s", stem, n, ext)
			continue
		}
		if err != nil {
			return "", say(err)
		}
		_, err = f.Write(b.Bytes())
		if closing := f.Close(); err == nil {
			err = closing
		}
		if err != nil {
			_ = os.Remove(path) // half a report is none
			return "", say(err)
		}
		return path, nil
	}
}

// Written lists the files of the exports folder, newest first.
func (e exports) Written(context.Context) ([]report.File, error) {
	entries, err := os.ReadDir(e.dir())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, app.E(app.KindInvalid, "The exports folder cannot be read; check its permissions.", err)
	}
	var out []report.File
	for _, x := range entries {
		if info, err := x.Info(); err == nil && info.Mode().IsRegular() {
			out = append(out, report.File{Path: filepath.Join(e.dir(), x.Name()), At: info.ModTime(), Bytes: info.Size()})
		}
	}
	slices.SortStableFunc(out, func(a, b report.File) int { return b.At.Compare(a.At) })
	return out, nil
}

// OpenFolder shows the exports folder. A path that lies elsewhere is refused.
func (e exports) OpenFolder(ctx context.Context, path string) error {
	if filepath.Dir(path) != e.dir() {
		return app.E(app.KindInvalid, "Only the exports folder can be opened.", nil)
	}
	return filemanager.OpenFolder(ctx, e.dir())
}
