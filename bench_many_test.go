package main

import (
	"context"
	"database/sql"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"watchfloor/app/outbox"
	"watchfloor/data/profiles"
	"watchfloor/integrations/simulator"
	"watchfloor/ui"
)

// reopened makes n incidents of a tenant open, half of each product, and returns them.
func reopened(b testing.TB, sim *simulator.Server, n int) []simulator.Ref {
	b.Helper()
	var refs []simulator.Ref
	of := map[string]int{}
	for ref := range sim.All() {
		if of[ref.Source] >= n/2 {
			continue
		}
		st, _ := sim.DefenderIncident(ref.ID)
		open, none := "active", "unknown"
		if ref.Source == simulator.SourceSentinel {
			st, _ = sim.SentinelIncident(ref.ID)
			open, none = "New", ""
		}
		if st.Twin != "" || st.RedirectTo != "" || len(st.Comments) > 20 {
			continue
		}
		sim.EditAs("mei.castro@northwind-clinic.example", ref.Source, ref.ID, func(f *simulator.Fields) {
			f.Status, f.Classification, f.Determination, f.Reason, f.ClosingNote, f.Tags = open, none, none, "", "", []string{"bench"}
		})
		of[ref.Source]++
		if refs = append(refs, ref); len(refs) == n {
			return refs
		}
	}
	b.Fatalf("the tenant has only %d incidents for this", len(refs))
	return nil
}

// uiLoop stands for the UI goroutine: it runs what is posted, one after the other, and a
// probe measures how long a key would have to wait for it.
type uiLoop struct {
	jobs  chan func()
	worst time.Duration
	stop  chan struct{}
	done  sync.WaitGroup
}

func newLoop() *uiLoop {
	l := &uiLoop{jobs: make(chan func(), 1<<16), stop: make(chan struct{})}
	l.done.Go(func() {
		for {
			select {
			case f := <-l.jobs:
				f()
			case <-l.stop:
				return
			}
		}
	})
	return l
}

func (l *uiLoop) post(f func()) { l.jobs <- f }

// call runs f on the loop and waits for it.
func (l *uiLoop) call(f func()) {
	done := make(chan struct{})
	l.post(func() { f(); close(done) })
	<-done
}

// probe measures until the function it returns is called.
func (l *uiLoop) probe() (worst func() time.Duration) {
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				sent := time.Now()
				l.call(func() { l.worst = max(l.worst, time.Since(sent)) })
			}
		}
	})
	return func() time.Duration { close(stop); wg.Wait(); return l.worst }
}

// armsOwn is what Azure Resource Manager grants one principal for writes, here for both
// products (sheet part 0.3).
var armsOwn = simulator.ARMThrottle.ARM

// A thousand incidents are marked and closed with one form: how long until all are
// queued, how long the window keeps a key waiting meanwhile, and how much of what the
// service lets through is used to send them.
func BenchmarkThousandClosed(b *testing.B) {
	const n = 1000
	for b.Loop() {
		sim, home := tenantFor(b, 4000)
		reopened(b, sim, n)
		s := openHere(b, home)
		pullAll(b, s)

		for key, value := range map[string]string{"queue.view": "-1", "queue.filter": "tag:bench status:open"} {
			if err := s.first().cache.SetPreference(context.Background(), key, value); err != nil {
				b.Fatal(err)
			}
		}
		l := newLoop()
		services := s.services()
		services.Poster = l.post
		var window *ui.Shell
		l.call(func() { window = ui.New(test.NewApp(), services); window.Show() })
		press := func(keys ...string) {
			for _, k := range keys {
				l.call(func() { window.Press(k) })
			}
		}
		press("Ctrl+A")
		wait(b, "the marks", func() (ok bool) {
			l.call(func() { ok = shows(window.Window().Canvas().Content(), "1,000 marked") })
			return ok
		})
		press("c", "f", "1")
		worst := l.probe()
		start := time.Now()
		l.call(func() { window.Press("Ctrl+Enter") })
		wait(b, "the queue", func() bool {
			c, err := s.fleet.Counts(context.Background())
			return err == nil && c.Waiting() == n
		})
		queued := time.Since(start)
		delay := worst()
		l.call(window.Close)
		close(l.stop)

		sim.SetThrottle(simulator.Throttle{ARM: armsOwn, Graph: armsOwn})
		flushAll(b, s)
		report := sim.Throttled()
		share := 1.0
		for _, t := range []simulator.Throttled{report.ARM, report.Graph} {
			share = min(share, float64(t.Allowed)/float64(t.Could))
		}
		b.ReportMetric(queued.Seconds()*1000, "queued-ms(<1000)")
		b.ReportMetric(delay.Seconds()*1000, "key-waits-ms(<=50)")
		b.ReportMetric(share, "of-throttle(>=0.90)")
	}
	b.ReportMetric(0, "ns/op")
}

// flushAll sends until nothing is left to send.
func flushAll(b testing.TB, s *session) {
	b.Helper()
	for {
		if _, err := s.fleet.Flush(context.Background()); err != nil {
			b.Fatal(err)
		}
		c, err := s.fleet.Counts(context.Background())
		if err != nil || c.Conflict+c.Failed > 0 {
			b.Fatalf("%+v %v", c, err)
		}
		if c.Waiting() == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func wait(b testing.TB, what string, ok func() bool) {
	b.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatal(what + " did not come")
		}
	}
}

// shows reports that a text that begins so is on the screen.
func shows(o fyne.CanvasObject, text string) bool {
	if !o.Visible() {
		return false
	}
	switch o := o.(type) {
	case *canvas.Text:
		return strings.HasPrefix(o.Text, text)
	case *fyne.Container:
		return slices.ContainsFunc(o.Objects, func(c fyne.CanvasObject) bool { return shows(c, text) })
	case fyne.Widget:
		return slices.ContainsFunc(test.WidgetRenderer(o).Objects(), func(c fyne.CanvasObject) bool { return shows(c, text) })
	}
	return false
}

// Ten thousand queued actions: the start of the window against one with none, and the
// replay under lost replies and errors, whose order and effect are checked.
func BenchmarkTenThousandQueued(b *testing.B) {
	for _, tool := range []string{"Xvfb", "xwd"} {
		if _, err := exec.LookPath(tool); err != nil {
			b.Skip(tool, " is not installed (Debian and Ubuntu: xvfb, x11-apps)")
		}
	}
	const incidents, each = 2500, 4
	display := startXvfb(b)
	for b.Loop() {
		sim, home := tenantFor(b, 8000)
		refs := reopened(b, sim, incidents)
		s := openHere(b, home)
		pullAll(b, s)
		none := copyHome(b, s)
		sim.SetOffline(true)
		queueComments(b, s, refs, each)
		s.close()

		var with, without []time.Duration
		for range 3 {
			without = append(without, started(b, display, none))
			with = append(with, started(b, display, home))
		}
		slices.Sort(with)
		slices.Sort(without)
		b.ReportMetric(with[1].Seconds()*1000, "start-ms")
		b.ReportMetric(with[1].Seconds()/without[1].Seconds(), "start-ratio(<=1.1)")

		sim.SetOffline(false)
		sim.SetFaults(simulator.Faults{WritesOnly: true, ErrorPercent: 5, LoseReplyPercent: 5})
		s = openHere(b, home)
		if c, err := s.fleet.Counts(context.Background()); err != nil || c.Waiting() != incidents*each {
			b.Fatalf("%+v are queued, %v", c, err)
		}
		start := time.Now()
		flushAll(b, s)
		b.ReportMetric(incidents*each/time.Since(start).Seconds(), "replayed/s")
		for _, ref := range refs {
			inOrder(b, sim, ref, each)
		}
		s.close()
	}
	b.ReportMetric(0, "ns/op")
}

func started(b *testing.B, display, home string) time.Duration {
	b.Helper()
	cmd, took := startWindow(b, display, []string{"--home", home}, "1")
	cmd.Process.Kill()
	cmd.Wait()
	return took
}

// copyHome is a data folder with a copy of the session's cache.
func copyHome(b *testing.B, s *session) string {
	b.Helper()
	home, t := b.TempDir(), s.first()
	p, err := profiles.In(home).Add(t.profile)
	if err != nil {
		b.Fatal(err)
	}
	dir := profiles.In(home).Dir(p.ID)
	db, err := sql.Open("watchfloor-sqlite3", "file:"+filepath.Join(t.dir, "cache.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("VACUUM INTO ?", filepath.Join(dir, "cache.db")); err != nil {
		b.Fatal(err)
	}
	return home
}

// queueComments queues numbered comments, round by round over all incidents.
func queueComments(b *testing.B, s *session, refs []simulator.Ref, each int) {
	b.Helper()
	ids := make([]int64, len(refs))
	for i, ref := range refs {
		id, err := s.fleet.Find(context.Background(), ref.ID)
		if err != nil {
			b.Fatal(err)
		}
		ids[i] = id
	}
	for round := range each {
		rs := make([]outbox.Request, len(ids))
		for i, id := range ids {
			rs[i] = outbox.Request{IncidentID: id, Verb: outbox.Comment, Text: comment(round)}
		}
		results, err := s.fleet.DoMany(context.Background(), rs, nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range results {
			if r.Err != nil {
				b.Fatal(r.Err)
			}
		}
	}
}

func comment(round int) string { return fmt.Sprintf("note %d of the night", round) }

// inOrder checks that every comment of an incident is there once, in order.
func inOrder(b *testing.B, sim *simulator.Server, ref simulator.Ref, each int) {
	b.Helper()
	st, _ := sim.DefenderIncident(ref.ID)
	if ref.Source == simulator.SourceSentinel {
		st, _ = sim.SentinelIncident(ref.ID)
	}
	var notes []string
	comments := slices.Clone(st.Comments)
	slices.SortStableFunc(comments, func(x, y simulator.StoredComment) int { return x.Created.Compare(y.Created) })
	for _, c := range comments {
		if strings.HasSuffix(c.Text, "of the night") {
			notes = append(notes, c.Text)
		}
	}
	for round := range each {
		if round >= len(notes) || notes[round] != comment(round) || len(notes) != each {
			b.Fatalf("%s %s holds %q", ref.Source, ref.ID, notes)
		}
	}
}
