package act

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app"
	"watchfloor/app/text"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// maxWire bounds what is shown of a request, in characters; copying takes all of it.
const maxWire = 100_000

// Exact describes a view of the requests of one or of several actions.
type Exact struct {
	N int // of actions
	// Title names the i-th one: "#48211: Close as False positive".
	Title func(i int) string
	// Load reads the i-th one's requests and hands them over on the UI goroutine.
	Load func(i int, done func([]app.WireRequest, error))
	// Copy puts text on the clipboard.
	Copy  func(string)
	Close func()
}

// WireText is a sequence of requests as plain text.
func WireText(rs []app.WireRequest) string {
	var parts []string
	for _, r := range rs {
		lines := append([]string{r.Method + " " + r.URL}, r.Header...)
		if r.Body != "" {
			lines = append(lines, "", r.Body)
		}
		parts = append(parts, strings.Join(lines, "\n"))
	}
	return strings.Join(parts, "\n\n")
}

// NewExact opens the view. Left and Right go through several actions, y copies.
func NewExact(x Exact) *Dialog {
	at, generation, whole := 0, 0, ""
	title := widget.Sized(look.Cell{Bold: true, Fit: look.Middle}, theme.SizeNameSubHeadingText)
	note := widget.NewLine(look.D(""))
	body := widget.NewPassage(true)
	body.Wrapping = fyne.TextWrapBreak
	scroll := container.NewVScroll(body)
	show := func(i int) {
		at = max(0, min(i, x.N-1))
		name := x.Title(at)
		if x.N > 1 {
			name += "   (" + strconv.Itoa(at+1) + " of " + present.Figure(x.N) + ")"
		}
		title.Set(look.Cell{Text: name, Bold: true, Fit: look.Middle})
		note.Set(look.D("Reading…"))
		whole = ""
		generation++
		mine := generation
		x.Load(at, func(rs []app.WireRequest, err error) {
			if mine != generation {
				return
			}
			whole = WireText(rs)
			body.SetText(text.Block(whole, maxWire))
			scroll.ScrollToTop()
			note.Set(wireNote(rs, err))
		})
	}
	press := func(key string) bool {
		page := scroll.Size().Height * 0.9
		switch key {
		case "Esc", "P", "Ctrl+P", "Enter":
			x.Close()
		case "y", "Y":
			if whole != "" {
				x.Copy(whole)
				note.Set(look.T("Copied."))
			}
		case "Right", "]":
			if at+1 < x.N {
				show(at + 1)
			}
		case "Left", "[":
			if at > 0 {
				show(at - 1)
			}
		case "j", "Down":
			scrollBy(scroll, 40)
		case "k", "Up":
			scrollBy(scroll, -40)
		case "PageDown", "Space":
			scrollBy(scroll, page)
		case "PageUp":
			scrollBy(scroll, -page)
		}
		return true
	}
	buttons := widget.Row(8)
	if x.N > 1 {
		buttons.Add(framed("Left", "previous", func() { press("Left") }))
		buttons.Add(framed("Right", "next", func() { press("Right") }))
	}
	buttons.Add(framed("y", "copy", func() { press("y") }))
	buttons.Add(framed("Esc", "back", x.Close))
	frame := widget.Over(widget.NewFill(theme.ColorNameInputBackground), scroll)
	col := widget.Column(8, title, note, widget.Yield(widget.Over(least(0, 380), frame), 120),
		container.NewBorder(nil, nil, nil, buttons))
	catch := widget.NewCatcher(col, press)
	show(0)
	return &Dialog{Body: catch, Press: press, First: catch, Width: 860, On: keys.Form}
}

func wireNote(rs []app.WireRequest, err error) look.Cell {
	switch {
	case err != nil:
		return look.Cell{Text: app.Say(err), Tone: look.Warn}
	case len(rs) == 0:
		return look.D("Nothing would be sent now: the cache says that the service has it already.")
	case len(rs) > 1:
		return look.D(strconv.Itoa(len(rs)) + " requests, in this order. The token is masked; nothing has been sent by showing this.")
	}
	return look.D("The token is masked; nothing has been sent by showing this.")
}

func framed(key, label string, tap func()) *widget.Button {
	b := widget.NewButton(key, label, tap)
	b.Framed = true
	return b
}

func scrollBy(s *container.Scroll, dy float32) {
	most := max(0, s.Content.MinSize().Height-s.Size().Height)
	s.ScrollToOffset(fyne.NewPos(0, max(0, min(most, s.Offset.Y+dy))))
}
