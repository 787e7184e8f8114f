package connect

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

const id = "11111111-2222-3333-4444-555555555555"

// bench is a guide whose goroutines and clock are in the test's hands.
type bench struct {
	*Guide
	line   *work.Line
	svc    *uitest.Connector
	now    time.Time
	later  []func()
	copied []string
	closed int
	done   []string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{line: &work.Line{}, svc: uitest.NewConnector(), now: uitest.Now}
	b.Guide = NewGuide(b.svc, b.desk())
	return b
}

func (b *bench) desk() Desk {
	return Desk{
		Desk: b.line.Desk(), Now: func() time.Time { return b.now }, After: func(_ time.Duration, f func()) { b.later = append(b.later, f) },
		Copy: func(s string) { b.copied = append(b.copied, s) }, CopyCode: func(s string) { b.copied = append(b.copied, s) }, Close: func() { b.closed++ }, Done: func(s string) { b.done = append(b.done, s) },
	}
}

func (b *bench) press(keys ...string) {
	for _, k := range keys {
		b.Guide.Press(k)
		b.line.Drain()
	}
}

// access types the first page.
func (b *bench) access(m profile.Method) {
	b.Draft.TenantID, b.Draft.ClientID, b.Draft.Method = " contoso.example ", id, m
}

func TestFiveStepsByKeyboard(t *testing.T) {
	b := newBench(t)
	b.press("Enter")
	if b.Step != Access || !strings.HasPrefix(b.Problem, "Tenant:") {
		t.Fatalf("an empty page leads to step %d, %q", b.Step, b.Problem)
	}
	b.access(profile.Browser)
	b.press("Enter")
	if b.Step != Choosing || b.Draft.Account != "ana@contoso.example" {
		t.Fatalf("step %d, account %q, %q", b.Step, b.Draft.Account, b.Problem)
	}
	b.press("Enter")
	if b.Step != Testing || b.Draft.Workspace != "law-soc-weu" {
		t.Fatalf("step %d, %+v %q", b.Step, b.Draft, b.Problem)
	}
	b.press("j", "j", "y", "Enter")
	if len(b.copied) != 1 || !strings.Contains(b.copied[0], "Microsoft Sentinel Responder") {
		t.Errorf("copied %q", b.copied)
	}
	if b.Step != Naming || b.Draft.Name != "contoso" || b.Draft.Colour != "teal" {
		t.Fatalf("step %d, named %q %q", b.Step, b.Draft.Name, b.Draft.Colour)
	}
	if n := b.notes(); !strings.Contains(n, "will not work") || !strings.Contains(n, "not assigned") || strings.Contains(n, "first change") {
		t.Errorf("before saving it says %q", n)
	}
	b.press("Ctrl+Enter")
	if len(b.svc.Saved) != 1 || b.svc.Saved[0].TenantID != "contoso.example" || b.closed != 1 || !slices.Equal(b.done, []string{"contoso is connected."}) {
		t.Errorf("saved %+v, closed %d, said %q", b.svc.Saved, b.closed, b.done)
	}
}

// The code can be copied while it is shown, counts down, and is gone once it was used.
func TestDeviceCode(t *testing.T) {
	b := newBench(t)
	b.access(profile.Device)
	release := make(chan error, 1)
	started := make(chan struct{})
	b.svc.Wait = func(context.Context) error { close(started); return <-release }
	b.Press("Enter")
	done := make(chan struct{})
	go func() { b.line.Step(); close(done) }() // the sign-in waits for the person
	<-started
	b.line.Step() // the prompt
	if b.SignIn.Prompt.Code != "HJ4K7QWZP" || !strings.Contains(b.SignIn.Hint(), "15:00") {
		t.Fatalf("prompt %+v, %q", b.SignIn.Prompt, b.SignIn.Hint())
	}
	b.Press("y")
	b.Press("Y")
	if !slices.Equal(b.copied, []string{"HJ4K7QWZP", "https://microsoft.com/devicelogin"}) {
		t.Errorf("copied %q", b.copied)
	}
	b.now = b.now.Add(62 * time.Second)
	b.later[0]()
	b.line.Step()
	if !strings.Contains(b.SignIn.Hint(), "13:58") || len(b.later) != 2 {
		t.Errorf("after a minute: %q, %d timers", b.SignIn.Hint(), len(b.later))
	}
	release <- nil
	<-done
	b.line.Drain()
	if b.Step != Choosing || b.SignIn.Prompt.Code != "" {
		t.Errorf("step %d, code %q", b.Step, b.SignIn.Prompt.Code)
	}
	timers := len(b.later)
	b.later[timers-1]()
	b.line.Drain()
	if len(b.later) != timers {
		t.Error("the countdown goes on after the sign-in")
	}
}

// Esc cancels the sign-in; what it answers then is not heard, and nothing typed is lost.
func TestLeavingCancels(t *testing.T) {
	b := newBench(t)
	b.access(profile.Browser)
	var ctx context.Context
	b.svc.Wait = func(c context.Context) error { ctx = c; return nil }
	b.Press("Enter")
	b.line.Step() // signed in, but the answer is still on its way
	b.Press("Esc")
	b.line.Drain()
	if b.Step != Access || ctx.Err() == nil || b.Draft.Account != "" {
		t.Errorf("step %d, cancelled %v, account %q", b.Step, ctx.Err(), b.Draft.Account)
	}
	if b.Draft.TenantID != " contoso.example " {
		t.Error("what was typed is gone")
	}
	b.press("Esc")
	if b.closed != 1 {
		t.Error("Esc does not leave the dialog")
	}
	b.Draft.Secret = "s"
	if b.Stop(); b.Draft.Secret != "" {
		t.Error("the secret outlives the dialog")
	}
}

// Each failure is one sentence in its place, and the step can be repeated.
func TestFailuresStayInTheirStep(t *testing.T) {
	b := newBench(t)
	b.access(profile.Browser)
	b.svc.SignInErr = app.E(app.KindSignIn, "There is no tenant with this id.", nil)
	b.press("Enter")
	if b.Step != Signing || b.SignIn.Problem != "There is no tenant with this id." || b.SignIn.Words() != "Not signed in" {
		t.Fatalf("step %d: %q", b.Step, b.SignIn.Problem)
	}
	b.svc.SignInErr, b.svc.PlacesErr = nil, app.E(app.KindPermission, "Subscriptions cannot be listed.", nil)
	b.press("Enter")
	if b.Step != Choosing || !b.byHand || b.trouble != "Subscriptions cannot be listed." {
		t.Fatalf("step %d, by hand %v: %q", b.Step, b.byHand, b.trouble)
	}
	b.Draft.Workspace = "law"
	b.press("Enter")
	if b.Step != Choosing || !strings.HasPrefix(b.Problem, "Subscription:") {
		t.Fatalf("half a workspace: step %d %q", b.Step, b.Problem)
	}
	b.Draft.Subscription, b.Draft.ResourceGroup = id, "rg"
	b.svc.TestErr = app.E(app.KindOffline, "A proxy answered with a page.", nil)
	b.press("Enter")
	if b.Step != Testing || b.Problem != "A proxy answered with a page." {
		t.Fatalf("step %d %q", b.Step, b.Problem)
	}
	b.svc.TestErr = nil
	b.press("r")
	if b.Problem != "" || len(b.findings) == 0 {
		t.Errorf("repeated: %q, %d findings", b.Problem, len(b.findings))
	}
	b.svc.SaveErr = app.E(app.KindInvalid, "The settings cannot be stored.", nil)
	b.press("Enter", "Enter")
	if b.Step != Naming || b.Problem != "The settings cannot be stored." || b.closed > 0 {
		t.Errorf("step %d %q", b.Step, b.Problem)
	}
}

func TestChoosing(t *testing.T) {
	b := newBench(t)
	b.access(profile.Browser)
	b.press("Enter")
	b.Filter("APPS prod")
	if rows := b.rows(); len(rows) != 3 || rows[0].Workspace != "law-apps" {
		t.Fatalf("filtered to %+v", rows)
	}
	b.press("Enter")
	if b.Step != Choosing || !strings.Contains(b.Problem, "Sentinel is not enabled on law-apps") {
		t.Errorf("a workspace without Sentinel: step %d %q", b.Step, b.Problem)
	}
	b.Filter("lab") // not known whether it has Sentinel: the test will tell
	b.press("Enter")
	if b.Step != Testing || b.Draft.Workspace != "law-lab" {
		t.Errorf("step %d, %q", b.Step, b.Draft.Workspace)
	}
	b.press("Esc")
	b.Filter("nothing like it")
	b.press("Enter")
	if b.Step != Testing || b.Draft.Sentinel() || !b.Draft.Defender {
		t.Errorf("Defender alone: step %d %+v", b.Step, b.Draft.Profile)
	}
	b.press("Esc")
	b.Move(9)
	b.press("Enter")
	if !b.byHand || b.Step != Choosing {
		t.Error("the last row does not lead to the fields")
	}
	b.press("Esc")
	if b.byHand || b.Step != Choosing {
		t.Error("Esc does not lead back to the list")
	}
}

// What pasted settings name is the first choice, before and after the list has come; a
// hasty Enter without such settings does not leave Sentinel out.
func TestChoosingBeforeTheListHasCome(t *testing.T) {
	b := newBench(t)
	b.access(profile.Browser)
	b.Guide.Press("Enter")
	b.Step, b.listed = Choosing, false
	b.Guide.Press("Enter")
	if b.Step != Choosing || !strings.Contains(b.Problem, "still being read") {
		t.Errorf("nothing is named: step %d %q", b.Step, b.Problem)
	}
	b = newBench(t)
	b.access(profile.Browser)
	b.Draft.Subscription, b.Draft.ResourceGroup, b.Draft.Workspace = id, "rg-soc", "law-lab"
	b.press("Enter")
	if got := b.rows()[b.at].Workspace; b.Step != Choosing || got != "law-lab" {
		t.Errorf("pasted settings: step %d, the cursor is on %q", b.Step, got)
	}
}

// The same sign-in is not asked for twice; another one is.
func TestGoingBackKeepsTheSignIn(t *testing.T) {
	b := newBench(t)
	b.access(profile.Browser)
	b.press("Enter", "Esc", "Enter")
	if b.Step != Choosing || !slices.Equal(b.svc.Calls, []string{"sign in browser", "places"}) {
		t.Errorf("step %d after %q", b.Step, b.svc.Calls)
	}
	b.press("Esc")
	b.Draft.ClientID = strings.Replace(id, "1", "2", 1)
	b.press("Enter")
	if n := len(b.svc.Calls); n != 4 {
		t.Errorf("with another client: %q", b.svc.Calls)
	}
}

func TestWhatIsConnectedIsRefused(t *testing.T) {
	b := newBench(t)
	b.svc.List = []profile.Profile{{
		ID: "soc", Name: "contoso", TenantID: "contoso.example", Colour: "teal", Workspace: "law-soc-weu", ResourceGroup: "rg-soc",
		Subscription: b.svc.Spots[0].Subscription, Cloud: "public",
	}}
	b.access(profile.Browser)
	b.press("Enter", "Enter")
	if b.Step != Choosing || !strings.Contains(b.Problem, "already connected as contoso") {
		t.Fatalf("the same workspace: step %d %q", b.Step, b.Problem)
	}
	b.Move(2)
	b.press("Enter", "Enter")
	if b.Draft.Name != "law-lab" || b.Draft.Colour != "violet" {
		t.Errorf("suggested %q %q", b.Draft.Name, b.Draft.Colour)
	}
	b.Draft.Name = "Contoso "
	b.press("Enter")
	if b.Step != Naming || !strings.Contains(b.Problem, "choose another name") {
		t.Errorf("the same name: step %d %q", b.Step, b.Problem)
	}
}

// China has no incidents at Graph: Defender is left out without asking.
func TestChinaLeavesDefenderOut(t *testing.T) {
	b := newBench(t)
	b.access(profile.Browser)
	b.Draft.Cloud = "china"
	b.press("Enter", "Enter")
	if b.Step != Testing || b.Draft.Defender {
		t.Errorf("step %d, Defender %v, %q", b.Step, b.Draft.Defender, b.Problem)
	}
	for _, r := range b.rows() {
		if r.kind == aloneRow {
			t.Error("Defender alone is offered")
		}
	}
}

// The Azure CLI has no right to incidents at Graph: Defender is left to who asks for it.
func TestTheAzureCLIBeginsWithSentinel(t *testing.T) {
	b := newBench(t)
	b.access(profile.AzureCLI)
	b.press("Enter")
	if b.Step != Choosing || b.Draft.Defender {
		t.Errorf("step %d, Defender %v", b.Step, b.Draft.Defender)
	}
}

// A warning of Save is read before the dialog goes.
func TestAWarningIsShown(t *testing.T) {
	b := newBench(t)
	b.svc.Warning = "The secret is kept for this session only."
	b.access(profile.Browser)
	b.press("Enter", "Enter", "Enter", "Enter")
	if !b.Saved || b.closed > 0 || !strings.Contains(b.notes(), "this session only") {
		t.Fatalf("saved %v, closed %d, %q", b.Saved, b.closed, b.notes())
	}
	b.press("Enter")
	if b.closed != 1 || len(b.svc.Saved) != 1 || len(b.done) != 1 {
		t.Errorf("closed %d, saved %d", b.closed, len(b.svc.Saved))
	}
}
