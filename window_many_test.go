package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/app/triage"
	"watchfloor/data"
	"watchfloor/data/profiles"
	"watchfloor/integrations/simulator"
)

const many = 30

// By keyboard alone: a person connects a tenant by device code, marks thirty incidents,
// closes them offline with one form, settles the one that a colleague changed meanwhile,
// and writes a case file and a hand-over. Thirty effects arrive, each exactly once.
func TestWindowConnectsAndClosesThirtyOffline(t *testing.T) {
	t.Parallel()
	sim, draft := tenantAt(t, "Northwind", simulator.Options{Incidents: 1200, Users: 100, SignIns: 300})
	home := t.TempDir()
	d := openDesktop(t, home)
	d.connect(sim, draft, home)
	cache := peek(t, home)
	eventually(t, 90*time.Second, "the first pull did not end", func() bool { return pulled(t, cache) })

	d.press("ctrl+o")
	chosen := d.markMany(cache)
	d.press("c", "f", "1", "n")
	d.typeText("scanner of the wards")
	d.picture("13-one-form")
	d.press("ctrl+Return")
	d.waitActions(cache, many)
	d.picture("14-queued-offline")
	disputed := chosen[many/2]
	for _, r := range chosen {
		if w := mine(sim, string(r.Ref.Source), r.Ref.ID); len(w) != 0 {
			t.Fatalf("something was sent while offline: %+v", w)
		}
	}
	reclassify(sim, disputed)

	d.press("ctrl+o")
	eventually(t, 90*time.Second, "all but the disputed one should be done", func() bool {
		n, err := cache.CountActions(t.Context())
		return err == nil && n.Conflict == 1 && n.Queued+n.Sending+n.Failed == 0
	})
	d.press("g", "a", "2", "End")
	d.picture("15-conflict")
	settled := func() bool { return unfinished(t, cache) == 0 }
	for n := 0; !settled(); n++ { // the cards come when the action was read afresh
		if n == 8 {
			t.Fatal("the conflict was not settled")
		}
		d.press("exclam")
		pause(1500 * time.Millisecond)
		d.picture("16-conflict-cards")
		d.press("M")
		d.press("ctrl+Return")
		for range 50 {
			if pause(100 * time.Millisecond); settled() {
				break
			}
		}
	}
	d.picture("17-settled")
	for _, r := range chosen {
		closedOnce(t, sim, r)
	}

	d.reports(cache, home)
}

// pulled reports that both sources were read to their end, details included.
func pulled(t *testing.T, cache *data.Cache) bool {
	t.Helper()
	for _, src := range []app.SourceID{app.Sentinel, app.Defender} {
		_, at, err := cache.Cursor(t.Context(), src)
		due, e2 := cache.DetailsDueCount(t.Context(), src)
		if err != nil || e2 != nil || at.IsZero() || due > 0 {
			return false
		}
	}
	return true
}

// connect goes through the guided dialog with settings pasted as watchfloor simulate
// prints them.
func (d *desktop) connect(sim *simulator.Server, draft profile.Draft, home string) {
	d.t.Helper()
	b, err := json.Marshal(draft)
	if err != nil {
		d.t.Fatal(err)
	}
	asked := func(kind string) func() bool { return func() bool { return sim.Counters()[kind] > 0 } }
	d.press("c")
	if _, err := d.tool("type", "--delay", "4", string(b)); err != nil {
		d.t.Fatal(err)
	}
	d.picture("8-connect")
	d.press("ctrl+Return")
	eventually(d.t, 30*time.Second, "nobody signed in", asked("token user"))
	d.picture("9-signed-in")
	eventually(d.t, 30*time.Second, "the workspaces were not listed", asked("arm discovery"))
	next := time.NewTicker(1500 * time.Millisecond) // what is not ready yet ignores the key
	defer next.Stop()
	for n := 0; ; n++ {
		d.picture(fmt.Sprintf("1%d-connect", min(n, 9)))
		d.press("ctrl+Return")
		<-next.C
		if list, _, err := profiles.In(home).List(); err == nil && len(list) == 1 {
			break
		}
		if n == 40 {
			d.t.Fatal("the tenant was not saved")
		}
	}
	d.press("ctrl+Return")
}

// markMany filters to open incidents without twin, marks the first thirty of them and
// returns their rows. The filter leaves out the row that was on top, so that the new list
// is known by its first row.
func (d *desktop) markMany(cache *data.Cache) []triage.Row {
	d.t.Helper()
	top, err := cache.Window(d.t.Context(), triage.Query{Filter: filterOf("status:open"), Limit: 1})
	if err != nil || len(top.Rows) != 1 {
		d.t.Fatal(err)
	}
	filter := "status:open -is:twin sev:med,low -number:" + top.Rows[0].Number
	d.press("g", "q", "slash", "ctrl+a")
	d.typeText(filter)
	d.press("Return")
	var w triage.Window
	eventually(d.t, 20*time.Second, "the list did not follow the filter", func() bool {
		f, e1 := cache.Preference(d.t.Context(), "queue.filter")
		at, e2 := cache.Preference(d.t.Context(), "queue.row")
		sort, e3 := cache.Preference(d.t.Context(), "queue.sort")
		if e1 != nil || e2 != nil || e3 != nil || f != filter {
			return false
		}
		w, err = cache.Window(d.t.Context(), triage.Query{Filter: filterOf(filter), Sort: triage.Sort(sort), Limit: many})
		return err == nil && len(w.Rows) == many && at == fmt.Sprint(w.Rows[0].ID)
	})
	for range many {
		d.press("space")
	}
	d.picture("12-marked")
	return w.Rows
}

func filterOf(text string) triage.Filter {
	f, _ := triage.Parse(text)
	return f
}

// reclassify closes an incident as a colleague, otherwise than the analyst did.
func reclassify(sim *simulator.Server, r triage.Row) {
	sim.EditAs("mei.castro@northwind-clinic.example", string(r.Ref.Source), r.Ref.ID, func(f *simulator.Fields) {
		f.Status, f.Classification, f.Reason = "Closed", "TruePositive", "SuspiciousActivity"
		if string(r.Ref.Source) == simulator.SourceDefender {
			f.Status, f.Classification, f.Determination = "resolved", "truePositive", "malware"
		}
	})
}

func closedOnce(t *testing.T, sim *simulator.Server, r triage.Row) {
	t.Helper()
	now, ok := sim.SentinelIncident(r.Ref.ID)
	if string(r.Ref.Source) == simulator.SourceDefender {
		now, ok = sim.DefenderIncident(r.Ref.ID)
	}
	if !ok || !strings.EqualFold(now.Classification, "falsePositive") || now.ClosingNote != "scanner of the wards" ||
		!slices.Contains([]string{"Closed", "resolved"}, now.Status) {
		t.Errorf("#%s: %+v", r.Number, now)
	}
	writes := 0
	for _, w := range mine(sim, string(r.Ref.Source), r.Ref.ID) {
		if slices.Contains(w.Fields, "classification") {
			writes++
		}
	}
	if writes != 1 {
		t.Errorf("#%s was closed %d times: %+v", r.Number, writes, mine(sim, string(r.Ref.Source), r.Ref.ID))
	}
}

// reports writes the case file of the incident under the cursor and a hand-over as PDF
// and HTML, and reads them as their readers would.
func (d *desktop) reports(cache *data.Cache, home string) {
	d.t.Helper()
	d.press("g", "q", "slash", "ctrl+a")
	d.typeText("status:closed")
	d.press("Return")
	eventually(d.t, 20*time.Second, "the list did not follow the filter", func() bool {
		at, err := cache.Preference(d.t.Context(), "queue.row")
		id, bad := strconv.ParseInt(at, 10, 64)
		if err != nil || bad != nil {
			return false
		}
		row, err := cache.Row(d.t.Context(), id)
		return err == nil && row.Status == app.StatusClosed
	})
	d.press("Return")
	pdf := d.written(home, "incident-*.pdf", "E", "p")
	page := d.written(home, "incident-*.html", "E", "h")
	d.press("g", "r", "1")
	shift := d.written(home, "hand-over-*.pdf", "w")
	d.picture("18-reports")
	for _, p := range []string{pdf, shift} {
		text := tool(d.t, "pdftotext", "-layout", p, "-")
		if !strings.Contains(text, "Northwind") {
			d.t.Errorf("%s does not name the tenant:\n%.400s", filepath.Base(p), text)
		}
		if dir := os.Getenv("WATCHFLOOR_PICTURES"); dir != "" {
			tool(d.t, "pdftoppm", "-png", "-r", "60", p, filepath.Join(dir, "19-"+filepath.Base(p)))
		}
	}
	if !strings.Contains(tool(d.t, "pdftotext", shift, "-"), "scanner of the wards") &&
		!strings.Contains(tool(d.t, "pdftotext", shift, "-"), "False positive") {
		d.t.Error("the hand-over does not tell of the thirty that were closed")
	}
	dom := tool(d.t, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "file://"+page)
	if !strings.Contains(dom, "Northwind") || strings.Contains(dom, "<script") {
		d.t.Errorf("the case file in a browser:\n%.400s", dom)
	}
}

// written presses keys until they have written a file of the exports folder: what is not
// on the screen yet ignores them.
func (d *desktop) written(home, pattern string, keys ...string) (path string) {
	d.t.Helper()
	pressed := time.Time{}
	eventually(d.t, 60*time.Second, "no "+pattern+" was written", func() bool {
		if time.Since(pressed) > 8*time.Second {
			d.press(keys...)
			pressed = time.Now()
		}
		found, _ := filepath.Glob(filepath.Join(home, "exports", pattern))
		if len(found) == 0 {
			return false
		}
		path = found[0]
		info, err := os.Stat(path)
		return err == nil && info.Size() > 0
	})
	return path
}

// pause gives the window of another process, which says nothing, time to draw.
func pause(d time.Duration) { <-time.After(d) }

// tool runs a reader of files and returns what it prints.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed: the reports cannot be read here (make deps installs it on Debian and Ubuntu)", name)
	}
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}
