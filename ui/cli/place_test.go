package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
	"watchfloor/app/posture"
)

// people is a cache of identities with two people; the methods that no test calls are
// those of the nil interface.
type people struct {
	identity.Reader
	asked []identity.Query
	list  []identity.HighValue
}

func (p *people) Users(_ context.Context, q identity.Query) (identity.Window[identity.UserRow], error) {
	p.asked = append(p.asked, q)
	rows := []identity.UserRow{
		{User: identity.User{ID: "1", UPN: "jo@contoso.example", Level: identity.LevelHigh, State: identity.StateAtRisk, Changed: noon}, High: "role: Global Administrator"},
		{User: identity.User{ID: "2", UPN: "=cmd()\u202e", Level: "unheardOf", State: identity.StateAtRisk, Changed: noon}},
	}
	if q.After == "" {
		return identity.Window[identity.UserRow]{Rows: rows[:1], Next: "1"}, nil
	}
	return identity.Window[identity.UserRow]{Rows: rows[1:]}, nil
}

func (p *people) Person(_ context.Context, k identity.Key) (identity.Person, error) {
	switch k {
	case identity.Key{UPN: "jo@contoso.example"}:
		return identity.Person{
			Account:   identity.Account{ID: "1", UPN: k.UPN, Name: "Jo Doe", Enabled: "true"},
			User:      &identity.User{Level: identity.LevelHigh, State: identity.StateAtRisk},
			Incidents: []identity.Mention{{Number: "48213", Title: "Beacon to https://evil.example", Severity: "High", By: "UPN"}},
		}, nil
	case identity.Key{SAM: `CORP\jo`}:
		return identity.Person{Account: identity.Account{ID: "1"}, Conflicts: []string{"Two accounts have this name."}}, nil
	}
	return identity.Person{}, app.E(app.KindNotFound, "nobody", nil)
}

func (p *people) Workloads(context.Context, identity.Query) (w identity.Window[identity.WorkloadRow], err error) {
	return w, nil
}

func (p *people) SignIns(context.Context, identity.Query) (w identity.Window[identity.SignInRow], err error) {
	return w, nil
}

func (p *people) Heat(context.Context, identity.Filter, int) (h identity.Heat, err error) {
	return h, nil
}
func (p *people) Kept(context.Context) (k identity.Kept, err error) { return k, nil }

func (p *people) Import(_ context.Context, _ string, list []identity.HighValue) (int, error) {
	p.list = list
	return len(list), nil
}

// scores is a cache of posture.
type scores struct{ posture.Reader }

func (scores) Latest(context.Context) ([]posture.Score, error) {
	return []posture.Score{{Model: posture.CloudClassic, ScopeName: "Production", Current: 30, Max: 58, Day: noon}, {Model: posture.M365, ScopeName: "Contoso", Current: 400, Max: 800, Day: noon}}, nil
}

func (scores) Resources(_ context.Context, id, after string, limit int) ([]posture.Assessment, error) {
	if after != "" || id != "rec" {
		return nil, nil
	}
	return []posture.Assessment{{Resource: "/subscriptions/x/vm1", Code: "Unhealthy"}}, nil
}

func (scores) Waterfall(_ context.Context, m posture.Model, scope string, _, _ time.Time) (posture.Waterfall, error) {
	return posture.Waterfall{Model: m, Scope: scope}, nil
}

func (scores) Recommendations(context.Context, posture.Ask) ([]posture.Recommendation, error) {
	return nil, nil
}
func (scores) Pins(context.Context, int) ([]posture.Pinned, error)       { return nil, nil }
func (scores) Standards(context.Context) ([]posture.Standard, error)     { return nil, nil }
func (scores) Contacts(context.Context) ([]posture.Contact, error)       { return nil, nil }
func (scores) AlertHealth(context.Context) (h posture.Health, err error) { return h, nil }

type roster []fleet.Tenant

func (r roster) Tenants() []fleet.Tenant { return r }
func (r roster) Of(id int64) fleet.Tenant {
	slot, _ := fleet.Split(id)
	return fleet.Tenant{Slot: slot}
}

// placed is a session with both places.
func placed(f *floor, p *people, tenants roster) func(*Deps) {
	return func(d *Deps) {
		d.Open = func(_ context.Context, o Options) (*Session, error) {
			f.opened = append(f.opened, o)
			s := f.session()
			s.Identity = func(int) identity.Reader { return p }
			s.Posture = func(int) posture.Reader { return scores{} }
			if tenants != nil {
				s.Roster = tenants
			}
			return s, nil
		}
	}
}

// Given people of two pages, then all are listed, the filter goes to the cache, and what
// is odd about a row is told.
func TestIdentityLists(t *testing.T) {
	f, p := newFloor(), &people{}
	got := f.run(t, placed(f, p, nil), "identity", "users", "level:high", "jo")
	got.expect(t, 0, "jo@contoso.example", "role: Global Administrator", "unheardOf", "2 rows")
	if len(p.asked) != 2 || len(p.asked[0].Filter.Terms) != 1 || p.asked[1].After != "1" {
		t.Errorf("asked %+v", p.asked)
	}
	f.run(t, placed(f, p, nil), "identity", "users", "--json").expect(t, 0, `"object id": "1"`)
	f.run(t, placed(f, p, nil), "identity", "users", "--limit", "1").expect(t, 0, "1 row, the first of those that match; --limit 0 lists all")
	f.run(t, placed(f, p, nil), "identity", "users", "levle:high").expect(t, ExitUsage, "level")
	f.run(t, nil, "identity", "users").expect(t, 1, "--identity")
}

func TestIdentityPerson(t *testing.T) {
	f, p := newFloor(), &people{}
	f.run(t, placed(f, p, nil), "identity", "person", "jo@contoso.example").expect(t, 0, "Jo Doe", "#48213", "evil[.]example", "high · atRisk")
	f.run(t, placed(f, p, nil), "identity", "person", "who@contoso.example").expect(t, 1, "nobody")
}

// A deed names people by the id that was found, in their tenant; without a person to ask
// it takes --yes, and a name that points at several people is refused.
func TestIdentityRespond(t *testing.T) {
	f, p := newFloor(), &people{}
	two := roster{{Slot: 3, Name: "Contoso"}}
	f.run(t, placed(f, p, two), "identity", "respond", "confirm-compromised", "jo@contoso.example").expect(t, ExitUsage, "--yes", "confirm compromised: jo@contoso.example, in Contoso", "Sets the risk")
	if len(f.actions) != 0 {
		t.Fatalf("queued %+v", f.actions)
	}
	f.run(t, placed(f, p, two), "identity", "respond", "confirm-compromised", "jo@contoso.example", "--yes").expect(t, 0, "done")
	if len(f.actions) != 1 || f.actions[0].On != (app.Subject{Kind: app.SubjectUser, ID: "1", Name: "jo@contoso.example"}) ||
		f.actions[0].Verb != outbox.ConfirmCompromised || f.actions[0].IncidentID != fleet.Home(3) {
		t.Errorf("queued %+v", f.actions)
	}
	f.run(t, placed(f, p, two), "identity", "respond", "disable", `CORP\jo`, "--yes").expect(t, 1, "name the object id")
	f.run(t, placed(f, p, two), "identity", "respond", "banish", "jo@contoso.example").expect(t, ExitUsage, "dismiss")
	f.run(t, placed(f, p, roster{{Slot: 1}, {Slot: 2}}), "identity", "users").expect(t, ExitUsage, "--profile")
}

func TestIdentityImport(t *testing.T) {
	f, p := newFloor(), &people{}
	list := filepath.Join(t.TempDir(), "vip.csv")
	if err := os.WriteFile(list, []byte("jo@contoso.example,Finance\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.run(t, placed(f, p, nil), "identity", "import", list).expect(t, 0, "1 on the high-value list")
	if len(p.list) != 1 || !strings.EqualFold(p.list[0].Key, "jo@contoso.example") {
		t.Errorf("%+v", p.list)
	}
	f.run(t, placed(f, p, nil), "identity", "import", list+".none").expect(t, 1, "could not be read")
}

func TestPostureLists(t *testing.T) {
	f, p := newFloor(), &people{}
	f.run(t, placed(f, p, nil), "posture", "scores").expect(t, 0, "Defender for Cloud (classic)", "51.72", "Microsoft 365 secure score", "50")
	f.run(t, placed(f, p, nil), "posture", "resources", "rec").expect(t, 0, "/subscriptions/x/vm1", "Unhealthy", "1 row\n")
	f.run(t, placed(f, p, nil), "posture", "controls", "--model", "x").expect(t, ExitUsage, "--model")
	f.run(t, placed(f, p, nil), "posture", "recommendations", "--sort", "points").expect(t, ExitUsage, "increase, risk or age")
	f.run(t, placed(f, p, nil), "posture", "recommendations", "--group", "Machinery").expect(t, ExitUsage, `"Machines"`)
	f.run(t, nil, "posture", "scores").expect(t, 1, "--posture")
}

// A report of a period is of one tenant, which it names.
func TestPeriodReports(t *testing.T) {
	f, p := newFloor(), &people{}
	out := filepath.Join(t.TempDir(), "identity.csv")
	f.run(t, placed(f, p, roster{{Slot: 1}, {Slot: 2}}), "report", "identity", "-o", out).expect(t, ExitUsage, "--profile")
	f.run(t, placed(f, p, nil), "report", "identity", "--days", "0").expect(t, ExitUsage, "--days")
	f.run(t, placed(f, p, nil), "report", "posture", "--format", "pdf").expect(t, ExitUsage, "--out")
	f.run(t, placed(f, p, roster{{Name: "Contoso"}}), "report", "posture", "--format", "md").expect(t, 0, "Contoso", "Compliance")
	f.run(t, placed(f, p, nil), "report", "identity", "-o", out).expect(t, 0, out)
	if b, err := os.ReadFile(out); err != nil || !strings.Contains(string(b), "jo@contoso.example") {
		t.Errorf("%q %v", b, err)
	}
}
