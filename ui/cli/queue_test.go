package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-runewidth"

	"watchfloor/app/triage"
)

func TestQueuePrintsAnAlignedTable(t *testing.T) {
	got := newFloor().run(t, nil, "queue")
	got.expect(t, 0, "▲ High", "#48213", "Hands-on-keyboard on 3 endpoints", "30m late", "◆ Med", "hxxps://evil[.]example", "⟨U+202E⟩", "3 of 3 that match", "Sentinel synced 5m ago")
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines for a header and three rows", len(lines))
	}
	column := -1
	for _, l := range lines { // the source column starts at the same place on screen
		word := "SEN"
		if strings.HasPrefix(l, "SEV") {
			word = "SOURCE"
		}
		at := runewidth.StringWidth(l[:strings.LastIndex(l, word)])
		if column >= 0 && at != column {
			t.Errorf("the source stands at %d, elsewhere at %d: %q", at, column, l)
		}
		column = at
	}
	if strings.Contains(got.out, "\x1b") {
		t.Error("colour without a terminal")
	}
}

func TestQueueSaysHowOldTheCacheIs(t *testing.T) {
	f := newFloor()
	f.asleep = true
	f.run(t, func(d *Deps) { d.Now = func() time.Time { return noon.Add(3 * time.Hour) } }, "queue").expect(t, 0, "in the cache · synced 3h ago")
}

func TestQueueKeepsToTheTerminal(t *testing.T) {
	f := newFloor()
	f.rows[2].Title = strings.Repeat("very long title ", 60) + "srv-db-07"
	got := f.run(t, func(d *Deps) { d.Terminal, d.Columns, d.Colour = true, 100, true }, "queue")
	got.expect(t, 0, "\x1b[31m", "…")
	for _, l := range strings.Split(strings.TrimSpace(got.out), "\n") {
		plain := strings.NewReplacer("\x1b[31m", "", "\x1b[33m", "", "\x1b[36m", "", "\x1b[0m", "").Replace(l)
		if w := runewidth.StringWidth(plain); w > 100 {
			t.Errorf("a line is %d wide: %q", w, plain)
		}
	}
	if !strings.Contains(got.out, "srv-db-07") {
		t.Error("the end of a long title, where the entity stands, is cut away")
	}
}

func TestQueuePassesFilterSortAndLimit(t *testing.T) {
	f := newFloor()
	f.run(t, nil, "queue", "sev:high", "-tag:test", "age<3d", "two words", "--sort", "created", "--limit", "2").expect(t, 0)
	q := f.asked[0]
	if q.Filter.String() != `sev:high age<3d "two" "words" -tag:test` || q.Sort != triage.ByCreated || q.Limit != 2 || q.Me != "me@contoso.com" {
		t.Errorf("asked for %q by %s, %d rows, me %s", q.Filter, q.Sort, q.Limit, q.Me)
	}
	f = newFloor()
	f.run(t, nil, "queue").expect(t, 0)
	if f.asked[0].Filter.String() != "status:open" {
		t.Errorf("without a filter: %q", f.asked[0].Filter)
	}
}

func TestQueueJSONIsForPrograms(t *testing.T) {
	got := newFloor().run(t, nil, "queue", "--json")
	var rows []map[string]any
	if err := json.Unmarshal([]byte(got.out), &rows); err != nil || got.err != "" || got.code != 0 {
		t.Fatalf("%v, stderr %q", err, got.err)
	}
	if len(rows) != 3 || rows[1]["title"] != "=HYPERLINK(\"https://evil.example\")\u202e<b>" {
		t.Errorf("the title must be as received: %v", rows[1]["title"])
	}
}

func TestExportReadsEveryPage(t *testing.T) {
	f := newFloor()
	for i := int64(4); i <= 2*pageRows+7; i++ {
		r := f.rows[0]
		r.ID = i
		f.rows = append(f.rows, r)
	}
	got := f.run(t, nil, "export", "status:any")
	rows, err := csv.NewReader(strings.NewReader(got.out)).ReadAll()
	if err != nil || len(rows) != 2*pageRows+8 || len(f.asked) != 3 {
		t.Errorf("%d rows in %d windows, %v", len(rows), len(f.asked), err)
	}
}

func TestExportWritesWholePrivateFilesAndReplacesNone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "queue.json")
	f := newFloor()
	f.run(t, nil, "export", "-o", file).expect(t, 0, file+" written")
	content, err := os.ReadFile(file)
	if err != nil || !bytes.HasPrefix(content, []byte("[")) {
		t.Errorf("the ending .json makes JSON: %v", err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	newFloor().run(t, nil, "export", "-o", file).expect(t, ExitFailed, "exists already", "--force")
	newFloor().run(t, nil, "export", "-o", file, "--force", "--format", "csv").expect(t, 0)
	newFloor().run(t, nil, "export", "-o", filepath.Join(file, "x.csv")).expect(t, ExitFailed, "could not be written")
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".watchfloor-*")); len(left) > 0 {
		t.Errorf("temporary files are left: %v", left)
	}
}

func TestShowPrintsTheCase(t *testing.T) {
	f := newFloor()
	f.run(t, nil, "show", "#48213", "--fresh").expect(t, 0, "▲ High", "beacon to hxxps://evil[.]example/a", "203.0.113[.]7", "seen⟨U+001B⟩", "nobody")
	if len(f.fresh) != 1 {
		t.Error("--fresh reads from the service")
	}
	newFloor().run(t, nil, "show", "99").expect(t, ExitFailed, "no incident 99 in the cache")
	raw := newFloor().run(t, nil, "show", "48213", "--raw")
	raw.expect(t, 0, "⟨U+202E⟩")
	var back map[string]any
	if err := json.Unmarshal([]byte(newFloor().run(t, nil, "show", "48213", "--json").out), &back); err != nil || back["number"] != "48213" || back["alertList"] != nil {
		t.Errorf("%v %v", err, back)
	}
}

func TestReports(t *testing.T) {
	newFloor().run(t, nil, "report", "incident", "48213").expect(t, 0, "<!DOCTYPE html>", "Content-Security-Policy", "Contoso", "Snapshot of 2026-03-12 12:00 UTC")
	newFloor().run(t, nil, "report", "trend", "--days", "9").expect(t, 0, `"date"`, `"2026-03-12","false","2"`, "Twins count once")
	newFloor().run(t, nil, "report", "trend", "--format", "svg").expect(t, 0, "<svg", "n = 60 created")
	if got := newFloor().run(t, nil, "report", "trend", "--format", "png", "--dark"); !strings.HasPrefix(got.out, "\x89PNG") {
		t.Error("no PNG")
	}
}
