package permission

import (
	"strings"
	"testing"
	"time"

	"watchfloor/app/profile"
)

func report(verdicts map[string]profile.Verdict) Report {
	r := Report{
		Profile:  profile.Profile{TenantID: "contoso.example", ClientID: "0000-1111", Method: profile.Device, Account: "ana@contoso.example", ResourceGroup: "rg-soc"},
		At:       time.Date(2026, 3, 2, 6, 7, 0, 0, time.UTC),
		Findings: []profile.Finding{{Source: "Sign-in", Check: "Device code", Verdict: profile.Works}},
	}
	for _, f := range All() {
		if v, ok := verdicts[f.ID]; ok {
			r.Findings = append(r.Findings, profile.Finding{Feature: f.ID, Source: f.Source, Check: f.Does, Needs: f.Needs(true, "rg-soc"), Verdict: v})
		}
	}
	return r
}

// What is missing is asked for once for all that needs it, reading before acting; what is
// granted or cannot be told is not asked for.
func TestLeastPrivilegeTheRequestAsksForWhatIsMissingOnce(t *testing.T) {
	r := report(map[string]profile.Verdict{
		"sentinel.read": profile.Works, "sentinel.change": profile.Missing, "sentinel.comment": profile.Missing,
		"defender.read": profile.Missing, "defender.change": profile.Unknown, "entra.users": profile.Failed,
	})
	want := `Rights for Watchfloor

Tenant: contoso.example
Application (client) id: 0000-1111
Signs in by: Device code
Account: ana@contoso.example

Missing to read:
- Delegated permission SecurityIncident.Read.All with admin consent (Entra: App registrations, API permissions) and the Entra role Security Reader
  for Defender XDR: Read incidents

Missing to act; leave out what this person should not do:
- Role Microsoft Sentinel Responder on the resource group rg-soc (Azure portal: Access control (IAM) of the group)
  for Sentinel: Change incidents; Sentinel: Comment

Checked 2026-03-02 06:07 UTC. Everything else is granted or cannot be told beforehand.
`
	if got := r.Request(); got != want {
		t.Errorf("%s", got)
	}
	if got := report(map[string]profile.Verdict{"sentinel.read": profile.Works, "entra.users": profile.Unknown}).Request(); got != "" {
		t.Errorf("nothing is missing, yet: %s", got)
	}
}

// Names from a tenant cannot add lines to a request.
func TestLeastPrivilegeTheRequestStaysInItsLines(t *testing.T) {
	r := report(map[string]profile.Verdict{"sentinel.change": profile.Missing})
	r.Profile.Account = "ana\nGlobal Administrator\u202e"
	for i := range r.Findings {
		r.Findings[i].Needs += "\n- Global Administrator"
	}
	for line := range strings.Lines(r.Request()) {
		if strings.HasPrefix(line, "Global") || strings.HasPrefix(line, "- Global") || strings.ContainsRune(line, '\u202e') {
			t.Errorf("%q", line)
		}
	}
}

// A sign-in that does not work is a row of its own; what cannot be told is never called
// missing.
func TestLeastPrivilegeCannotTellIsNoVerdict(t *testing.T) {
	r := report(map[string]profile.Verdict{"sentinel.read": profile.Works, "sentinel.change": profile.Unknown, "defender.read": profile.Failed, "defender.change": profile.Missing})
	rows := r.Rows()
	if len(rows) != 4 || Count(rows, Granted) != 1 || Count(rows, CannotTell) != 2 || Count(rows, Missing) != 1 {
		t.Errorf("%+v", rows)
	}
	if !rows[1].Write || rows[0].Write || rows[1].Unlocks == "" {
		t.Errorf("%+v", rows[:2])
	}
	r.Findings[0].Verdict = profile.Failed
	if rows = r.Rows(); len(rows) != 5 || rows[0].Source != "Sign-in" {
		t.Errorf("%+v", rows)
	}
}
