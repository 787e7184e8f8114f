package ui

import (
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/permission"
	"watchfloor/ui/keys"
	"watchfloor/ui/uitest"
)

// guarded is a window on two tenants with switches.
func guarded(t *testing.T) (*desk, *uitest.Guard) {
	d, c := twoTenants(t)
	g := uitest.NewGuard()
	d.s.Guard = g
	g.Turned = func(slot int, on bool) { c.List[slot].ReadOnly = on }
	d.goTo(keys.Queue)
	d.line.Drain()
	return d, g
}

// The switch for all: nothing that acts does, everything says why, the status line shows
// it, and the same key ends it.
func TestLeastPrivilegeReadOnlyInTheWindow(t *testing.T) {
	d, g := guarded(t)
	d.press("Ctrl+R")
	if !g.Everywhere() || !strings.HasPrefix(d.status.left.Cell().Text, "READ-ONLY") {
		t.Errorf("%v, %q", g.Everywhere(), d.status.left.Cell().Text)
	}
	for _, key := range []string{"a", "u", "c", "C", "m", "l", "s p", "v h", "M"} {
		d.press(strings.Fields(key)...)
		if d.dialog != nil || d.message.Text != permission.Everywhere {
			t.Errorf("%s: %q", key, d.message.Text)
		}
	}
	if len(d.box.Asked) != 0 {
		t.Errorf("queued %v", d.box.Asked)
	}
	d.press("Ctrl+R")
	if g.Everywhere() || strings.Contains(d.status.left.Cell().Text, "READ-ONLY") || !strings.Contains(d.message.Text, "allowed again") {
		t.Errorf("%q, %q", d.status.left.Cell().Text, d.message.Text)
	}
	d.press("a")
	if len(d.box.Asked) != 1 {
		t.Errorf("queued %v", d.box.Asked)
	}
}

// The switch of one tenant: its rows cannot be acted on, those of the other can.
func TestLeastPrivilegeOneTenantIsReadOnly(t *testing.T) {
	d, g := guarded(t)
	g.Only[0] = true
	d.relocked()
	d.line.Drain()
	if got := d.status.left.Cell().Text; !strings.HasPrefix(got, "READ-ONLY Contoso") {
		t.Errorf("%q", got)
	}
	q := d.pages[keys.Queue].(*queuePage)
	for range 4 {
		row, ok := q.Target()
		if !ok {
			t.Fatal("no row")
		}
		before := len(d.box.Asked)
		d.press("u")
		acted := len(d.box.Asked) > before
		if home := row.ID%2 == 0; acted == home || home && d.message.Text != permission.Here("Contoso") || d.off(keys.CloseCase) != home {
			t.Errorf("incident %d: acted %v, %q", row.ID, acted, d.message.Text)
		}
		d.press("j")
	}
}

// The permission screen is reached and left by the keyboard, turns the switch of its
// tenant, and copies a request that names what is missing.
func TestLeastPrivilegeThePermissionScreen(t *testing.T) {
	d, g := guarded(t)
	d.press("g", "s", "j", "P")
	if d.dialog == nil {
		t.Fatal("no screen")
	}
	d.press("a")
	if !g.Only[1] || g.Only[0] {
		t.Errorf("turned %v", g.Only)
	}
	d.press("y")
	if got := d.app.Clipboard().Content(); !strings.Contains(got, "SecurityIncident.ReadWrite.All") || strings.Contains(got, "Sentinel Responder") {
		t.Errorf("%s", got)
	}
	d.press("Esc")
	if d.dialog != nil || !strings.Contains(d.status.left.Cell().Text, "READ-ONLY") {
		t.Errorf("%q", d.status.left.Cell().Text)
	}
	d.press("P", "a", "Esc")
	if g.Only[1] {
		t.Error("not turned back")
	}
	g.Err = app.E(app.KindInvalid, "The profile cannot be written.", nil)
	d.press("P", "a")
	if d.dialog == nil || g.Only[1] {
		t.Error("a switch that failed was turned")
	}
	d.press("Esc")
}
