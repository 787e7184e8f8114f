package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/report"
	"watchfloor/app/triage"
)

// From the simulated tenant to files: every report in every format, none over another.
func TestReportsOfASyncedTenant(t *testing.T) {
	_, home := tenantFor(t, 120)
	s := openHere(t, home)
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	w, err := s.fleet.Window(t.Context(), triage.Query{Limit: 1})
	if err != nil || len(w.Rows) != 1 {
		t.Fatalf("%d rows, %v", len(w.Rows), err)
	}
	if _, err := s.fleet.Do(t.Context(), outbox.Request{IncidentID: w.Rows[0].ID, Verb: outbox.Comment, Text: "handed over"}); err != nil {
		t.Fatal(err)
	}
	e, now := exports{s}, s.now()
	period := report.Period{From: now.Add(-30 * 24 * time.Hour), To: now}
	begin := map[string]string{"pdf": "%PDF-", "html": "<!DOCTYPE html>", "md": "", "csv": `"number"`, "json": "[", "xlsx": "PK"}
	written := map[string]bool{}
	check := func(format, path string, err error, words ...string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(b, []byte(begin[format])) || written[path] {
			t.Errorf("%s begins with %.20q, %v, written before: %v", path, b, err, written[path])
		}
		if info, _ := os.Stat(path); info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be read by others: %v", path, info.Mode())
		}
		written[path] = true
		for _, x := range words {
			if !strings.Contains(string(b), x) {
				t.Errorf("%s does not say %q", filepath.Base(path), x)
			}
		}
	}
	for _, f := range []string{"csv", "xlsx", "json"} {
		path, err := e.Export(t.Context(), triage.Query{}, f)
		check(f, path, err)
	}
	for range 2 { // within one second
		for _, f := range report.DocumentFormats {
			path, err := e.Case(t.Context(), w.Rows[0].ID, f)
			check(f, path, err)
			path, err = e.Handover(t.Context(), period, "Watch the mail server.", f)
			if f == "pdf" {
				check(f, path, err)
			} else {
				check(f, path, err, "Watch the mail server.", "Still open", "handed over", s.first().profile.Name)
			}
		}
	}
	list, err := e.Written(t.Context())
	if err != nil || len(list) != len(written) {
		t.Errorf("%d of %d files are listed, %v", len(list), len(written), err)
	}
	if !slices.IsSortedFunc(list, func(a, b report.File) int { return b.At.Compare(a.At) }) {
		t.Error("the list does not begin with the newest")
	}
}

func TestAReportGivenUpLeavesNothing(t *testing.T) {
	_, home := tenantFor(t, 20)
	s := openHere(t, home)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := exports{s}
	if _, err := e.Handover(ctx, report.Period{}, "", "html"); app.KindOf(err) != app.KindCancelled {
		t.Errorf("%v", err)
	}
	if list, err := e.Written(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%d files, %v", len(list), err)
	}
	if _, err := e.Case(t.Context(), 12345, "pdf"); app.KindOf(err) != app.KindNotFound {
		t.Errorf("an incident that is not there: %v", err)
	}
	if err := e.OpenFolder(t.Context(), filepath.Join(home, "elsewhere", "x.html")); app.KindOf(err) != app.KindInvalid {
		t.Errorf("another folder: %v", err)
	}
}
