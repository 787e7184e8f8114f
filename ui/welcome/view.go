// Package welcome is the first screen where no tenant is connected: two ways to go on,
// and the permissions that connecting will ask for, read-only ones first.
package welcome

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// Permission is one right that a connected tenant grants.
type Permission struct{ Name, Where, For string }

// Reading is enough to look; Acting is needed to change incidents.
var (
	Reading = []Permission{
		{"Microsoft Sentinel Reader", "role on the workspace", "incidents, alerts, entities, comments, tasks"},
		{"SecurityIncident.Read.All", "Microsoft Graph", "incidents of Defender XDR, their alerts and evidence"},
		{"Security Reader", "role in Entra", "with it, for a person who signs in"},
		{"user_impersonation", "Azure, delegated", "Sentinel, for a person who signs in"},
	}
	Acting = []Permission{
		{"Microsoft Sentinel Responder", "role on the workspace", "assign, status, severity, tags, close, comment, tasks"},
		{"SecurityIncident.ReadWrite.All", "Microsoft Graph", "the same at Defender XDR"},
		{"SecurityData.Manage.All", "Microsoft Graph", "merge incidents of Defender XDR, move their alerts"},
		{"Security Operator", "role in Entra", "with both, for a person who signs in"},
	}
)

// Screen is the first screen.
type Screen struct {
	run  func(keys.Command)
	root *widget.Catcher
	note *widget.Passage
	both []*widget.Button
}

// NewScreen builds the screen.
func NewScreen(press widget.Press, run func(keys.Command)) *Screen {
	s := &Screen{run: run, note: widget.NewPassage(false)}
	connect := widget.NewButton("c", "Connect a tenant", func() { run(keys.Connect) })
	connect.Framed = true
	simulate := widget.NewButton("s", "Open the simulated tenant", func() { run(keys.Simulate) })
	simulate.Strong = true
	s.both = []*widget.Button{connect, simulate}
	col := widget.Column(8,
		widget.Sized(look.Cell{Text: "Watchfloor", Bold: true}, theme.SizeNameHeadingText),
		widget.NewLine(look.T("One queue over Microsoft Sentinel and Defender XDR, with and without a network.")),
		widget.Pad(widget.Loose(container.New(layout.NewCustomPaddedHBoxLayout(10), connect, simulate)), 12, 0, 4, 0),
		widget.NewLine(look.D("The simulated tenant runs on this machine, needs no account and changes nothing anywhere.")),
		s.note,
		widget.Pad(widget.Rule(), 10, 0, 6, 0),
		widget.NewLine(look.Cell{Text: "What connecting asks for", Bold: true}),
		widget.NewLine(look.D("To look (read-only is enough to start):")), table(Reading),
		widget.Pad(widget.NewLine(look.D("To act, only when you want to change incidents from here:")), 6, 0, 0, 0), table(Acting))
	s.note.Hide()
	card := widget.NewFill(theme.ColorNameOverlayBackground)
	card.Radius, card.Border = 8, true
	s.root = widget.NewCatcher(container.NewCenter(widget.Over(card, widget.Pad(widget.Fixed(col, 760), 26, 30, 26, 30))), press)
	return s
}

func table(rows []Permission) fyne.CanvasObject {
	col := widget.Column(3)
	for _, p := range rows {
		col.Add(container.NewBorder(nil, nil, widget.Fixed(widget.NewLine(look.Cell{Text: p.Name, Bold: true}), 240), nil,
			container.NewBorder(nil, nil, widget.Fixed(widget.NewLine(look.D(p.Where)), 150), nil, widget.NewLine(look.T(p.For)))))
	}
	return col
}

// Root is the object to show.
func (s *Screen) Root() fyne.CanvasObject { return s.root }

// Keys is what takes the keyboard.
func (s *Screen) Keys() fyne.Focusable { return s.root }

// Do knows no command of its own.
func (s *Screen) Do(keys.Command) bool { return false }

// Tick changes nothing.
func (s *Screen) Tick() {}

// Say shows what is going on or what went wrong; the text can be selected, so that a
// sign-in code can be copied.
func (s *Screen) Say(text string) {
	s.note.SetText(text)
	if text == "" {
		s.note.Hide()
	} else {
		s.note.Show()
	}
}
