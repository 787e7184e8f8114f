package ui

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/profile"
	"watchfloor/app/sync"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

// pair is two tenants whose rows alternate.
type pair struct{}

func (pair) Tenants() []fleet.Tenant {
	return []fleet.Tenant{{Slot: 0, Name: "Contoso", Colour: "teal", Me: uitest.Me}, {Slot: 1, Name: "Fabrikam West", Colour: "pink", Me: app.Owner{UPN: "ana@fabrikam.example"}}}
}

func (p pair) Of(id int64) fleet.Tenant { return p.Tenants()[id%2] }

// twoTenants is a window on two tenants.
func twoTenants(t *testing.T) (*desk, *uitest.Connector) {
	t.Helper()
	d := &desk{t: t, line: &work.Line{}, prefs: &uitest.Prefs{}}
	s := d.services(20)
	c := uitest.NewConnector()
	c.List = []profile.Profile{
		{ID: "a", Slot: 0, Name: "Contoso", Colour: "teal", TenantID: "contoso.example", Workspace: "law", Method: profile.Browser},
		{ID: "b", Slot: 1, Name: "Fabrikam West", Colour: "pink", TenantID: "fabrikam.example", Defender: true, Method: profile.Device},
	}
	s.Roster, s.Connector = pair{}, c
	d.Shell = New(test.NewTempApp(t), s)
	t.Cleanup(d.Close)
	d.Show()
	d.line.Drain()
	return d, c
}

// turn puts the pull into a state and tells the window.
func (d *desk) turn(sources ...sync.Status) {
	d.sync.Now.Sources = sources
	d.hub.Publish(app.Event{Topic: app.TopicSync})
	d.fire()
}

// W shows one tenant after the other and all again; the view stays what it is.
func TestOneTenantOrAll(t *testing.T) {
	d, _ := twoTenants(t)
	q := d.pages[keys.Queue].(*queuePage)
	d.press("2")
	var seen []string
	for range 3 {
		d.press("W")
		seen = append(seen, q.P.Tenant()+"|"+q.P.Query().Filter.String())
	}
	want := []string{`contoso|status:open owner:me tenant:contoso`, `fabrikam west|status:open owner:me tenant:"fabrikam west"`, `|status:open owner:me`}
	if strings.Join(seen, "\n") != strings.Join(want, "\n") {
		t.Errorf("W shows\n%s\nwant\n%s", strings.Join(seen, "\n"), strings.Join(want, "\n"))
	}
	d.press("/", " tenant:northwind", "Enter")
	if d.renamed(); q.P.Tenant() != "" {
		t.Error("the queue stays limited to a tenant that is gone")
	}
	d.line.Drain()
	d.press("W", "1")
	if got := q.P.Query().Filter.String(); got != "status:open tenant:contoso" {
		t.Errorf("another view leaves the tenant: %s", got)
	}
}

// The window says whose sign-in ended, Ctrl+I repairs it, and the words go with the cause.
func TestSignInAgain(t *testing.T) {
	d, c := twoTenants(t)
	well := sync.Status{Source: app.Sentinel, Tenant: "Contoso", Phase: sync.Idle, LastSuccess: uitest.Now}
	ill := sync.Status{Source: app.Defender, Tenant: "Fabrikam West", Phase: sync.Failing, Kind: app.KindSignIn, Problem: "The password was changed."}
	d.turn(well, ill)
	if got := d.banner.line.Cell().Text; !d.banner.root.Visible() || got != "Fabrikam West, Defender XDR: The password was changed. Ctrl+I signs in again; what is queued stays." {
		t.Fatalf("the banner says %q", got)
	}
	if got := d.status.left.Cell().Text; !strings.Contains(got, "Contoso: ") || !strings.Contains(got, "Fabrikam West: ") {
		t.Errorf("the status line says %q", got)
	}
	d.press("Ctrl+I")
	if strings.Join(c.Calls, ", ") != "again 1" || d.dialog != nil || !strings.Contains(d.message.Text, "signed in again") {
		t.Errorf("called %q, dialog open %v, says %q", c.Calls, d.dialog != nil, d.message.Text)
	}
	if len(d.sync.Asked) == 0 {
		t.Error("nothing is synced after the sign-in")
	}
	ill.Kind, ill.Problem, ill.Phase = "", "", sync.Idle
	d.turn(well, ill)
	if d.banner.root.Visible() {
		t.Errorf("the banner still says %q", d.banner.line.Cell().Text)
	}
	d.press("Ctrl+I")
	if len(c.Calls) != 1 {
		t.Errorf("with nothing to repair: %q", c.Calls)
	}
}

// The settings list the tenants with how they stand; every task has its key.
func TestTenantsInTheSettings(t *testing.T) {
	d, c := twoTenants(t)
	d.turn(sync.Status{Source: app.Sentinel, Tenant: "Contoso", Phase: sync.Idle, LastSuccess: uitest.Now},
		sync.Status{Source: app.Defender, Tenant: "Fabrikam West", Phase: sync.Failing, Kind: app.KindPermission, Problem: "A role is missing."})
	d.press("g", "s")
	var stand []string
	for _, x := range d.tenants() {
		stand = append(stand, x.Name+": "+x.State.Text)
	}
	if got := strings.Join(stand, ", "); got != "Contoso: ✓ signed in, Fabrikam West: ! permission missing (P)" {
		t.Errorf("the tenants stand: %s", got)
	}
	d.press("j", "T", "y", "Esc", "A", "Enter")
	if d.dialog == nil {
		t.Fatal("Enter does not open name and colour")
	}
	d.press("Esc", "Del")
	c.RemoveErr = app.E(app.KindConflict, "Fabrikam West still has 2 actions.", nil)
	d.press("Ctrl+Enter")
	if d.dialog == nil {
		t.Error("a refusal closed the dialog")
	}
	d.press("Esc", "n")
	if d.dialog == nil {
		t.Error("n does not connect another tenant")
	}
	d.press("Esc")
	if got := strings.Join(c.Calls, ", "); got != "test saved 1, again 1, remove 1" {
		t.Errorf("called %s", got)
	}
	if !strings.Contains(d.app.Clipboard().Content(), "Microsoft Sentinel Responder") {
		t.Error("the table is not on the clipboard")
	}
}

// First start: a tenant is connected with the dialog, and the window goes on with it.
func TestFirstTenant(t *testing.T) {
	d := &desk{t: t, line: &work.Line{}, prefs: &uitest.Prefs{}}
	full := d.services(10)
	c := uitest.NewConnector()
	d.Shell = New(test.NewTempApp(t), Services{
		Connector: c, Poster: d.line.Add, Go: d.line.Add,
		Start: &Start{Opened: func(context.Context) (Services, error) { return full, nil }},
	})
	defer d.Close()
	d.Show()
	d.press("c", "contoso.example")
	d.win.Canvas().FocusNext() // method
	d.win.Canvas().FocusNext() // client id
	d.press("11111111-2222-3333-4444-555555555555", "Ctrl+Enter", "Enter", "Enter", "Ctrl+Enter")
	if len(c.Saved) != 1 || d.on != keys.Queue || d.win.Title() != "Watchfloor – contoso.example" {
		t.Errorf("saved %d, on %s, title %q", len(c.Saved), d.on, d.win.Title())
	}
}

// The last tenant is removed: the window begins anew, says so, and can connect again.
func TestTheLastTenantIsRemoved(t *testing.T) {
	d := &desk{t: t, line: &work.Line{}, prefs: &uitest.Prefs{}}
	s := d.services(10)
	c := uitest.NewConnector()
	c.List = []profile.Profile{{ID: "a", Name: "Contoso", TenantID: "contoso.example", Workspace: "law", Method: profile.Browser}}
	s.Connector = c
	s.Emptied = func() Services {
		return Services{
			Connector: c, Prefs: d.prefs, Poster: d.line.Add, Go: d.line.Add,
			Start: &Start{Opened: func(context.Context) (Services, error) { return s, nil }},
		}
	}
	d.Shell = New(test.NewTempApp(t), s)
	defer d.Close()
	d.Show()
	d.press("D", "g", "s", "Del", "Ctrl+Enter")
	if d.on != keys.Welcome || d.dialog != nil || d.win.Title() != "Watchfloor" || d.dark {
		t.Fatalf("on %s, dialog %v, title %q, dark %v", d.on, d.dialog != nil, d.win.Title(), d.dark)
	}
	d.press("Ctrl+I", "W", "g", "a", "c")
	if d.dialog == nil {
		t.Fatal("c does not connect a tenant")
	}
	d.press("contoso.example")
	d.win.Canvas().FocusNext() // method
	d.win.Canvas().FocusNext() // client id
	d.press("11111111-2222-3333-4444-555555555555", "Ctrl+Enter", "Enter", "Enter", "Ctrl+Enter")
	if len(c.Saved) != 1 || d.on != keys.Queue {
		t.Errorf("saved %d, on %s", len(c.Saved), d.on)
	}
}

// Whatever the sources say, the window stays as wide as it is, and what was said last
// can be read beside it.
func TestLongTroubleDoesNotWidenTheWindow(t *testing.T) {
	d, _ := twoTenants(t)
	least := d.win.Content().MinSize().Width
	var ill []sync.Status
	for _, tenant := range []string{"Contoso", "Fabrikam West"} {
		for _, source := range []app.SourceID{app.Sentinel, app.Defender} {
			ill = append(ill, sync.Status{
				Source: source, Tenant: tenant, Phase: sync.Failing, Kind: app.KindSignIn,
				Problem: "The password was changed or the sign-in was revoked; sign in again.",
			})
		}
	}
	d.turn(ill...)
	d.say(strings.Repeat("Assigned to you. ", 30), look.Normal)
	if got := d.win.Content().MinSize().Width; got > least {
		t.Errorf("the window asks for %v instead of %v", got, least)
	}
	if got := d.status.left.Cell().Text; strings.Count(got, "The password") != 2 || !strings.Contains(got, "SEN, XDR failing: ") {
		t.Errorf("the status line says %q", got)
	}
	if left, said := d.status.left.Size().Width, d.status.middle.Size().Width; left < 200 || said < left {
		t.Errorf("the sources have %v, what was said %v", left, said)
	}
	if right := d.status.middle.Position().X + d.status.middle.Size().Width; right > d.status.bar.Size().Width {
		t.Errorf("what was said ends at %v of %v", right, d.status.bar.Size().Width)
	}
}
