package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/permission"
	"watchfloor/app/profile"
)

func TestConnectEndsWithWhatToTypeNext(t *testing.T) {
	for home, want := range map[string]string{"": "bin/watchfloor", "/tmp/drill": "bin/watchfloor --home /tmp/drill", "/tmp/it's a b": `bin/watchfloor --home '/tmp/it'\''s a b'`} {
		if got := startLine("bin/watchfloor", home); got != want {
			t.Errorf("%q: %s, want %s", home, got, want)
		}
	}
}

const guid = "11111111-2222-3333-4444-555555555555"

// desk connects to nothing: it answers from its fields and notes what was asked.
type desk struct {
	list     []profile.Profile
	places   []profile.Place
	findings []profile.Finding
	warning  string
	err      error // of SignIn
	removal  error
	changed  []profile.Profile
	refusal  error // of Change
	calls    []string
	saved    []profile.Draft
	closed   int

	everywhere bool
}

func newDesk() *desk {
	return &desk{
		places: []profile.Place{
			{Subscription: guid, SubscriptionName: "Prod", ResourceGroup: "rg", Workspace: "law-apps"},
			{Subscription: guid, SubscriptionName: "Prod", ResourceGroup: "rg", Workspace: "law-soc", Sentinel: true},
		},
		findings: []profile.Finding{{Source: "Sentinel", Check: "Read incidents", Verdict: profile.Works}},
	}
}

func (d *desk) Profiles() []profile.Profile { return d.list }
func (d *desk) SignIn(_ context.Context, x profile.Draft, say func(profile.Prompt)) (string, error) {
	d.calls = append(d.calls, "sign in "+string(x.Method))
	if x.Method == profile.Device {
		say(profile.Prompt{Code: "ABCD", URL: "https://example.test/device"})
	}
	return "ana@contoso.example", d.err
}
func (d *desk) Places(context.Context, profile.Draft) ([]profile.Place, error) { return d.places, nil }
func (d *desk) Test(context.Context, profile.Draft) ([]profile.Finding, error) {
	d.calls = append(d.calls, "test")
	return d.findings, nil
}

func (d *desk) Save(_ context.Context, x profile.Draft) (string, error) {
	d.saved = append(d.saved, x)
	return d.warning, nil
}

func (d *desk) Change(_ context.Context, p profile.Profile) error {
	d.calls = append(d.calls, "change "+p.Name+" "+p.Colour)
	d.changed = append(d.changed, p)
	return d.refusal
}

func (d *desk) Keep(_ context.Context, slot int, budget int64) error {
	d.calls = append(d.calls, fmt.Sprint("keep ", slot, " ", budget))
	return nil
}
func (d *desk) TestSaved(context.Context, int) ([]profile.Finding, error) { return d.findings, nil }
func (d *desk) Again(context.Context, int, func(profile.Prompt)) error {
	d.calls = append(d.calls, "again")
	return nil
}

func (d *desk) Renew(_ context.Context, _ int, certificate, secret string) (string, error) {
	d.calls = append(d.calls, "renew "+certificate+" "+secret)
	return d.warning, d.err
}

func (d *desk) Remove(context.Context, int) error {
	d.calls = append(d.calls, "remove")
	return d.removal
}
func (d *desk) Everywhere() bool { return d.everywhere }
func (d *desk) SetEverywhere(_ context.Context, on bool) error {
	d.everywhere = on
	return d.refusal
}

func (d *desk) SetReadOnly(_ context.Context, slot int, on bool) error {
	d.calls = append(d.calls, fmt.Sprint("read-only ", slot, " ", on))
	return d.refusal
}

func (d *desk) Permissions(_ context.Context, slot int) (permission.Report, error) {
	for _, p := range d.list {
		if p.Slot == slot {
			return permission.Report{Profile: p, At: time.Date(2026, 3, 2, 6, 7, 0, 0, time.UTC), Everywhere: d.everywhere, Findings: d.findings}, nil
		}
	}
	return permission.Report{}, d.err
}
func (d *desk) Close() error { d.closed++; return nil }

// run executes a command line; answers are what a person types, none without one.
func (d *desk) run(t *testing.T, answers string, args ...string) result {
	t.Helper()
	before := d.closed
	got := newFloor().run(t, func(x *Deps) {
		x.Connector = func(context.Context, Options) (Connector, error) { return d, nil }
		if answers != "" {
			x.In, x.Asks = strings.NewReader(answers), true
			x.Hidden = func(context.Context) (string, error) { return "s3cret", nil }
		}
	}, args...)
	if got.code != ExitUsage && d.closed != before+1 {
		t.Errorf("%s: closed %d times", strings.Join(args, " "), d.closed-before)
	}
	return got
}

// On a terminal, connect asks for everything that the flags leave open, in the order of
// the dialog; a wrong answer is asked for again, and a secret is never on the screen.
func TestConnectAsksStepByStep(t *testing.T) {
	d := newDesk()
	got := d.run(t, strings.Join([]string{"", "contoso", "contoso.example", "3", guid, "1", "", "", "y", "n", "", "West", "2", "", ""}, "\n")+"\n", "connect")
	got.expect(t, 0, "Tenant: give its id", "Signed in as ana@contoso.example.", "Step 2 of 5", "Step 4 of 5", "Sentinel is not enabled on law-apps", "✓ works", "It starts read-only", "West is read-only: nothing is changed or sent there. To allow actions: watchfloor permissions allow West", "West is connected.")
	if strings.Contains(got.out+got.err, "s3cret") {
		t.Error("the secret is on the screen")
	}
	want := profile.Draft{Secret: "s3cret", Profile: profile.Profile{
		Name: "West", Colour: "violet", TenantID: "contoso.example", ClientID: guid, Method: profile.Secret,
		Account: "ana@contoso.example", Cloud: "public", Subscription: guid, ResourceGroup: "rg", Workspace: "law-soc", Defender: true, Identity: true, ReadOnly: true,
	}}
	if len(d.saved) != 1 || d.saved[0] != want {
		t.Errorf("saved %+v", d.saved)
	}
}

// Who signs in by browser is told what is waited for: a browser may open behind the
// terminal, or on another screen.
func TestABrowserThatOpensIsAnnounced(t *testing.T) {
	newDesk().run(t, "", "connect", "--tenant", "contoso.example", "--client", guid, "--defender", "--method", "browser").expect(t, 0, "in the browser that opens")
	got := newDesk().run(t, "", "connect", "--tenant", "contoso.example", "--client", guid, "--defender")
	if strings.Contains(got.err, "browser") {
		t.Errorf("a device code announces a browser: %s", got.err)
	}
}

// What flags say is not asked for.
func TestConnectAsksOnlyForTheRest(t *testing.T) {
	d := newDesk()
	got := d.run(t, "West\n\n\n\n", "connect", "--tenant", "contoso.example", "--method", "cli", "--defender")
	got.expect(t, 0, "Step 5 of 5", "West is connected")
	for _, step := range []string{"Step 1", "Step 2", "Step 3", "Step 4", "Workspace"} {
		if strings.Contains(got.err, step) {
			t.Errorf("asked for %s", step)
		}
	}
	d.run(t, "contoso.example\n", "connect").expect(t, ExitFailed, "Standard input ended")
}

// Without a person nothing is asked: what is missing is a mistake, what is there goes on.
func TestConnectWithoutATerminal(t *testing.T) {
	d := newDesk()
	d.warning = "The secret is kept for this session only."
	d.run(t, "", "connect", "--tenant", "contoso.example", "--client", guid, "--defender").expect(t, 0, "enter the code ABCD", "for this session only", "contoso is connected")
	if x := d.saved[0]; x.Method != profile.Device || x.Colour != "teal" || x.Account != "ana@contoso.example" {
		t.Errorf("saved %+v", x)
	}
	d.list = []profile.Profile{{ID: "c", Name: "Contoso", TenantID: "contoso.example", Defender: true}}
	d.run(t, "", "connect", "--tenant", "contoso.example", "--client", guid, "--defender").expect(t, ExitFailed, "already read by Contoso")
	d.run(t, "", "connect", "--tenant", "fabrikam.example", "--client", guid, "--defender", "--name", "contoso").expect(t, ExitFailed, "choose another name")
	d.err = app.E(app.KindSignIn, "There is no tenant with this id.", nil)
	d.run(t, "", "connect", "--tenant", guid, "--client", guid, "--defender").expect(t, ExitAccess, "There is no tenant with this id.")
	if len(d.saved) != 1 {
		t.Errorf("saved %d profiles, want 1", len(d.saved))
	}
}

// A tenant is connected although something is missing; the exit code says so.
func TestConnectWithAMissingRole(t *testing.T) {
	for verdict, code := range map[profile.Verdict]int{profile.Missing: ExitAccess, profile.Failed: ExitPartly, profile.Unknown: ExitOK} {
		d := newDesk()
		d.findings = append(d.findings, profile.Finding{Source: "Sentinel", Check: "Change incidents", Verdict: verdict, Needs: "Microsoft Sentinel Responder", Costs: "Nothing can be closed."})
		d.run(t, "", "connect", "--tenant", guid, "--client", guid, "--defender").expect(t, code, "Microsoft Sentinel Responder", "Nothing can be closed.", "is connected.")
		if len(d.saved) != 1 {
			t.Errorf("%s: saved %d", verdict, len(d.saved))
		}
	}
}

func TestProfiles(t *testing.T) {
	d := newDesk()
	d.run(t, "", "profiles").expect(t, 0, "No tenant is connected yet")
	d.list = []profile.Profile{{ID: "a", Slot: 1, Name: "Contoso", Colour: "teal", TenantID: guid, Method: profile.Browser, Workspace: "law", Defender: true}, {ID: "b", Slot: 2, Name: "Fabrikam"}}
	d.run(t, "", "profiles").expect(t, 0, "Contoso", "teal", "Browser", "Fabrikam")
	var got []profile.Profile
	if err := json.Unmarshal([]byte(d.run(t, "", "profiles", "--json").out), &got); err != nil || len(got) != 2 {
		t.Errorf("%v %v", got, err)
	}
	d.run(t, "", "profiles", "test", "contoso").expect(t, 0, "✓ works")
	d.run(t, "", "profiles", "test", "nobody").expect(t, ExitFailed, "Contoso, Fabrikam")
	d.run(t, "", "profiles", "sign-in", "b").expect(t, 0, "Fabrikam is signed in again")
	d.run(t, "", "profiles", "rename", "contoso", "Contoso West", "--colour", "pink").expect(t, 0, "Contoso West is changed")
	d.run(t, "", "profiles", "rename", "contoso").expect(t, ExitUsage, "name what to change")
	d.run(t, "", "profiles", "rename", "contoso", "--colour", "red").expect(t, ExitUsage, "--colour takes")
	d.run(t, "", "profiles", "frob").expect(t, ExitUsage, "has no command")
	if want := []string{"again", "change Contoso West pink"}; !slices.Equal(d.calls, want) {
		t.Errorf("called %q, want %q", d.calls, want)
	}
}

// A secret that ran out is replaced, from standard input or unseen from the terminal.
func TestProfilesSignInWithAnotherSecret(t *testing.T) {
	d := newDesk()
	d.list = []profile.Profile{{ID: "a", Name: "Contoso", Method: profile.Secret}, {ID: "b", Name: "Fabrikam", Method: profile.Device}}
	d.warning = "Kept for this session only."
	got := d.run(t, "s3cret\n", "profiles", "sign-in", "contoso")
	got.expect(t, 0, "signed in again", "this session only")
	d.run(t, "", "profiles", "sign-in", "contoso", "--certificate", "b.pfx").expect(t, 0)
	d.run(t, "", "profiles", "sign-in", "contoso").expect(t, 0)
	d.run(t, "piped\n", "profiles", "sign-in", "contoso", "--secret-stdin").expect(t, 0)
	if want := []string{"renew  s3cret", "renew b.pfx ", "again", "renew  piped"}; !slices.Equal(d.calls, want) {
		t.Errorf("called %q, want %q", d.calls, want)
	}
	if strings.Contains(got.out+got.err, "s3cret") {
		t.Error("the secret is on the screen")
	}
	newFloor().run(t, func(x *Deps) { x.Connector = func(context.Context, Options) (Connector, error) { return d, nil } },
		"profiles", "sign-in", "fabrikam", "--secret-stdin").expect(t, ExitUsage, "has no secret")
}

// Removing asks first; without a person it wants --yes, and a refusal is shown as it is.
func TestProfilesRemove(t *testing.T) {
	d := newDesk()
	d.list = []profile.Profile{{ID: "a", Name: "Contoso"}}
	d.run(t, "", "profiles", "remove", "contoso").expect(t, ExitUsage, "--yes")
	d.run(t, "maybe\n\n", "profiles", "remove", "contoso").expect(t, 0, "Answer y or n", "stays connected")
	if len(d.calls) > 0 {
		t.Fatalf("called %q", d.calls)
	}
	d.removal = app.E(app.KindConflict, "Contoso still has 2 actions that did not reach the service.", nil)
	d.run(t, "y\n", "profiles", "remove", "contoso").expect(t, ExitFailed, "still has 2 actions")
	d.removal = nil
	d.run(t, "", "profiles", "remove", "contoso", "--yes").expect(t, 0, "no longer connected")
}
