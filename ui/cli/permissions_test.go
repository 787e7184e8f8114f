package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"watchfloor/app/permission"
	"watchfloor/app/profile"
)

// granted is a desk with two tenants: of the first one right is missing.
func granted() *desk {
	d := newDesk()
	d.list = []profile.Profile{{Slot: 1, Name: "West", TenantID: "west.example", Method: profile.Device, ReadOnly: true}, {Slot: 2, Name: "East", TenantID: "east.example", Method: profile.Secret}}
	d.findings = nil
	for id, v := range map[string]profile.Verdict{"defender.read": profile.Works, "defender.change": profile.Missing, "entra.users": profile.Unknown} {
		f, _ := permission.ByID(id)
		d.findings = append(d.findings, profile.Finding{Feature: id, Source: f.Source, Check: f.Does, Verdict: v, Needs: f.Needs(true, ""), Costs: f.Costs})
	}
	slices.SortFunc(d.findings, func(a, b profile.Finding) int { return strings.Compare(a.Feature, b.Feature) })
	return d
}

func TestLeastPrivilegePermissionsAreListedForEachTenant(t *testing.T) {
	d := granted()
	got := d.run(t, "", "permissions")
	got.expect(t, 0, "West: read-only, whatever is granted; watchfloor permissions allow West turns actions on", "East: actions are on, as far as they are granted",
		"missing", "Change and comment", "act", "cannot tell", "Read users at risk", "SecurityIncident.ReadWrite.All")
	if strings.Count(got.out, "SecurityIncident.ReadWrite.All") != 2 {
		t.Errorf("%s", got.out)
	}
	d.everywhere = true
	d.run(t, "", "permissions").expect(t, 0, "East: read-only, like every tenant; watchfloor permissions allow ends that")
}

// Programs get the same rows, and a tenant's switch with them.
func TestLeastPrivilegePermissionsAsJSON(t *testing.T) {
	got := granted().run(t, "", "permissions", "--json")
	var rows []map[string]any
	if err := json.Unmarshal([]byte(got.out), &rows); err != nil || len(rows) != 6 {
		t.Fatalf("%v: %s", err, got.out)
	}
	first := rows[0]
	if first["feature"] != "defender.change" || first["state"] != "missing" || first["acts"] != true || first["readOnly"] != true || rows[3]["readOnly"] != false ||
		first["checked"] != "2026-03-02T06:07:00Z" || first["unlocks"] == "" {
		t.Errorf("%v", first)
	}
}

func TestLeastPrivilegeARequestIsPrintedForWhatIsMissing(t *testing.T) {
	d := granted()
	got := d.run(t, "", "permissions", "--request")
	got.expect(t, 0, "Rights for Watchfloor", "Tenant: west.example", "Missing to act")
	if strings.Contains(got.out, "users at risk") {
		t.Errorf("what cannot be told is asked for: %s", got.out)
	}
	d.findings = d.findings[1:]
	d.run(t, "", "permissions", "--request").expect(t, 0, "West lacks nothing that can be told beforehand.")
}

func TestLeastPrivilegeTheSwitchesAreTurned(t *testing.T) {
	d := granted()
	d.run(t, "", "permissions", "allow", "West").expect(t, 0, "Actions are on at West.")
	d.run(t, "", "permissions", "read-only", "East").expect(t, 0, "East is read-only")
	if !slices.Equal(d.calls, []string{"read-only 1 false", "read-only 2 true"}) {
		t.Errorf("%v", d.calls)
	}
	d.run(t, "", "permissions", "read-only").expect(t, 0, "nothing is changed or sent at any tenant")
	if !d.everywhere {
		t.Error("not turned")
	}
	d.run(t, "", "permissions", "allow", "East").expect(t, 0, "but every tenant is read-only")
	d.run(t, "", "permissions", "allow").expect(t, 0, "Actions are allowed again.", "West stays read-only")
	if d.everywhere {
		t.Error("not turned back")
	}
	d.list[0].Name = "North West"
	d.run(t, "", "permissions", "allow").expect(t, 0, "watchfloor permissions allow 'North West' turns")
	d.run(t, "", "permissions").expect(t, 0, "watchfloor permissions allow 'North West' turns")
	d.run(t, "", "permissions", "nonsense").expect(t, ExitUsage, "nonsense")
}

// A new tenant starts read-only unless it is told otherwise; a simulated one acts.
func TestLeastPrivilegeANewTenantStartsReadOnly(t *testing.T) {
	for _, c := range []struct {
		args     []string
		answers  string
		readOnly bool
	}{
		{nil, "", true},
		{[]string{"--actions"}, "", false},
		{[]string{"--name", "West"}, "", true},
	} {
		d := newDesk()
		got := d.run(t, c.answers, append([]string{"connect", "--tenant", "contoso.example", "--client", guid, "--defender"}, c.args...)...)
		if got.code != 0 || len(d.saved) != 1 || d.saved[0].ReadOnly != c.readOnly || strings.Contains(got.out, "is read-only") != c.readOnly {
			t.Errorf("%v: %+v\n%s%s", c.args, d.saved, got.out, got.err)
		}
	}
}
