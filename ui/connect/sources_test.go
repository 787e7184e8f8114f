package connect

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/profile"
	"watchfloor/ui/theme"
)

// choosing is the dialog about sources on screen.
type choosing struct {
	*screen
	*sources
}

// sourcesOn opens the dialog about a tenant of which 300 MiB of sign-ins are kept.
func sourcesOn(t *testing.T, dark bool, p profile.Profile) *choosing {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: dark})
	s := &choosing{screen: &screen{bench: newBench(t)}}
	s.svc.List = []profile.Profile{p, {ID: "b", Slot: 9, Name: "Fabrikam", TenantID: p.TenantID, Defender: true}}
	s.svc.Stock = identity.Kept{Bytes: 300 << 20, Budget: 2 << 30, SignIns: identity.Span{Since: time.Date(2025, 11, 8, 14, 2, 0, 0, time.UTC), Rows: 5}}
	s.raise(t, p)
	return s
}

func (s *choosing) raise(t *testing.T, p profile.Profile) {
	t.Helper()
	s.sources = newSources(p, s.svc, s.screen.desk())
	s.open(t, s.dialog.Body, s.dialog.First)
	s.line.Drain()
	if got := s.dialog.Body.MinSize(); got.Height > 480 || got.Width > Width-36 {
		t.Errorf("the dialog needs %v", got)
	}
}

var contoso = profile.Profile{ID: "soc", Slot: 3, Name: "Contoso", Colour: "pink", TenantID: "contoso.example", Subscription: id, ResourceGroup: "rg", Workspace: "law", Method: profile.Device}

// Identities are added with all their sign-ins, and more of them is kept, with the
// keyboard alone; name, workspace and sign-in stay.
func TestSourcesAreChosenWithoutAMouse(t *testing.T) {
	for _, dark := range []bool{true, false} {
		s := sourcesOn(t, dark, contoso)
		s.keys(t, "Tab", " ", "Tab", " ", "Tab", "Tab", "Right", "Right", "Tab", "Tab")
		entry := s.win.Canvas().Focused().(interface{ SetText(string) })
		entry.SetText("4 gib")
		s.shot(t, map[bool]string{true: "6-sources-dark", false: "6-sources-light"}[dark])
		s.keys(t, "Ctrl+Enter")
		want := contoso
		want.Identity, want.Posture, want.SignIns = true, true, profile.AllSignIns
		if got := s.svc.List[0]; got != want || s.svc.Stock.Budget != 4<<30 || s.closed != 1 {
			t.Errorf("closed %d with %+v, called %q", s.closed, got, s.svc.Calls)
		}
		if len(s.done) != 1 || s.done[0] != "Contoso reads the workspace law, identities, posture." {
			t.Errorf("said %q", s.done)
		}
	}
}

// What cannot be read or kept is said in the dialog, which stays open; nothing is saved.
func TestSourcesThatCannotBe(t *testing.T) {
	alone := contoso
	alone.Workspace, alone.Subscription, alone.ResourceGroup, alone.Identity = "", "", "", true
	for want, c := range map[string]struct {
		of   profile.Profile
		keys []string
	}{
		"at least one source":     {alone, []string{"Tab", " "}},
		"already read by":         {contoso, []string{" "}},
		"Subscriptions: give":     {contoso, []string{"Tab", "Tab", "Tab", "Tab", "Tab", "prod"}},
		"give a size of at least": {contoso, []string{"Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "x"}},
	} {
		s := sourcesOn(t, true, c.of)
		s.keys(t, append(c.keys, "Ctrl+Enter")...)
		if s.closed != 0 || len(s.svc.Calls) != 0 || !strings.Contains(s.sources.problem.Text, want) {
			t.Errorf("%s: closed %d, called %q, says %q", want, s.closed, s.svc.Calls, s.sources.problem.Text)
		}
	}
}

// An action that waits keeps its source: the refusal is shown, and what was typed stays.
func TestARefusalKeepsTheDialog(t *testing.T) {
	reads := contoso
	reads.Posture = true
	s := sourcesOn(t, true, reads)
	s.svc.ChangeErr = app.E(app.KindConflict, "Contoso still has 1 action that did not reach Microsoft 365.", nil)
	s.keys(t, "Tab", "Tab", " ", "Enter")
	if s.closed != 0 || !strings.Contains(s.sources.problem.Text, "still has 1 action") {
		t.Fatalf("closed %d, says %q", s.closed, s.sources.problem.Text)
	}
	s.svc.ChangeErr = nil
	s.keys(t, "Enter")
	if s.closed != 1 || s.svc.List[0].Posture {
		t.Errorf("closed %d with %+v", s.closed, s.svc.List[0])
	}
}

// Nothing is stored where nothing was changed, or where what is kept cannot be read.
func TestNothingIsStoredForNothing(t *testing.T) {
	s := sourcesOn(t, true, contoso)
	s.keys(t, "Enter")
	if s.closed != 1 || len(s.svc.Calls) != 0 || s.screen.done[0] != "Nothing was changed at Contoso." {
		t.Errorf("closed %d, called %q, said %q", s.closed, s.svc.Calls, s.done)
	}
	s.svc.KeptErr = app.E(app.KindInternal, "The cache is locked.", nil)
	s.raise(t, contoso)
	s.keys(t, "Tab", "Tab", "Tab", " ", "Enter")
	if got := strings.Join(s.svc.Calls, ", "); s.closed != 2 || got != "change 3 Contoso pink " || !s.svc.List[0].CloudAlerts {
		t.Errorf("closed %d, called %q", s.closed, got)
	}
}

// Where Graph has no incidents the box cannot be ticked.
func TestSourcesInChina(t *testing.T) {
	p := contoso
	p.Cloud = "china"
	s := sourcesOn(t, true, p)
	s.keys(t, " ", "Enter")
	if got := s.svc.List[0]; got.Defender || !got.Identity {
		t.Errorf("%+v", got)
	}
}
