package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	"watchfloor/app/profile"
	"watchfloor/app/triage"
	"watchfloor/data/profiles"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// tenantAt starts a simulated tenant and returns how to connect it by device code. Where
// the options do not say, few people work there: tests are not about their number.
func tenantAt(t *testing.T, name string, o simulator.Options) (*simulator.Server, profile.Draft) {
	t.Helper()
	o.Users, o.SignIns = cmp.Or(o.Users, 300), cmp.Or(o.SignIns, 2000)
	sim, err := simulator.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	noneCreated(t, sim)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, sim.Settings().CAPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	d := simulatedDraft(sim.Settings(), ca)
	d.Name, d.Colour, d.Method, d.Secret = name, "", profile.Device, ""
	return sim, d
}

// openEmpty opens a data folder that may have no tenant yet.
func openEmpty(t *testing.T, home string) *session {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache")) // where a sign-in is remembered
	s, err := (&program{home: home}).openSession(t.Context(), cli.Options{Home: home}, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.close() })
	return s
}

// connect goes the way of the dialog: sign in, look, test, save.
func connect(t *testing.T, s *session, d profile.Draft) *tenant {
	t.Helper()
	c := newConnector(s)
	if _, err := c.SignIn(t.Context(), d, func(profile.Prompt) {}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Save(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	open := s.open()
	return open[len(open)-1]
}

func TestATenantIsConnectedByDeviceCodeStepByStep(t *testing.T) {
	sim, d := tenantAt(t, "Northwind", simulator.Options{Incidents: 40})
	s := openEmpty(t, t.TempDir())
	if err := s.noTenant(); app.KindOf(err) != app.KindNotFound {
		t.Fatalf("an empty folder: %v", err)
	}
	c := newConnector(s)

	bare := profile.Draft{Profile: d.Profile}
	bare.Subscription, bare.ResourceGroup, bare.Workspace, bare.Defender, bare.Identity, bare.Posture = "", "", "", false, false, false
	if _, err := c.Places(t.Context(), bare); app.KindOf(err) != app.KindSignIn {
		t.Errorf("places before signing in: %v", err)
	}
	var prompt profile.Prompt
	account, err := c.SignIn(t.Context(), bare, func(p profile.Prompt) { prompt = p })
	if err != nil || account != sim.Settings().User || prompt.Code == "" || !strings.HasPrefix(prompt.URL, "https://") {
		t.Fatalf("signed in as %q with %+v, %v", account, prompt, err)
	}
	places, err := c.Places(t.Context(), bare)
	if err != nil {
		t.Fatal(err)
	}
	var with, without int
	for _, p := range places {
		if p.Sentinel {
			with++
		} else {
			without++
		}
	}
	if with == 0 || without == 0 {
		t.Errorf("%d workspaces with Sentinel and %d without", with, without)
	}
	findings, err := c.Test(t.Context(), d)
	if err != nil || len(findings) < 4 {
		t.Fatalf("%+v %v", findings, err)
	}
	beyond := []string{"End sessions", "Disable and enable accounts", "Change control states", "Dismiss and confirm risk of workloads"} // a Security Operator
	for _, f := range findings {
		if f.Verdict != profile.Works && !(f.Verdict == profile.Missing && slices.Contains(beyond, f.Check)) {
			t.Errorf("%+v", f)
		}
	}
	if _, err := c.Save(t.Context(), bare); app.KindOf(err) != app.KindInvalid {
		t.Errorf("a draft without a source was saved: %v", err)
	}
	if _, err := c.Save(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := s.fleet.Count(t.Context(), triage.Query{}); err != nil || n.Total == 0 {
		t.Errorf("counted %+v, %v", n, err)
	}
	if _, err := c.Save(t.Context(), d); app.KindOf(err) != app.KindInvalid {
		t.Errorf("the same tenant twice: %v", err)
	}
}

func TestASignInIsRememberedOverARestart(t *testing.T) {
	sim, d := tenantAt(t, "Northwind", simulator.Options{Incidents: 20})
	home := t.TempDir()
	s := openEmpty(t, home)
	one := connect(t, s, d)
	if one.clients.credential.SessionOnly() != "" {
		t.Skip("this machine has no protected store for a sign-in")
	}
	s.close()

	s = openEmpty(t, home)
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatalf("the second start asks again: %v", err)
	}

	sim.ChangePassword()
	err := s.fleet.Once(t.Context())
	if app.KindOf(err) != app.KindSignIn {
		t.Fatalf("after the password was changed: %v", err)
	}
	row := firstRow(t, s)
	a, err := s.fleet.Do(t.Context(), outbox.Request{IncidentID: row.ID, Verb: outbox.Comment, Text: "written while signed out"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.fleet.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, _ := s.first().cache.Action(t.Context(), a.Seq); got.State != outbox.Queued || got.Kind != app.KindSignIn {
		t.Fatalf("the action is %s (%s): %s", got.State, got.Kind, got.Reason)
	}
	asked := 0
	if err := newConnector(s).Again(t.Context(), 0, func(profile.Prompt) { asked++ }); err != nil || asked != 1 {
		t.Fatalf("signed in again with %d prompts, %v", asked, err)
	}
	if _, err := s.fleet.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(mine(sim, string(a.Ref.Source), a.Ref.ID)); n != 1 {
		t.Errorf("%d writes arrived", n)
	}
}

// Where the system has no place for a sign-in, saving says how long it lasts. It runs in
// a process of its own: what the system offers is found out once in each.
func TestASignInThatLastsOneSessionIsSaid(t *testing.T) {
	const alone = "WATCHFLOOR_TEST_ALONE"
	if os.Getenv(alone) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), alone+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	_, d := tenantAt(t, "Northwind", simulator.Options{Incidents: 5})
	s := openEmpty(t, t.TempDir())
	store := os.Getenv("XDG_CACHE_HOME")
	if err := errors.Join(os.MkdirAll(store, 0o700), os.WriteFile(filepath.Join(store, ".IdentityService"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	c := newConnector(s)
	if _, err := c.SignIn(t.Context(), d, func(profile.Prompt) {}); err != nil {
		t.Fatal(err)
	}
	warning, err := c.Save(t.Context(), d)
	if s.first().clients.credential.SessionOnly() == "" {
		t.Skip("on this system nothing takes the store away")
	}
	if err != nil || !strings.Contains(warning, "lasts until Watchfloor is closed") {
		t.Errorf("%q, %v", warning, err)
	}
}

func firstRow(t *testing.T, s *session) triage.Row {
	t.Helper()
	open, _ := triage.Parse("status:open")
	w, err := s.fleet.Window(t.Context(), triage.Query{Filter: open, Limit: 1})
	if err != nil || len(w.Rows) == 0 {
		t.Fatal(err)
	}
	return w.Rows[0]
}

func TestTwoTenantsStandSideBySide(t *testing.T) {
	simA, a := tenantAt(t, "Alpha", simulator.Options{Incidents: 60, Seed: 3})
	simB, b := tenantAt(t, "Beta", simulator.Options{Incidents: 60, Seed: 4})
	s := openEmpty(t, t.TempDir())
	for _, d := range []profile.Draft{a, b} {
		connect(t, s, d)
	}
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	var rows [2][]triage.Row
	var rs []outbox.Request
	for i, name := range []string{"alpha", "beta"} {
		only, _ := triage.Parse("status:open tenant:" + name)
		w, err := s.fleet.Window(t.Context(), triage.Query{Filter: only, Limit: 5})
		if err != nil || len(w.Rows) != 5 {
			t.Fatal(len(w.Rows), err)
		}
		rows[i] = w.Rows
		for _, r := range w.Rows {
			if got := s.fleet.Of(r.ID).Name; !strings.EqualFold(got, name) {
				t.Errorf("a row of %s belongs to %s", name, got)
			}
			rs = append(rs, outbox.Request{IncidentID: r.ID, Verb: outbox.Tag, AddTags: []string{"night-shift"}})
		}
	}
	results, err := s.fleet.DoMany(t.Context(), rs, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Err != nil || r.Action.Batch == "" || r.Action.Batch != results[0].Action.Batch {
			t.Errorf("%+v", r)
		}
	}
	if _, err := s.fleet.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	batch, _, err := s.fleet.BatchOf(t.Context(), results[0].Action.Batch)
	if err != nil || batch.Total != 10 || batch.Done != 10 {
		t.Errorf("%+v %v", batch, err)
	}
	for i, sim := range []*simulator.Server{simA, simB} {
		for _, r := range rows[i] {
			if n := len(mine(sim, string(r.Ref.Source), r.Ref.ID)); n != 1 {
				t.Errorf("tenant %d, #%s: %d writes", i, r.Number, n)
			}
		}
	}
}

func TestATenantWithUnsentActionsIsNotRemoved(t *testing.T) {
	_, d := tenantAt(t, "Northwind", simulator.Options{Incidents: 20})
	home := t.TempDir()
	s := openEmpty(t, home)
	one := connect(t, s, d)
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := s.fleet.Do(t.Context(), outbox.Request{IncidentID: firstRow(t, s).ID, Verb: outbox.Comment, Text: "not sent yet"})
	if err != nil {
		t.Fatal(err)
	}
	c := newConnector(s)
	if err := c.Remove(t.Context(), 0); app.KindOf(err) != app.KindConflict || !strings.Contains(app.Say(err), "1 action") {
		t.Fatalf("removing: %v", err)
	}
	if len(s.open()) != 1 {
		t.Fatal("the tenant is gone all the same")
	}
	if err := s.fleet.Discard(t.Context(), a.Seq); err != nil {
		t.Fatal(err)
	}
	if err := c.Remove(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(one.dir); !os.IsNotExist(err) {
		t.Errorf("its folder is still there: %v", err)
	}
	if w, err := s.fleet.Window(t.Context(), triage.Query{}); err != nil || len(w.Rows) != 0 {
		t.Errorf("%d rows are shown, %v", len(w.Rows), err)
	}
}

func TestATenantIsRenamedForGood(t *testing.T) {
	_, d := tenantAt(t, "Northwind", simulator.Options{Incidents: 20})
	home := t.TempDir()
	s := openEmpty(t, home)
	connect(t, s, d)
	c := newConnector(s)
	p := c.Profiles()[0]
	p.Name, p.Colour, p.Account = "North, wind", "pink", "jo@contoso.example"
	if err := c.Change(t.Context(), p); app.KindOf(err) != app.KindInvalid {
		t.Errorf("a name with a comma: %v", err)
	}
	p.Name = "Clinic"
	if err := c.Change(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	want := fleet.Tenant{Name: "Clinic", Colour: "pink", Me: app.Owner{UPN: "jo@contoso.example"}}
	if got := s.fleet.Tenants()[0]; got != want {
		t.Errorf("shown as %+v", got)
	}
	if list, _, _ := profiles.In(home).List(); len(list) != 1 || list[0].Name != "Clinic" {
		t.Errorf("stored as %+v", list)
	}
}

// The tenant that keeps the window's settings is removed, then the last one: what is set
// stays, also over a start.
func TestTheLastTenantIsRemoved(t *testing.T) {
	home := t.TempDir()
	s := openEmpty(t, home)
	_, a := tenantAt(t, "Alpha", simulator.Options{Incidents: 5, Seed: 3})
	_, b := tenantAt(t, "Beta", simulator.Options{Incidents: 5, Seed: 4})
	connect(t, s, a)
	connect(t, s, b)
	w, c := &windowed{session: s}, newConnector(s)
	window := w.services(s)
	window.Prefs.Set("theme", "light")
	if err := c.Remove(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if v, err := s.first().cache.Preference(t.Context(), "theme"); err != nil || v != "light" {
		t.Errorf("the tenant left has theme %q, %v", v, err)
	}
	if err := c.Remove(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	window.Prefs.Set("zone", "utc") // written behind, after the tenant is gone
	bare := window.Emptied()
	if bare.Queue != nil || bare.Start == nil || bare.Connector == nil || bare.Prefs.Get("theme") != "light" {
		t.Fatalf("without a tenant: %+v", bare)
	}
	if _, err := bare.Start.Opened(t.Context()); app.KindOf(err) != app.KindNotFound {
		t.Errorf("opened without a tenant: %v", err)
	}
	connect(t, s, a)
	if again, err := bare.Start.Opened(t.Context()); err != nil || again.Tenant != "Alpha" {
		t.Errorf("connected again: %q, %v", again.Tenant, err)
	}
	s.close()
	s = openEmpty(t, home)
	if theme, zone := (prefs{s}).Get("theme"), (prefs{s}).Get("zone"); theme != "light" || zone != "utc" {
		t.Errorf("the next start has theme %q, zone %q", theme, zone)
	}
}
