package directory_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"watchfloor/app/profile"
	"watchfloor/integrations/simulator"
)

const (
	sentinel = "Sentinel"
	defender = "Defender XDR"
)

// Given every right, then every check works, costs nothing, and nothing was written.
func TestATenantWithEveryRight(t *testing.T) {
	for _, method := range []profile.Method{profile.Device, profile.Secret} {
		x := start(t, method, simulator.Options{})
		list := x.Test(context.Background(), x.profile(method))
		if len(list) != 8 || list[0].Source != "Sign-in" {
			t.Fatalf("%s: %+v", method, list)
		}
		for _, f := range list {
			if f.Verdict != profile.Works || f.Costs != "" {
				t.Errorf("%s: %+v", method, f)
			}
		}
		if method == profile.Device && !strings.Contains(list[0].Said, x.User) {
			t.Errorf("who signed in is not told: %q", list[0].Said)
		}
		for kind, n := range x.Counters() {
			if n > 0 && (strings.HasSuffix(kind, "put") || strings.HasSuffix(kind, "patch") || strings.HasSuffix(kind, "comment") || strings.HasSuffix(kind, "merge")) {
				t.Errorf("the test wrote: %s", kind)
			}
		}
	}
}

// What is missing is named exactly, with where it is granted and what it costs; the rest
// works on.
func TestWhatIsMissingIsNamed(t *testing.T) {
	const read, change, comment, tasks = "Read incidents", "Change incidents", "Comment", "Add and complete tasks"
	const both, merge = "Change and comment", "Merge incidents, move alerts"
	missing, works := profile.Missing, profile.Works
	for name, c := range map[string]struct {
		method profile.Method
		rights simulator.Rights
		source string
		want   map[string]profile.Verdict
		check  string // whose Needs are looked at
		needs  []string
	}{
		"reader of the workspace": {
			profile.Device,
			simulator.Rights{ARM: simulator.ARMReader},
			sentinel,
			map[string]profile.Verdict{read: works, change: missing, comment: missing, tasks: missing},
			change,
			[]string{"Microsoft Sentinel Responder", "rg-security-operations", "Access control (IAM)"},
		},
		"responder": {
			profile.Secret,
			simulator.Rights{ARM: simulator.ARMResponder},
			sentinel,
			map[string]profile.Verdict{read: works, change: works, comment: works, tasks: works},
			read, nil,
		},
		"no role there": {
			profile.Secret,
			simulator.Rights{ARM: simulator.ARMNobody},
			sentinel,
			map[string]profile.Verdict{read: missing, change: missing, comment: missing, tasks: missing},
			read,
			[]string{"Microsoft Sentinel Reader", "rg-security-operations"},
		},
		"application without the write permission": {
			profile.Secret,
			simulator.Rights{GraphWithout: []string{simulator.IncidentReadWrite}},
			defender,
			map[string]profile.Verdict{read: works, both: missing},
			both,
			[]string{"Application permission SecurityIncident.ReadWrite.All", "admin consent"},
		},
		"person without the write permission": {
			profile.Device,
			simulator.Rights{GraphWithout: []string{simulator.IncidentReadWrite}},
			defender,
			map[string]profile.Verdict{read: works, both: missing},
			both,
			[]string{"Delegated permission SecurityIncident.ReadWrite.All", "Security Operator"},
		},
		"no permission at all": {
			profile.Device,
			simulator.Rights{GraphWithout: []string{simulator.IncidentRead, simulator.IncidentReadWrite}},
			defender,
			map[string]profile.Verdict{read: missing, both: missing},
			read,
			[]string{"Delegated permission SecurityIncident.Read.All", "Security Reader"},
		},
		"person who may only read": {
			profile.Device,
			simulator.Rights{Role: simulator.SecurityReader},
			defender,
			map[string]profile.Verdict{read: works, both: missing, merge: missing},
			both,
			[]string{"Security Operator"},
		},
		"person without a role": {
			profile.Device,
			simulator.Rights{Role: simulator.NoDirectoryRole},
			defender,
			map[string]profile.Verdict{read: missing, both: missing},
			read,
			[]string{"Security Reader"},
		},
		"applications need no role": {
			profile.Secret,
			simulator.Rights{Role: simulator.NoDirectoryRole},
			defender,
			map[string]profile.Verdict{read: works, both: works},
			read, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := start(t, c.method, simulator.Options{Rights: c.rights})
			list := x.Test(context.Background(), x.profile(c.method))
			for check, verdict := range c.want {
				f := find(t, list, c.source, check)
				if f.Verdict != verdict || (verdict == works) != (f.Costs == "") || verdict != works && f.Said == "" {
					t.Errorf("%+v", f)
				}
			}
			f := find(t, list, c.source, c.check)
			for _, word := range c.needs {
				if !strings.Contains(f.Needs, word) {
					t.Errorf("%s is not named in %q", word, f.Needs)
				}
			}
			for _, f := range list {
				if f.Source != c.source && f.Verdict != works {
					t.Errorf("another source suffers: %+v", f)
				}
			}
		})
	}
}

func TestNamesThatLeadNowhere(t *testing.T) {
	x := start(t, profile.Secret, simulator.Options{})
	for name, c := range map[string]struct {
		change func(*profile.Profile)
		say    string
	}{
		"workspace without Sentinel": {func(p *profile.Profile) { p.ResourceGroup, p.Workspace = "rg-platform", "law-platform-logs" }, "Sentinel is not enabled on the workspace law-platform-logs"},
		"no such workspace":          {func(p *profile.Profile) { p.Workspace = "law-nowhere" }, "has no workspace law-nowhere"},
		"no such group":              {func(p *profile.Profile) { p.ResourceGroup = "rg-nowhere" }, "has no resource group rg-nowhere"},
		"no such subscription":       {func(p *profile.Profile) { p.Subscription = "00000000-1111-2222-3333-444444444444" }, "no subscription 00000000-1111-2222-3333-444444444444"},
		"names that need escaping":   {func(p *profile.Profile) { p.Workspace = "a/../b?x=1#y" }, "has no workspace"},
	} {
		p := x.profile(profile.Secret)
		c.change(&p)
		f := find(t, x.Test(context.Background(), p), sentinel, "Find the workspace")
		if f.Verdict != profile.Failed || !strings.Contains(f.Said, c.say) || f.Needs == "" || f.Costs == "" {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// Without a sign-in nothing else is tried, and the table says so line by line.
func TestAFailedSignInIsTheFirstFinding(t *testing.T) {
	x := start(t, profile.Secret, simulator.Options{Entra: simulator.Entra{Refuse: 7000222}})
	list := x.Test(context.Background(), x.profile(profile.Secret))
	if len(list) != 8 || list[0].Verdict != profile.Failed || !strings.Contains(list[0].Said, "client secret has expired") {
		t.Fatalf("%+v", list)
	}
	for _, f := range list[1:] {
		if f.Verdict != profile.Unknown || f.Needs == "" || !strings.Contains(f.Said, "Not tried") {
			t.Errorf("%+v", f)
		}
	}
	if n := x.Counters()["arm discovery"] + x.Counters()["graph list"]; n != 0 {
		t.Errorf("%d requests", n)
	}
}

// Consent for Graph alone is missing: Sentinel works on.
func TestConsentForOneServiceAlone(t *testing.T) {
	x := start(t, profile.Secret, simulator.Options{Entra: simulator.Entra{Refuse: 65001, Resource: "graph"}})
	list := x.Test(context.Background(), x.profile(profile.Secret))
	if f := find(t, list, sentinel, "Change incidents"); f.Verdict != profile.Works {
		t.Errorf("%+v", f)
	}
	if f := find(t, list, defender, "Read incidents"); f.Verdict == profile.Works || !strings.Contains(f.Said, "consent") {
		t.Errorf("%+v", f)
	}
}

// A token that cannot be read leaves open what may be written at Graph.
func TestASealedTokenLeavesWritesOpen(t *testing.T) {
	c, _ := fake(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"value":[]}`) })
	list := c.Test(context.Background(), profile.Profile{Method: profile.Device, Defender: true})
	if f := find(t, list, defender, "Read incidents"); f.Verdict != profile.Works {
		t.Errorf("%+v", f)
	}
	if f := find(t, list, defender, "Change and comment"); f.Verdict != profile.Unknown || !strings.Contains(f.Needs, "SecurityIncident.ReadWrite.All") {
		t.Errorf("%+v", f)
	}
}
