package settings

import (
	"time"

	"fyne.io/fyne/v2"

	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// Privacy is what the page shows and sets of the clipboard and of pictures of the screen.
type Privacy struct {
	// Stays is how long copied text stays on the clipboard, 0 until somebody else copies.
	Stays    func() time.Duration
	SetStays func(time.Duration)
	// Offered reports whether the system can leave the window out of pictures, Hidden
	// whether it shall.
	Offered bool
	Hidden  func() bool
}

// Stays are the times to choose from, in the order of the key that goes through them.
var Stays = []time.Duration{10 * time.Second, 30 * time.Second, 2 * time.Minute, 0}

// NextStay is the choice after one.
func NextStay(d time.Duration) time.Duration {
	for i, s := range Stays {
		if s == d {
			return Stays[(i+1)%len(Stays)]
		}
	}
	return Stays[1]
}

// StayWords names a choice.
func StayWords(d time.Duration) string {
	switch {
	case d == 0:
		return "until replaced"
	case d%time.Minute == 0:
		return "2 minutes"
	}
	return d.String()[:2] + " seconds"
}

// privacy are the rows of the page, with what draws them anew.
type privacy struct {
	p      *Privacy
	stays  []*widget.Button
	hidden []*widget.Button // hidden, shown
	rows   []fyne.CanvasObject
}

func newPrivacy(p *Privacy, run func(keys.Command)) *privacy {
	s := &privacy{p: p}
	row := widget.Row(6)
	for _, d := range Stays {
		b := widget.NewButton("", StayWords(d), func() { p.SetStays(d); s.draw() })
		b.Framed = true
		s.stays = append(s.stays, b)
		row.Add(b)
	}
	s.rows = []fyne.CanvasObject{
		section("Privacy"), pair("Copied text stays (b)", widget.Loose(row)),
		pair("", widget.NewLine(look.D("Codes to sign in with go after 10 seconds. What another program copied meanwhile is left alone."))),
	}
	if !p.Offered {
		s.rows = append(s.rows, pair("Pictures of the screen", widget.NewLine(look.D("This system cannot leave a window out of screenshots and shared screens."))))
		return s
	}
	for i, label := range []string{"Leave it out", "Show it"} {
		b := widget.NewButton("", label, func() {
			if p.Hidden() == (i == 1) {
				run(keys.HideWindow)
			}
		})
		b.Framed = true
		s.hidden = append(s.hidden, b)
	}
	s.rows = append(s.rows, pair("Window in pictures (w)", widget.Loose(widget.Row(6, s.hidden[0], s.hidden[1]))))
	return s
}

func (s *privacy) draw() {
	for i, b := range s.stays {
		b.Set(StayWords(Stays[i]), s.p.Stays() == Stays[i])
	}
	for i, b := range s.hidden {
		b.Set([]string{"Leave it out", "Show it"}[i], s.p.Hidden() == (i == 0))
	}
}
