package connect

import (
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	fynetheme "fyne.io/fyne/v2/theme"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/ui/look"
	"watchfloor/ui/theme"
)

// screen is a dialog on screen, as large as in the smallest window.
type screen struct {
	*bench
	win fyne.Window
}

func (s *screen) open(t *testing.T, o fyne.CanvasObject, first fyne.Focusable) {
	t.Helper()
	s.win = test.NewTempWindow(t, o)
	s.win.Resize(fyne.NewSize(Width-36+8, 480+8))
	s.win.Canvas().Focus(first)
}

func newScreen(t *testing.T, dark bool) (*screen, *View) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: dark})
	s := &screen{bench: newBench(t)}
	v := NewView(s.Guide, func(o fyne.Focusable) { s.win.Canvas().Focus(o) })
	s.open(t, v.Body, v.First)
	return s, v
}

// keys types what a person types: words go to the field that has the keyboard.
func (s *screen) keys(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		f := s.win.Canvas().Focused()
		if f == nil {
			t.Fatalf("%s: nothing has the keyboard", name)
		}
		switch key := map[string]fyne.KeyName{"Enter": fyne.KeyReturn, "Esc": fyne.KeyEscape, "Down": fyne.KeyDown, "Up": fyne.KeyUp, "Right": fyne.KeyRight}[name]; {
		case name == "Tab":
			s.win.Canvas().FocusNext()
		case name == "Ctrl+Enter":
			f.(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierControl})
		case key != "":
			f.TypedKey(&fyne.KeyEvent{Name: key})
		default:
			test.Type(f, name)
		}
		s.line.Drain()
	}
}

// shot draws what is on screen into a folder, to be looked at.
func (s *screen) shot(t *testing.T, name string) {
	dir := os.Getenv("WATCHFLOOR_LOOK")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, s.win.Canvas().Capture()); err != nil {
		t.Fatal(err)
	}
}

// A tenant is connected with the keyboard alone, from the first field to Save.
func TestConnectWithoutAMouse(t *testing.T) {
	s, v := newScreen(t, true)
	s.keys(t, "Enter")
	if !strings.HasPrefix(v.problem.Text, "Tenant:") {
		t.Fatalf("an empty form says %q", v.problem.Text)
	}
	s.keys(t, "contoso.example", "Tab", "Down", "Down", "Tab", id, "Tab", "s3cret", "Ctrl+Enter")
	if s.Step != Choosing || s.Draft.Method != profile.Secret || s.svc.Calls[0] != "sign in secret" {
		t.Fatalf("step %d %q, called %q", s.Step, v.problem.Text, s.svc.Calls)
	}
	s.keys(t, "soc", "Enter")
	if s.Step != Testing || s.Draft.Workspace != "law-soc-weu" {
		t.Fatalf("step %d, workspace %q", s.Step, s.Draft.Workspace)
	}
	s.keys(t, "j", "y", "Enter")
	if s.Step != Naming || len(s.copied) != 1 {
		t.Fatalf("step %d, copied %d", s.Step, len(s.copied))
	}
	s.keys(t, " West", "Tab", "Right", "Tab", "Ctrl+Enter")
	got := s.svc.Saved
	if len(got) != 1 || got[0].Name != "contoso West" || got[0].Colour != "violet" || got[0].Secret != "s3cret" {
		t.Errorf("saved %+v", got)
	}
}

// Only the fields that a way to sign in needs are shown, and a secret that was typed for
// one way is not sent with another.
func TestOnlyTheFieldsThatMatter(t *testing.T) {
	s, v := newScreen(t, true)
	a := v.pages[Access].(*accessPage)
	shown := func() string {
		var out []string
		for _, key := range []string{"Client id", "Client secret", "Certificate", "Password"} {
			if a.rows[key].Visible() {
				out = append(out, key)
			}
		}
		return strings.Join(out, ", ")
	}
	for i, want := range []string{"Client id", "Client id", "Client id, Client secret", "Client id, Certificate, Password", "", "Client id"} {
		a.method.Choose(i)
		if got := shown(); got != want {
			t.Errorf("%s shows %q, want %q", s.Draft.Method, got, want)
		}
	}
	a.method.Choose(2)
	test.Type(a.fields["Client secret"], "s3cret")
	a.method.Choose(3)
	if s.Draft.Secret != "" {
		t.Error("the client secret would be the certificate's password")
	}
	if a.method.Choose(2); s.Draft.Secret != "s3cret" {
		t.Error("what was typed is lost")
	}
}

// What watchfloor simulate prints can be pasted in place of typing it.
func TestPastedSettings(t *testing.T) {
	s, v := newScreen(t, true)
	a := v.pages[Access].(*accessPage)
	if a.rows["Address"].Visible() {
		t.Error("an address without settings")
	}
	test.Type(a.fields["Tenant"], `{ "tenantId": "`+id+`", "clientId": "`+id+`", "method": "secret", "secret": "s3cret", "authority": "https://127.0.0.1:1", "workspace": "w", "defender": true }`)
	if d := s.Draft; d.TenantID != id || d.Secret != "s3cret" || d.Authority == "" || d.Cloud != "public" {
		t.Fatalf("draft %+v", d)
	}
	if a.fields["Tenant"].Text != id || a.fields["Client secret"].Text != "s3cret" || a.method.At() != 2 || !a.rows["Address"].Visible() {
		t.Errorf("shows %q, method %d", a.fields["Tenant"].Text, a.method.At())
	}
}

// Settings that are refused say why, and leave what was typed.
func TestGoal43RefusedSettingsSayWhy(t *testing.T) {
	for says, sent := range map[string]string{
		"twice":                `{"tenantId":"contoso.example","TENANTID":"evil.example"}`,
		"not on this computer": `{"tenantId":"contoso.example","certificate":"\\\\evil.example\\share\\x.pfx"}`,
		"larger than":          `{"tenantId":"` + strings.Repeat("x", 1<<20) + `"}`,
	} {
		s, _ := newScreen(t, true)
		s.Draft.ClientID = id
		if !s.Paste(sent) || !strings.Contains(s.Problem, says) || s.Draft.ClientID != id || s.Draft.Certificate != "" {
			t.Errorf("%.80s: says %q, draft %+v", sent, s.Problem, s.Draft)
		}
	}
}

// Each step fits the smallest window, in both themes, whatever it has to say.
func TestEveryStepFits(t *testing.T) {
	for _, dark := range []bool{true, false} {
		n := map[bool]string{true: "-dark", false: "-light"}[dark]
		s, v := newScreen(t, dark)
		check := func(name string) {
			t.Helper()
			if got := v.Body.MinSize(); got.Height > 480 || got.Width > Width-36 {
				t.Errorf("%s needs %v", name, got)
			}
			s.shot(t, name+n)
		}
		check("1-access")
		v.pages[Access].(*accessPage).method.Choose(3)
		s.Press("Enter")
		check("1-certificate")
		s.Problem = ""
		s.access(profile.Device)
		s.SignIn.method, s.SignIn.Prompt, s.SignIn.since, s.Step = profile.Device, s.svc.Prompt, s.now, Signing
		s.Changed()
		check("2-code")
		s.SignIn.Prompt, s.SignIn.Problem = profile.Prompt{}, "There is no tenant with this id in this cloud: check the tenant, and the cloud it is in."
		s.Changed()
		check("2-problem")
		s.SignIn.Problem, s.Step, s.Draft.Method = "", Access, profile.Browser
		s.press("Enter")
		check("3-places")
		s.Move(1)
		s.press("Enter")
		check("3-off")
		s.Move(4)
		s.press("Enter")
		check("3-hand")
		s.press("Esc")
		s.Move(0)
		s.press("Enter", "j", "j")
		check("4-test")
		s.svc.Warning = "There is no keyring on this machine: the secret is kept for this session only and asked for again at the next start."
		s.press("Enter")
		check("5-name")
		s.press("Enter")
		check("5-warning")
	}
}

func TestSavedTenants(t *testing.T) {
	p := profile.Profile{ID: "soc", Slot: 3, Name: "Contoso", Colour: "pink", TenantID: "contoso.example", Workspace: "law", Defender: true, Method: profile.Device}
	for _, dark := range []bool{true, false} {
		n := map[bool]string{true: "-dark", false: "-light"}[dark]
		test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: dark})
		s := &screen{bench: newBench(t)}
		s.svc.List = []profile.Profile{p, {ID: "b", Slot: 4, Name: "Fabrikam"}}

		d := NewTest(p, s.svc, s.desk())
		s.line.Drain()
		s.open(t, d.Body, d.First)
		s.keys(t, "j", "j", "y")
		s.shot(t, "6-test"+n)
		if len(s.copied) != 1 || len(s.svc.Calls) != 1 || s.svc.Calls[0] != "test saved 3" {
			t.Errorf("test: copied %d, called %q", len(s.copied), s.svc.Calls)
		}

		d = NewChange(p, s.svc, s.desk())
		s.open(t, d.Body, d.First)
		s.shot(t, "6-change"+n)
		form := s.win.Canvas().Focused().(interface{ SetText(string) })
		form.SetText("fabrikam")
		s.keys(t, "Enter")
		if s.closed > 0 {
			t.Error("a name that is taken was accepted")
		}
		form.SetText("Contoso West")
		s.keys(t, "Enter")
		if got := s.svc.List[0]; got.Name != "Contoso West" || got.TenantID != p.TenantID || s.closed != 1 {
			t.Errorf("changed to %+v", got)
		}

		d = NewRemove(p, s.svc, s.desk())
		s.open(t, d.Body, d.First)
		s.shot(t, "6-remove"+n)
		s.svc.RemoveErr = app.E(app.KindConflict, "2 actions of Contoso were not sent: send or discard them first.", nil)
		s.keys(t, "Ctrl+Enter")
		if s.closed != 1 || len(s.svc.List) != 2 {
			t.Error("a refusal closed the dialog")
		}
		s.svc.RemoveErr = nil
		s.keys(t, "Ctrl+Enter")
		if s.closed != 2 || len(s.svc.List) != 1 {
			t.Errorf("closed %d, left %v", s.closed, s.svc.List)
		}
	}
}

// Signing in again needs no key where it succeeds, and says why where it does not.
func TestAgain(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	s := &screen{bench: newBench(t)}
	p := profile.Profile{Slot: 2, Name: "Contoso", Method: profile.Browser}
	s.svc.AgainErr = app.E(app.KindSignIn, "The password was changed.", nil)
	d := NewAgain(p, s.svc, s.desk())
	s.line.Drain()
	s.open(t, d.Body, d.First)
	if s.closed > 0 {
		t.Fatal("closed after a failure")
	}
	s.svc.AgainErr = nil
	s.keys(t, "Enter")
	if s.closed != 1 || len(s.done) != 1 || !strings.Contains(s.done[0], "signed in again") || strings.Join(s.svc.Calls, ", ") != "again 2, again 2" {
		t.Errorf("closed %d, said %q, called %q", s.closed, s.done, s.svc.Calls)
	}
}

// Every colour that can be chosen is one that is drawn.
func TestEveryColourIsDrawn(t *testing.T) {
	none := theme.Theme{Dark: true}.Color("wfTenantNone", fynetheme.VariantDark)
	seen := map[color.Color]string{none: "no colour"}
	for _, c := range profile.Colours {
		drawn := theme.Theme{Dark: true}.Color(fyne.ThemeColorName(look.Tenant(c)), fynetheme.VariantDark)
		if other, twice := seen[drawn]; twice {
			t.Errorf("%s looks like %s", c, other)
		}
		seen[drawn] = c
	}
}

// A secret that ran out is replaced in place: nothing has to be removed for it.
func TestAnotherSecret(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	s := &screen{bench: newBench(t)}
	d := NewAgain(profile.Profile{Slot: 2, Name: "Contoso", Method: profile.Secret}, s.svc, s.desk())
	s.open(t, d.Body, d.First)
	s.keys(t, "Enter")
	s.svc.AgainErr = app.E(app.KindSignIn, "The client secret is wrong.", nil)
	s.keys(t, "n3w", "Enter")
	if s.closed != 1 || strings.Join(s.svc.Calls, ", ") != "again 2, renew 2  n3w" {
		t.Fatalf("closed %d, called %q", s.closed, s.svc.Calls)
	}
	s.svc.AgainErr = nil
	d = NewAgain(profile.Profile{Slot: 3, Name: "Contoso", Method: profile.Certificate, Certificate: "/old.pfx"}, s.svc, s.desk())
	s.open(t, d.Body, d.First)
	s.keys(t, "/new.pfx", "Tab", "pw")
	s.shot(t, "6-renew")
	s.keys(t, "Ctrl+Enter")
	if s.closed != 2 || s.svc.Calls[2] != "renew 3 /new.pfx pw" {
		t.Errorf("closed %d, called %q", s.closed, s.svc.Calls)
	}
}
