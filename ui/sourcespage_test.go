package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"watchfloor/app/profile"
	"watchfloor/ui/uitest"
)

// The sources of the tenant under the cursor are chosen on the settings page.
func TestSourcesOfTheTenantUnderTheCursor(t *testing.T) {
	d, c := window(t, 5), uitest.NewConnector()
	c.List = []profile.Profile{{Slot: 0, Name: "Contoso", Identity: true}, {Slot: 1, Name: "Research campus", Identity: true}}
	d.s.Connector = c
	d.press("g", "s", "j", "S")
	if d.dialog == nil {
		t.Fatal("no dialog")
	}
	test.Type(d.win.Canvas().Focused(), " ")
	d.press("Ctrl+Enter")
	if all := c.Profiles(); d.dialog != nil || all[0].Defender || !all[1].Defender || !strings.Contains(d.message.Text, "Research campus reads Defender XDR, identities.") {
		t.Errorf("said %q, profiles %+v", d.message.Text, c.Profiles())
	}
}
