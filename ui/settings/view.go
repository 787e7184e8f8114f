package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// Frame is what the window lends to the page.
type Frame struct {
	Press widget.Press
	Run   func(keys.Command)
	Dark  func() bool
	UTC   func() bool
	// Tenants are the connected ones; nil where none can be connected.
	Tenants func() []Tenant
	// ReadOnly reports the switch for all tenants; nil where there is none.
	ReadOnly func() bool
	// Privacy may be nil: then the page does not speak of it.
	Privacy *Privacy
	// Lock may be nil: then the window cannot be locked.
	Lock *Locking
	// Retention is for how many days closed incidents are kept, 0 for ever; nil where no
	// tenant is connected.
	Retention func() int
}

// Screen is the settings page.
type Screen struct {
	f                       Frame
	root                    *widget.Catcher
	body                    *container.Scroll
	dark, light, utc, local *widget.Button
	tenants                 *tenants
	acting, locked          *widget.Button
	privacy                 *privacy
	locking                 *locking
	kept                    *widget.Button
}

// NewScreen builds the page.
func NewScreen(facts []Fact, f Frame) *Screen {
	s := &Screen{f: f}
	choice := func(label string, run keys.Command, wanted func() bool) *widget.Button {
		b := widget.NewButton("", label, func() {
			if !wanted() {
				f.Run(run)
			}
		})
		b.Framed = true
		return b
	}
	s.dark = choice("Dark", keys.Theme, f.Dark)
	s.light = choice("Light", keys.Theme, func() bool { return !f.Dark() })
	s.utc = choice("UTC", keys.Zone, f.UTC)
	s.local = choice("Local time", keys.Zone, func() bool { return !f.UTC() })
	profile := widget.Column(4)
	for _, x := range facts {
		profile.Add(pair(x.Name, widget.NewLine(look.Cell{Text: present.Field(x.Value), Fit: look.Middle})))
	}
	col := widget.Column(8)
	if f.Tenants != nil {
		s.tenants = newTenants(f)
		col.Add(section("Tenants"))
		col.Add(s.tenants.root)
	}
	if f.ReadOnly != nil {
		s.acting = choice("Allowed", keys.ReadOnlyEverywhere, func() bool { return !f.ReadOnly() })
		s.locked = choice("Read-only", keys.ReadOnlyEverywhere, f.ReadOnly)
		col.Add(section("Permissions"))
		col.Add(pair("Actions (Ctrl+R)", widget.Loose(widget.Row(6, s.acting, s.locked))))
		col.Add(pair("", widget.NewLine(look.D("For all tenants. Read-only changes and sends nothing; what is queued waits."))))
		rights := widget.NewButton("P", "What is granted and missing; its own switch", func() { f.Run(keys.Permissions) })
		rights.Framed = true
		col.Add(pair("Of the tenant", widget.Loose(widget.Row(6, rights))))
	}
	for _, o := range []fyne.CanvasObject{
		section("Look"),
		pair("Theme (D)", widget.Loose(widget.Row(6, s.dark, s.light))), pair("Times (U)", widget.Loose(widget.Row(6, s.utc, s.local))),
	} {
		col.Add(o)
	}
	if f.Privacy != nil {
		s.privacy = newPrivacy(f.Privacy, f.Run)
		for _, o := range s.privacy.rows {
			col.Add(o)
		}
	}
	if f.Lock != nil {
		s.locking = newLocking(f.Lock)
		for _, o := range s.locking.rows {
			col.Add(o)
		}
	}
	if f.Retention != nil {
		s.kept = widget.NewButton("K", "", func() { f.Run(keys.Retain) })
		s.kept.Framed = true
		col.Add(section("Retention"))
		col.Add(pair("Closed incidents stay", widget.Loose(widget.Row(6, s.kept))))
		col.Add(pair("", widget.NewLine(look.D("On this computer, of all tenants; the services keep their own. Audit log and figures of each day stay for ever."))))
	}
	for _, o := range []fyne.CanvasObject{section("Profile"), profile, section("Keys"), keyTable()} {
		col.Add(o)
	}
	s.body = container.NewVScroll(widget.Pad(col, 4, 24, 24, 18))
	head := widget.Pad(widget.Sized(look.Cell{Text: "Settings", Bold: true}, theme.SizeNameSubHeadingText), 10, 14, 8, 14)
	s.root = widget.NewCatcher(container.NewBorder(widget.Column(0, widget.Over(widget.Panel(), head), widget.Rule()), nil, nil, nil, s.body), f.Press)
	s.Tick()
	return s
}

func section(name string) fyne.CanvasObject {
	return widget.Pad(widget.NewLine(look.Cell{Text: name, Bold: true, Tone: look.Accent}), 12, 0, 2, 0)
}

func pair(name string, o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewBorder(nil, nil, widget.Fixed(widget.NewLine(look.D(name)), 170), nil, o)
}

func keyTable() fyne.CanvasObject {
	cols := container.NewGridWithColumns(2)
	for _, on := range []keys.Screen{keys.Queue, keys.Incident, keys.Posture, keys.Actions, keys.Settings, keys.Close} {
		col := widget.Column(2, widget.NewLine(look.Cell{Text: string(on), Bold: true}))
		for _, o := range keys.For(on) {
			col.Add(container.NewBorder(nil, nil, widget.Fixed(widget.NewLine(look.T(o.Key)), 150), nil, widget.NewLine(look.D(o.Help))))
		}
		cols.Add(widget.Pad(col, 0, 24, 14, 0))
	}
	return cols
}

// Root is the object to show.
func (s *Screen) Root() fyne.CanvasObject { return s.root }

// Keys is what takes the keyboard.
func (s *Screen) Keys() fyne.Focusable {
	if s.tenants != nil {
		return s.tenants.grid.Keys()
	}
	return s.root
}

// Do moves among the tenants and scrolls by pages; the rest are the window's own
// commands.
func (s *Screen) Do(c keys.Command) bool {
	page := s.body.Size().Height * 0.9
	switch c {
	case keys.Down, keys.Up:
		if s.tenants != nil {
			s.tenants.move(s.tenants.at + map[keys.Command]int{keys.Down: 1, keys.Up: -1}[c])
		}
		return s.tenants != nil
	case keys.PageDown:
	case keys.PageUp:
		page = -page
	default:
		return false
	}
	low := max(0, s.body.Content.MinSize().Height-s.body.Size().Height)
	s.body.ScrollToOffset(fyne.NewPos(0, max(0, min(s.body.Offset.Y+page, low))))
	return true
}

// Tick shows which choices hold.
func (s *Screen) Tick() {
	if s.locking != nil {
		s.locking.tick()
	}
	if s.kept != nil {
		s.kept.Set(RetentionWords(s.f.Retention()), false)
	}
	s.Synced()
	if s.acting != nil {
		s.acting.Set("Allowed", !s.f.ReadOnly())
		s.locked.Set("Read-only", s.f.ReadOnly())
	}
	s.dark.Set("Dark", s.f.Dark())
	s.light.Set("Light", !s.f.Dark())
	s.utc.Set("UTC", s.f.UTC())
	s.local.Set("Local time", !s.f.UTC())
	if s.privacy != nil {
		s.privacy.draw()
	}
}
