package permission

import (
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// Every feature says what it takes, what it brings and what is lost without it.
func TestLeastPrivilegeEveryFeatureNamesWhatItTakes(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range All() {
		if f.ID == "" || f.Source == "" || f.Does == "" || seen[f.ID] || seen[f.Source+f.Does] {
			t.Errorf("%q is not told apart: %+v", f.ID, f)
		}
		seen[f.ID], seen[f.Source+f.Does] = true, true
		if f.Unlocks == "" || f.Costs == "" || f.Least() == "" || f.At.Label() == string(f.At) {
			t.Errorf("%s: %+v", f.ID, f)
		}
		graph, azure := f.Graph != "" && f.Entra != "" && len(f.Roles) > 0, f.Azure != "" && f.Place != "" && f.Action != ""
		if graph == azure {
			t.Errorf("%s takes neither Graph nor Azure, or half of both", f.ID)
		}
		for _, person := range []bool{true, false} {
			if needs := f.Needs(person, "rg-soc"); !strings.Contains(needs, f.Graph) || !strings.Contains(needs, f.Azure) || strings.Contains(needs, f.Entra) != (person || azure) {
				t.Errorf("%s: %s", f.ID, needs)
			}
		}
	}
}

// What only reads takes nothing that could write, and what writes takes something that
// reading does not: so a sign-in can be given the reading rights alone.
func TestLeastPrivilegeReadingTakesNoWriteRight(t *testing.T) {
	reading := map[string]bool{}
	for _, f := range All() {
		if !f.Write {
			reading[f.Least()] = true
			for _, p := range append([]string{f.Graph}, f.With...) {
				if strings.Contains(p, "ReadWrite") || strings.Contains(p, ".Manage.") || strings.Contains(p, "Revoke") || strings.Contains(p, "Enable") {
					t.Errorf("%s reads with %s", f.ID, p)
				}
			}
			if strings.Contains(f.Azure, "Admin") || strings.Contains(f.Azure, "Contributor") || f.Action != "" && !strings.HasSuffix(f.Action, "/read") {
				t.Errorf("%s reads with %s, %s", f.ID, f.Azure, f.Action)
			}
		}
	}
	for _, f := range All() {
		if f.Write && reading[f.Least()] {
			t.Errorf("%s writes with %s, which reading takes already", f.ID, f.Least())
		}
	}
}

// Every kind of action is part of one feature, which writes at the action's source.
func TestLeastPrivilegeEveryActionIsPartOfAFeature(t *testing.T) {
	check := func(v outbox.Verb, at app.SourceID, on app.SubjectKind) {
		f, ok := For(v, at, on)
		if !ok || !f.Write || f.At != at {
			t.Errorf("%s on %s %s: %+v", v, at, on, f)
		}
	}
	everywhere := []outbox.Verb{outbox.Assign, outbox.SetStatus, outbox.SetSeverity, outbox.Tag, outbox.Close, outbox.Comment}
	for _, v := range everywhere {
		check(v, app.Sentinel, "")
		check(v, app.Defender, "")
		check(v, app.Cloud, "")
	}
	check(outbox.AddTask, app.Sentinel, "")
	check(outbox.FinishTask, app.Sentinel, "")
	check(outbox.Merge, app.Defender, "")
	check(outbox.MoveAlerts, app.Defender, "")
	for d, kinds := range map[app.Deed][]app.SubjectKind{
		app.DismissRisk:        {app.SubjectUser, app.SubjectWorkload, app.SubjectSignIn},
		app.ConfirmCompromised: {app.SubjectUser, app.SubjectWorkload, app.SubjectSignIn},
		app.ConfirmSafe:        {app.SubjectUser, app.SubjectSignIn},
		app.RevokeSessions:     {app.SubjectUser}, app.DisableAccount: {app.SubjectUser}, app.EnableAccount: {app.SubjectUser},
		app.SetControl: {app.SubjectControl}, app.EditContact: {app.SubjectContact},
	} {
		for _, k := range kinds {
			check(outbox.Verb(d), outbox.SourceOf(k), k)
		}
	}
	if f, ok := For(outbox.Comment, app.SignIns, ""); ok {
		t.Errorf("the sign-in log takes no comment, but for %s", f.ID)
	}
	if a, b := ofDeed(app.DismissRisk, app.SubjectWorkload), ofDeed(app.DismissRisk, app.SubjectSignIn); a == b {
		t.Errorf("workloads and sign-ins both take %s", a)
	}
}

// A greater permission does as well; one of two that go together does not.
func TestLeastPrivilegeGreaterPermissionsCount(t *testing.T) {
	for _, c := range []struct {
		id, has string
		want    bool
	}{
		{"defender.read", "SecurityIncident.Read.All", true},
		{"defender.read", "SecurityIncident.ReadWrite.All", true},
		{"defender.change", "SecurityIncident.Read.All", false},
		{"entra.sessions", "User.ReadWrite.All", true},
		{"entra.accounts", "User.EnableDisableAccount.All", false},
		{"entra.accounts", "User.EnableDisableAccount.All User.Read.All", true},
		{"entra.accounts", "User.ReadWrite.All", true},
		{"entra.feedback", "IdentityRiskyUser.ReadWrite.All", false},
		{"defender.merge", "", false},
	} {
		f, ok := ByID(c.id)
		if !ok {
			t.Fatal(c.id)
		}
		if got := f.Granted(func(p string) bool { return strings.Contains(" "+c.has+" ", " "+p+" ") }); got != c.want {
			t.Errorf("%s with %q: %v", c.id, c.has, got)
		}
	}
}
