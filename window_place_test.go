package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/posture"
	"watchfloor/app/triage"
	"watchfloor/data"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

const daysWatched = 4

// watchedFor starts a tenant some days ago and lets a cache follow its posture day by day
// until now.
func watchedFor(t *testing.T, days int) (*simulator.Server, string) {
	t.Helper()
	var back atomic.Int64
	back.Store(int64(days))
	now := func() time.Time { return time.Now().AddDate(0, 0, -int(back.Load())) }
	sim, err := simulator.Start(t.Context(), simulator.Options{Incidents: 300, Users: 400, SignIns: 4000, Now: now, Identity: simulator.IdentityMode{Extra: true}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	home := t.TempDir()
	ca := filepath.Join(home, "ca.pem")
	if err := os.WriteFile(ca, sim.Settings().CAPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	connectTo(t, home, simulatedDraft(sim.Settings(), ca))
	for ; back.Load() > 0; back.Add(-1) {
		s, err := (&program{home: home}).openSession(t.Context(), cli.Options{Home: home, At: now()}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.first().engine.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
	}
	return sim, home
}

// suspect is a person at risk who is found from an incident and has sign-ins to compare.
type suspect struct {
	identity.Person
	incident triage.Case
	entity   int // which of the incident's entities is the account
}

func findSuspect(t *testing.T, cache *data.Cache) suspect {
	t.Helper()
	f, err := identity.Parse("state:atRisk", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	w, err := cache.Identity().Users(t.Context(), identity.Query{Filter: f, Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range w.Rows {
		p, err := cache.Identity().Person(t.Context(), identity.Key{ObjectID: u.ID})
		if err != nil {
			t.Fatal(err)
		}
		if len(p.SignIns) < 2 || len(p.Conflicts) > 0 {
			continue
		}
		for _, m := range p.Incidents {
			c, err := cache.Case(t.Context(), m.IncidentID)
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(c.Entities, func(e app.Entity) bool { return e.Kind == "account" && strings.EqualFold(e.Key, p.Account.UPN) })
			if at >= 0 && c.Row.Twin == "" {
				return suspect{p, c, at}
			}
		}
	}
	t.Fatal("nobody at risk is named by an incident and has two sign-ins")
	return suspect{}
}

// By keyboard alone: from an incident a person at risk is found, two of the sign-ins
// compared, and offline the account confirmed compromised and its sessions revoked; back
// online each happens once. Then a fall of the score is traced to its control and the
// resources behind it. Both end in a report.
func TestWindowFindsAPersonAndTracesAScore(t *testing.T) {
	t.Parallel()
	sim, home := watchedFor(t, daysWatched)
	d := openDesktop(t, home)
	cache := peek(t, home)
	eventually(t, 120*time.Second, "the pull of today did not end", func() bool {
		for _, src := range []app.SourceID{app.Sentinel, app.Defender, app.EntraRisk, app.SignIns, app.CloudPosture, app.M365Score} {
			if _, at, err := cache.Cursor(t.Context(), src); err != nil || time.Since(at) > 6*time.Hour {
				return false
			}
		}
		return pulled(t, cache)
	})
	who := findSuspect(t, cache)
	id := who.Account.ID

	d.press("ctrl+o")
	d.toPerson(cache, who)
	d.press("3", "space", "space", "b")
	pause(time.Second)
	d.picture("21-compare")
	d.press("Escape")
	for n, deed := range []string{"1", "2"} {
		d.press("x", deed)
		pause(500 * time.Millisecond)
		d.picture(fmt.Sprintf("22-deed-%d", n))
		d.press("Tab")
		d.typeText("Simulated tenant")
		d.press("ctrl+Return")
		d.waitActions(cache, n+1)
	}
	d.picture("23-queued")
	if w := byThisClient(sim.IdentityWrites(id)); len(w) != 0 {
		t.Fatalf("something was sent while offline: %+v", w)
	}
	revoked := sim.RevokedAt(id)
	d.press("ctrl+o")
	eventually(t, 90*time.Second, "not everything was sent", func() bool { return unfinished(t, cache) == 0 })
	now, _ := sim.RiskyUser(id)
	if now.State != string(identity.StateCompromised) || !sim.RevokedAt(id).After(revoked) {
		t.Errorf("the effects are missing: %+v, sessions from %v", now, sim.RevokedAt(id))
	}
	if w := byThisClient(sim.IdentityWrites(id)); len(w) != 2 {
		all, err := cache.Actions(t.Context(), 10)
		t.Errorf("%d writes arrived, want 2: %+v; the actions: %+v, %v", len(w), w, all, err)
	}
	d.press("g", "a", "End")
	pause(time.Second)
	d.picture("24-sent")

	d.traceDrop(sim, cache)

	d.press("g", "r")
	pause(time.Second)
	for n, kind := range []string{"4", "5"} {
		d.press(kind, "f") // HTML
		path := d.written(home, []string{"identity-*.html", "posture-*.html"}[n], kind, "w")
		d.picture(fmt.Sprintf("28-report-%d", n))
		want := []string{who.Account.UPN, "Why Defender for Cloud (classic)"}[n]
		if page := tool(t, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "file://"+path); !strings.Contains(page, want) {
			t.Errorf("%s does not tell of %s", filepath.Base(path), want)
		}
	}
	if out := d.out.String(); strings.Contains(out, "DATA RACE") || strings.Contains(out, "panic:") {
		t.Error(out)
	}
}

// byThisClient are the writes of this client.
func byThisClient(all []simulator.Write) []simulator.Write {
	return slices.DeleteFunc(all, func(w simulator.Write) bool { return w.Method == "EDIT" })
}

// toPerson opens the incident by its number and goes to the person of the account.
func (d *desktop) toPerson(cache *data.Cache, who suspect) {
	d.t.Helper()
	d.press("g", "q", "slash", "ctrl+a")
	d.typeText("status:any #" + who.incident.Row.Number)
	eventually(d.t, 20*time.Second, "the filter did not follow the typing", func() bool {
		row, err := cache.Preference(d.t.Context(), "queue.row")
		return err == nil && row == fmt.Sprint(who.incident.Row.ID)
	})
	d.press("Return", "Return", "3")
	pause(time.Second)
	for range who.entity {
		d.press("Down")
	}
	d.picture("19-account")
	d.press("i")
	pause(time.Second)
	d.picture("20-person")
}

// traceDrop follows the newest fall of the score of Defender for Cloud that the cache saw
// to its control, recommendation and resources, on the screen; the cache must tell the
// same as the tenant.
func (d *desktop) traceDrop(sim *simulator.Server, cache *data.Cache) {
	d.t.Helper()
	at := slices.IndexFunc(sim.Drops(), func(x simulator.Drop) bool {
		return x.Model == simulator.ModelCloud && x.Before.After(time.Now().AddDate(0, 0, -daysWatched)) && x.After.Before(time.Now())
	})
	if at < 0 {
		d.t.Fatal("no fall lies within the days that were watched")
	}
	drop := sim.Drops()[at]
	w, err := cache.Posture().Waterfall(d.t.Context(), posture.CloudClassic, drop.Scope, drop.Before, drop.After)
	if err != nil || len(w.Steps) == 0 || !strings.EqualFold(w.Steps[0].Control, drop.Control) || w.Steps[0].Delta() >= 0 {
		d.t.Fatalf("the cache explains the fall by %+v, %v; it was %s", w.Steps, err, drop.Control)
	}
	before, _ := sim.ScoreOn(drop.Model, drop.Scope, drop.Before)
	if w.From.Current != before.Current {
		d.t.Errorf("the cache holds %v for %v, the tenant had %v", w.From.Current, drop.Before, before.Current)
	}
	resources, err := cache.Posture().Resources(d.t.Context(), drop.Recommendation, "", 500)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, id := range sim.UnhealthyOn(drop.Scope, drop.Recommendation, time.Now()) {
		if !slices.ContainsFunc(resources, func(a posture.Assessment) bool { return strings.EqualFold(a.Resource, id) && a.Code == "Unhealthy" }) {
			d.t.Errorf("the cache does not name %s", id)
		}
	}
	d.press("g", "p")
	pause(1500 * time.Millisecond)
	d.press("equal")
	pause(time.Second)
	d.picture("25-drop")
	d.press("Return", "Down", "Return")
	pause(time.Second)
	d.picture("26-control")
	d.press("Return")
	pause(time.Second)
	d.picture("27-resources")
}
