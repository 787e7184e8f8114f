package profile

import (
	"strings"
	"testing"
)

func TestSourcesAreTakenOverAndNothingElse(t *testing.T) {
	p := Profile{ID: "a", Name: "Contoso", TenantID: tenantA, Workspace: "soc", Subscription: "s", ResourceGroup: "g", Defender: true, Method: Browser}
	o := Profile{
		ID: "b", Name: "Other", TenantID: "other", Workspace: "other", Authority: "https://127.0.0.1:1", Method: Secret,
		Identity: true, SignIns: AllSignIns, Posture: true, Subscriptions: tenantA, CloudAlerts: true,
	}
	want := p
	want.Defender, want.Identity, want.SignIns, want.Posture, want.Subscriptions, want.CloudAlerts = false, true, AllSignIns, true, tenantA, true
	if got := p.Reading(o); got != want {
		t.Errorf("%+v", got)
	}
	if got := want.Sources(); got != "the workspace soc, identities, posture, cloud alerts" {
		t.Errorf("%q", got)
	}
	if got := (Profile{Defender: true}).Sources(); got != "Defender XDR" {
		t.Errorf("%q", got)
	}
}

// What a stored profile reads can be judged without its secret.
func TestSourcesAreJudgedAlone(t *testing.T) {
	for want, p := range map[string]Profile{
		"":                             {Method: Secret, Identity: true},
		"at least one source":          {},
		"risky, interactive or all":    {Identity: true, SignIns: "some"},
		"Subscriptions: give":          {Posture: true, Subscriptions: tenantA + ", prod"},
		"Graph offers no security inc": {Defender: true, Cloud: "china"},
	} {
		if got := p.SourcesProblem(); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
}
