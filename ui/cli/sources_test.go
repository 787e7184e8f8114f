package cli

import (
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/profile"
)

func TestSourcesOfAProfile(t *testing.T) {
	was := profile.Profile{ID: "a", Slot: 3, Name: "Contoso", TenantID: guid, Defender: true, Posture: true, Subscriptions: guid}
	for line, want := range map[string]profile.Profile{
		"--identity --sign-ins all":            {ID: "a", Slot: 3, Name: "Contoso", TenantID: guid, Defender: true, Posture: true, Subscriptions: guid, Identity: true, SignIns: profile.AllSignIns},
		"--posture=false --cloud-alerts":       {ID: "a", Slot: 3, Name: "Contoso", TenantID: guid, Defender: true, Subscriptions: guid, CloudAlerts: true},
		"--defender=false":                     {ID: "a", Slot: 3, Name: "Contoso", TenantID: guid, Posture: true, Subscriptions: guid},
		"--posture-subscriptions= --sign-ins=": {ID: "a", Slot: 3, Name: "Contoso", TenantID: guid, Defender: true, Posture: true},
	} {
		d := newDesk()
		d.list = []profile.Profile{was}
		d.run(t, "", append([]string{"profiles", "sources", "contoso"}, strings.Fields(line)...)...).expect(t, 0, "Contoso reads "+want.Sources()+".")
		if len(d.changed) != 1 || d.changed[0] != want {
			t.Errorf("%s: changed to %+v", line, d.changed)
		}
	}
}

// How much is kept of identities is no matter of the profile.
func TestHowMuchIsKept(t *testing.T) {
	d := newDesk()
	d.list = []profile.Profile{{ID: "a", Slot: 3, Name: "Contoso", TenantID: guid, Identity: true}}
	d.run(t, "", "profiles", "sources", "Contoso", "--keep", "1.5 GiB").expect(t, 0, "within 1536 MiB")
	d.run(t, "", "profiles", "sources", "Contoso", "--keep", "none").expect(t, 0, "without a bound")
	if got := strings.Join(d.calls, ", "); got != "keep 3 1610612736, keep 3 0" {
		t.Errorf("called %s", got)
	}
}

func TestSourcesThatCannotBe(t *testing.T) {
	for line, want := range map[string]string{
		"--identity=false":              "Choose at least one source",
		"--sign-ins some":               "risky, interactive or all",
		"--posture-subscriptions prod":  "their ids",
		"--identity --posture --keep=1": "64 MiB",
	} {
		d := newDesk()
		d.list = []profile.Profile{{ID: "a", Name: "Contoso", TenantID: guid, Identity: true}}
		got := d.run(t, "", append([]string{"profiles", "sources", "Contoso"}, strings.Fields(line)...)...)
		if got.code == 0 || !strings.Contains(got.err, want) {
			t.Errorf("%s: code %d, %s", line, got.code, got.err)
		}
		if d.changed != nil || d.calls != nil {
			t.Errorf("%s: called %q", line, d.calls)
		}
	}
	d := newDesk()
	d.list = []profile.Profile{{ID: "a", Name: "Contoso", TenantID: guid, Identity: true, Posture: true}}
	d.refusal = app.E(app.KindConflict, "Contoso still has 1 action.", nil)
	if got := d.run(t, "", "profiles", "sources", "Contoso", "--posture=false", "--keep", "2GiB"); got.code == 0 || !strings.Contains(got.err, "still has 1 action") || len(d.calls) != 1 {
		t.Errorf("code %d, %s, called %q", got.code, got.err, d.calls)
	}
}
