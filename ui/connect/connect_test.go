package connect

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	fynetheme "fyne.io/fyne/v2/theme"

	"watchfloor/ui/theme"
)

const id = "11111111-2222-3333-4444-555555555555"

func TestWhatIsMissingIsNamed(t *testing.T) {
	full := Form{TenantID: id, ClientID: id, Method: Browser, Defender: true}
	for _, c := range []struct {
		name   string
		change func(*Form)
		want   string
	}{
		{"complete", func(*Form) {}, ""},
		{"domain instead of id", func(f *Form) { f.TenantID = " contoso.example " }, ""},
		{"no tenant", func(f *Form) { f.TenantID = "" }, "Tenant:"},
		{"a word is no tenant", func(f *Form) { f.TenantID = "contoso" }, "Tenant:"},
		{"a path is no tenant", func(f *Form) { f.TenantID = "contoso.example/../x" }, "Tenant:"},
		{"no client", func(f *Form) { f.ClientID = "app" }, "Client id:"},
		{"secret forgotten", func(f *Form) { f.Method = Secret }, "Client secret:"},
		{"secret given", func(f *Form) { f.Method, f.Secret = Secret, "s" }, ""},
		{"no source", func(f *Form) { f.Defender = false }, "at least one source"},
		{"half a workspace", func(f *Form) { f.Workspace = "soc" }, "Subscription:"},
		{"no group", func(f *Form) { f.Workspace, f.Subscription = "soc", id }, "Resource group:"},
		{"no workspace", func(f *Form) { f.ResourceGroup, f.Subscription = "rg", id }, "Workspace:"},
		{"Sentinel alone", func(f *Form) {
			f.Defender, f.Workspace, f.ResourceGroup, f.Subscription = false, "soc", "rg", id
		}, ""},
	} {
		f := full
		c.change(&f)
		if got := f.Problem(); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTheFormIsFilledInByKeyboard(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	var sent []Form
	v := NewView(func(f Form) { sent = append(sent, f) }, func() {})
	win := test.NewTempWindow(t, v.Body)
	win.Resize(fyne.NewSize(640, 600))
	c := win.Canvas()
	c.Focus(v.First)
	v.Press("Ctrl+Enter")
	if len(sent) != 0 || !strings.Contains(v.problem.Cell().Text, "Tenant") {
		t.Fatalf("an empty form: %v %q", sent, v.problem.Cell().Text)
	}
	for _, f := range []Form{{}, {TenantID: id}, {TenantID: id, ClientID: id, Method: Secret}, {TenantID: id, ClientID: id}, {TenantID: id, ClientID: id, Workspace: "soc", Subscription: id}} {
		if w := fyne.MeasureText(f.Problem(), fynetheme.TextSize(), fyne.TextStyle{}).Width; w > v.problem.Size().Width {
			t.Errorf("%q takes %v of %v", f.Problem(), w, v.problem.Size().Width)
		}
	}
	test.Type(c.Focused(), " contoso.example")
	c.FocusNext()
	test.Type(c.Focused(), id)
	v.Press("Ctrl+Enter")
	want := Form{Cloud: "public", TenantID: "contoso.example", ClientID: id, Method: Browser, Defender: true}
	if len(sent) != 1 || sent[0] != want {
		t.Errorf("sent %+v", sent)
	}
}
