package settings

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app/profile"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// Tenant is a connected tenant on the page, with how it stands now.
type Tenant struct {
	profile.Profile
	State look.Cell
}

var tenantColumns = []look.Column{
	{Title: "Name", Width: 110, Flex: 0.6},
	{Title: "Tenant", Width: 120, Flex: 1},
	{Title: "Workspace", Width: 90, Flex: 0.5},
	{Title: "Also", Width: 66, Flex: 0.5, From: 600},
	{Title: "Sign-in", Width: 116, From: 720},
	{Title: "Account", Width: 110, Flex: 0.6, From: 900},
	{Title: "State", Width: 170},
}

// Cells are a tenant's row.
func (t Tenant) cells() []look.Cell {
	dash := func(s string) look.Cell {
		if s == "" {
			return look.D("–")
		}
		return look.Cell{Text: present.Field(s), Fit: look.Middle}
	}
	return []look.Cell{
		{Text: present.Field(t.Name), Bold: true, Bar: look.Tenant(t.Colour)},
		dash(t.TenantID), dash(t.Workspace),
		dash(strings.Join(t.Also(), ", ")), look.T(t.Method.Label()), dash(t.Account), t.State,
	}
}

// tenants is the list of connected tenants; it has the keyboard of the page.
type tenants struct {
	all  func() []Tenant
	rows []Tenant
	at   int
	grid *widget.Grid
	room *widget.Fill
	root fyne.CanvasObject
}

func newTenants(f Frame) *tenants {
	t := &tenants{all: f.Tenants, room: widget.NewFill(theme.ColorNameBackground)}
	t.grid = widget.NewGrid(tenantColumns, func() int { return len(t.rows) }, func(i int) []look.Cell { return t.rows[i].cells() }, f.Press)
	t.grid.OnCursor = func(i int) { t.at = i }
	t.grid.OnOpen = func(int) { f.Run(keys.ChangeTenant) }
	button := func(key, label string, do keys.Command) fyne.CanvasObject {
		b := widget.NewButton(key, label, func() { f.Run(do) })
		b.Framed = true
		return b
	}
	row := widget.Row(6, button("n", "Connect a tenant", keys.Connect), button("Enter", "Name, colour", keys.ChangeTenant),
		button("T", "Test", keys.TestTenant), button("A", "Sign in again", keys.TenantAgain), button("S", "Sources", keys.Sources), button("Del", "Remove", keys.RemoveTenant))
	t.root = widget.Column(8, widget.Over(t.room, t.grid), widget.Loose(row))
	t.draw()
	return t
}

// most is how many tenants are shown without scrolling.
const most = 8

func (t *tenants) draw() {
	t.rows = t.all()
	t.at = max(0, min(t.at, len(t.rows)-1))
	t.room.Least = fyne.NewSize(0, float32(1+max(1, min(len(t.rows), most)))*widget.RowHeight)
	t.room.Refresh()
	t.grid.SetCursor(t.at)
	t.grid.Refresh()
}

func (t *tenants) move(i int) {
	t.at = max(0, min(i, len(t.rows)-1))
	t.grid.SetCursor(t.at)
}

// Current is the tenant under the cursor.
func (s *Screen) Current() (profile.Profile, bool) {
	if s.tenants == nil || s.tenants.at >= len(s.tenants.rows) {
		return profile.Profile{}, false
	}
	return s.tenants.rows[s.tenants.at].Profile, true
}

// Synced draws how the tenants stand.
func (s *Screen) Synced() {
	if s.tenants != nil {
		s.tenants.draw()
	}
}
