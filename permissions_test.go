package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/permission"
	"watchfloor/app/profile"
	"watchfloor/data/profiles"
	"watchfloor/integrations/simulator"
)

// tried notes the requests that could change something, refused ones too, from what the
// clients log.
type tried struct {
	slog.Handler
	mu    sync.Mutex
	calls []string
}

func (*tried) Enabled(context.Context, slog.Level) bool { return true }

func (x *tried) Handle(_ context.Context, r slog.Record) error {
	v := map[string]string{}
	r.Attrs(func(a slog.Attr) bool { v[a.Key] = a.Value.String(); return true })
	lists := strings.HasSuffix(v["path"], "/alerts") || strings.HasSuffix(v["path"], "/entities") || strings.HasSuffix(v["path"], "/bookmarks") || strings.HasSuffix(v["path"], "/resources")
	if r.Message == "call" && v["method"] != "GET" && !(v["method"] == "POST" && lists) {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.calls = append(x.calls, v["method"]+" "+v["path"])
	}
	return nil
}

func (x *tried) list() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.calls)
}

// watch has a session note what its tenants, connected from now on, try to change.
func watch(s *session) *tried {
	x := &tried{Handler: slog.DiscardHandler}
	s.log = slog.New(x)
	return x
}

// readers may read everything and change nothing.
var readers = simulator.Rights{ARM: simulator.ARMReader, Role: simulator.SecurityReader, SecurityReadOnly: true, GraphWithout: []string{
	simulator.IncidentReadWrite, simulator.AlertReadWrite,
	simulator.DataManage, simulator.EventsReadWrite, simulator.RiskyUserReadWrite, simulator.RiskEventReadWrite, simulator.RiskyAppReadWrite, simulator.UserReadWrite, simulator.UserRevoke, simulator.UserEnable,
}}

// Given a sign-in that may only read, when actions on both sources and on a person are
// queued, then none is tried, each says what it needs, and the permission screen says the
// same.
func TestLeastPrivilegeWithReadScopesNoWriteArrives(t *testing.T) {
	sim, d := tenantAt(t, "Northwind", simulator.Options{Incidents: 40, Rights: readers})
	s := openEmpty(t, t.TempDir())
	writes := watch(s)
	connect(t, s, d)
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	tn := s.first()
	var queued []outbox.Action
	for _, source := range []string{simulator.SourceSentinel, simulator.SourceDefender} {
		st := untouched(t, sim, source)
		k, err := tn.cache.Lookup(t.Context(), app.Ref{Source: app.SourceID(source), ID: st.ID})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []outbox.Request{{Verb: outbox.Comment, Text: "seen"}, {Verb: outbox.Assign, Want: app.Fields{Owner: app.Owner{UPN: "ana@northwind.example"}}}} {
			r.IncidentID = k.Incident.ID
			a, err := tn.outbox.Do(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			queued = append(queued, a)
		}
	}
	for range 3 {
		if _, err := tn.outbox.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := tn.outbox.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := writes.list(); len(got) != 0 {
		t.Errorf("tried %v", got)
	}
	for i, a := range queued {
		got, err := tn.cache.Action(t.Context(), a.Seq)
		first := i%2 == 0 // the second stands behind it
		if err != nil || got.State != outbox.Queued || first && !strings.Contains(got.Reason, "may only read") {
			t.Errorf("%s on %s is %s: %s %v", a.Verb, a.Ref, got.State, got.Reason, err)
		}
	}
	rep, err := newConnector(s).Permissions(t.Context(), tn.profile.Slot)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rep.Rows() {
		if row.Write && row.Granted == permission.Granted || !row.Write && row.Granted == permission.Missing && row.Feature != "entra.workloads" {
			t.Errorf("%s, %s is %s: %s", row.Source, row.Check, row.Granted, row.Said)
		}
	}
	if !strings.Contains(rep.Request(), "SecurityIncident.ReadWrite.All") || !strings.Contains(rep.Request(), "Microsoft Sentinel Responder") {
		t.Errorf("%s", rep.Request())
	}
}

// The switch of a tenant: kept in its profile, asked before anything is stored, and by
// its clients before anything is sent.
func TestLeastPrivilegeATenantIsReadOnlyUntilActionsAreTurnedOn(t *testing.T) {
	sim, d := tenantAt(t, "Northwind", simulator.Options{Incidents: 20})
	d.Identity, d.Posture, d.ReadOnly = false, false, true
	home := t.TempDir()
	s := openEmpty(t, home)
	writes := watch(s)
	connect(t, s, d)
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	row := firstRow(t, s)
	c := newConnector(s)
	note := outbox.Request{IncidentID: row.ID, Verb: outbox.Comment, Text: "seen"}
	_, err := s.fleet.Do(t.Context(), note)
	if app.KindOf(err) != app.KindPermission || app.Say(err) != permission.Here("Northwind") || c.ReadOnly(0) != app.Say(err) {
		t.Errorf("%v", err)
	}
	k, err := s.first().cache.Known(t.Context(), row.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range s.first().clients.remotes { // past the outbox
		if r.ID() != k.Incident.Source {
			continue
		}
		if err := r.AddComment(t.Context(), k.Incident.Ref.ID, app.Comment{ID: "00000000-0000-4000-8000-000000000001", Text: "x"}); app.KindOf(err) != app.KindPermission {
			t.Errorf("%v", err)
		}
	}
	if n := len(mine(sim, string(k.Incident.Source), k.Incident.Ref.ID)); n != 0 {
		t.Errorf("%d writes arrived", n)
	}
	if err := c.SetReadOnly(t.Context(), 0, false); err != nil {
		t.Fatal(err)
	}
	if list, _, _ := profiles.In(home).List(); len(list) != 1 || list[0].ReadOnly {
		t.Errorf("stored %+v", list)
	}
	if _, err := s.fleet.Do(t.Context(), note); err != nil {
		t.Error(err)
	}
	if _, err := s.fleet.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if n := len(mine(sim, string(k.Incident.Source), k.Incident.Ref.ID)); n != 1 || len(writes.list()) == 0 {
		t.Errorf("%d writes arrived after actions were turned on: %v", n, writes.list())
	}
}

// The switch for all is a file: every process sees it, and where it cannot be looked for
// it counts as turned on.
func TestLeastPrivilegeReadOnlyEverywhereHoldsForEveryProcess(t *testing.T) {
	home := t.TempDir()
	s := openEmpty(t, home)
	c := newConnector(s)
	if c.Everywhere() {
		t.Fatal("on from the start")
	}
	if err := c.SetEverywhere(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(home, lockName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if other := (&session{home: home}); !other.everywhere() {
		t.Error("another process does not see it")
	}
	if lost := (&session{home: filepath.Join(home, lockName)}); !lost.everywhere() {
		t.Error("what cannot be looked for counts as off")
	}
	for range 2 {
		if err := c.SetEverywhere(t.Context(), false); err != nil || c.Everywhere() {
			t.Errorf("%v", err)
		}
	}
}

// An answer that something is missing is soon asked for again, one that it is there is
// not; no answer is never remembered, and nothing is held back without a sure one.
func TestLeastPrivilegeAnswersAboutRightsAreRememberedForATime(t *testing.T) {
	now, asked := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC), 0
	finding := profile.Finding{Verdict: profile.Missing, Sure: true}
	g := &grants{now: func() time.Time { return now }, ask: func(_ context.Context, _ permission.Feature) profile.Finding { asked++; return finding }}
	lacks := func() string { return g.lacks(t.Context(), outbox.Comment, app.Defender, "") }
	step := func(wait time.Duration, v profile.Verdict, sure bool, held bool, times int) {
		t.Helper()
		now = now.Add(wait)
		finding.Verdict, finding.Sure = v, sure
		before := asked
		if got := lacks(); (got != "") != held || asked-before != times {
			t.Errorf("after %v, %s: %q, asked %d times", wait, v, got, asked-before)
		}
	}
	step(0, profile.Missing, true, true, 1)
	step(time.Second, profile.Works, false, true, 0)
	step(missingFor, profile.Works, false, false, 1)
	step(time.Minute, profile.Missing, true, false, 0)
	step(grantedFor, profile.Failed, false, false, 1)
	step(0, profile.Missing, false, false, 1)
	step(missingFor, profile.Unknown, false, false, 1)
	step(-2*grantedFor, profile.Missing, true, true, 1) // a clock set back
	g.forget()
	step(0, profile.Works, false, false, 1)
	if got := g.lacks(t.Context(), outbox.Comment, app.SignIns, ""); got != "" {
		t.Errorf("the table does not know it, yet: %s", got)
	}
}

// docs/connect.md names the same rights as the table, and no others.
func TestLeastPrivilegeDocsAgreeWithTheTable(t *testing.T) {
	b, err := os.ReadFile("docs/connect.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(b), "\n## Which right unlocks what\n")
	section, _, _ = strings.Cut(section, "\n## ")
	if !found {
		t.Fatal("the section is gone")
	}
	known := map[string]bool{"User.ReadWrite.All": true}
	for _, f := range permission.All() {
		for _, p := range append(append([]string{f.Graph}, f.With...), f.Or...) {
			known[p] = true
		}
		for _, name := range append([]string{f.Graph, f.Azure, f.Entra, f.Licence}, f.With...) {
			if !strings.Contains(section, name) {
				t.Errorf("%s: %s is not in docs/connect.md", f.ID, name)
			}
		}
	}
	for _, m := range regexp.MustCompile("`([A-Z][A-Za-z]+\\.[A-Za-z.]+)`").FindAllStringSubmatch(section, -1) {
		if !known[m[1]] {
			t.Errorf("docs/connect.md names %s, which nothing takes", m[1])
		}
	}
}
