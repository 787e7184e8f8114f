package lock

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app/unlock"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// Width of the question in a dialog.
const Width = 620

// View is the question on screen.
type View struct {
	Body fyne.CanvasObject

	p       *Presenter
	press   widget.Press
	focus   func(fyne.Focusable)
	title   *widget.Line
	about   *widget.Passage
	problem *widget.Passage
	words   *widget.Entry
	again   *widget.Entry
	phrase  *widget.Entry
	fields  *fyne.Container
	row     *fyne.Container
	col     *fyne.Container
	catch   *widget.Catcher
	shown   string
}

// NewView shows a presenter. other gets the keys that mean nothing here; focus gives the
// keyboard to a field.
func NewView(p *Presenter, other widget.Press, focus func(fyne.Focusable)) *View {
	v := &View{
		p: p, focus: focus, title: widget.NewLine(look.Cell{}), about: widget.NewProse(), problem: widget.NewProse(),
		fields: widget.Column(6), row: widget.Row(8),
	}
	v.press = func(key string) bool {
		switch {
		case key == "Enter" || key == "Ctrl+Enter":
			v.enter()
			return true
		case key == "Tab" || key == "Shift+Tab":
			v.turn()
			return true
		}
		return p.Press(key) || other(key)
	}
	v.words, v.again = widget.NewPassword("passphrase", v.press), widget.NewPassword("the same once more", v.press)
	v.phrase = widget.NewEntry("nine groups of four, such as 4TQ8-…", 1, v.press)
	v.col = widget.Column(10, v.title, v.about, v.fields, v.problem, widget.Pad(widget.Loose(v.row), 6, 0, 0, 0))
	v.catch = widget.NewCatcher(v.col, v.press)
	v.Body = v.catch
	p.Changed = v.draw
	v.draw()
	return v
}

// Page frames the question as the only thing in the window.
func (v *View) Page() fyne.CanvasObject {
	card := widget.NewFill(theme.ColorNameOverlayBackground)
	card.Radius, card.Border = 8, true
	name := widget.Sized(look.Cell{Text: "Watchfloor", Bold: true}, theme.SizeNameHeadingText)
	return container.NewCenter(widget.Over(card, widget.Pad(widget.Fixed(widget.Column(12, name, v.Body), Width), 26, 30, 26, 30)))
}

// Press handles a key while nothing of the question has the keyboard.
func (v *View) Press(key string) bool { return v.press(key) }

// First is what takes the keyboard.
func (v *View) First() fyne.Focusable {
	switch words, _ := v.p.Words(); {
	case !words:
		return v.catch
	case v.p.Mode == unlock.Phrase:
		return v.phrase
	}
	return v.words
}

func (v *View) enter() {
	if v.p.Mode == unlock.Phrase {
		v.p.Enter(v.phrase.Text, "")
	} else {
		v.p.Enter(v.words.Text, v.again.Text)
	}
	if v.p.Busy {
		v.Forget()
	}
}

// Forget empties the fields.
func (v *View) Forget() {
	for _, e := range []*widget.Entry{v.words, v.again, v.phrase} {
		e.SetText("")
	}
}

// turn goes from one field to the other.
func (v *View) turn() {
	if _, twice := v.p.Words(); !twice {
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(v.words); c != nil && c.Focused() == v.words {
		v.focus(v.again)
		return
	}
	v.focus(v.words)
}

func (v *View) draw() {
	n := v.p.Need
	title, about := n.Headline(), n.Says()
	if n.State == unlock.Words && v.p.Mode == unlock.Phrase {
		title, about = "Recovery phrase", "Type the phrase that was written down; capitals and hyphens do not matter."
	}
	if n.Tenant != "" && (n.Others || n.State == unlock.Choose) {
		title += " – " + present.Field(n.Tenant)
	}
	v.title.Set(look.Cell{Text: title, Bold: true})
	v.about.SetText(about)
	v.problem.SetText(v.p.Problem)
	if v.p.Busy {
		v.problem.SetText("One moment…")
	}
	show(v.problem, v.problem.Text != "")
	words, twice := v.p.Words()
	v.fields.RemoveAll()
	switch {
	case words && v.p.Mode == unlock.Phrase:
		v.fields.Add(v.phrase)
	case words:
		v.fields.Add(v.words)
		if twice {
			v.fields.Add(v.again)
		}
	}
	v.buttons()
	widget.Relayout(v.col)
	if now := string(n.State) + string(v.p.Mode); now != v.shown {
		if v.shown != "" {
			v.focus(v.First())
		}
		v.shown = now
	}
}

var modeWords = map[unlock.Do]string{unlock.Again: "Try again", unlock.Passphrase: "By passphrase", unlock.Phrase: "By recovery phrase"}

func (v *View) buttons() {
	v.row.RemoveAll()
	main := "Unlock"
	switch {
	case v.p.Need.State == unlock.Choose:
		main = "Seal with this passphrase"
	case v.p.Mode == unlock.Again && v.p.Need.State != unlock.Idle:
		main = "Try again"
	}
	enter := widget.NewButton("Enter", main, v.enter)
	enter.Strong = true
	v.row.Add(enter)
	add := func(key, label string, offered bool) {
		if !offered {
			return
		}
		b := widget.NewButton(key, label, func() { v.press(key) })
		b.Framed = true
		v.row.Add(b)
	}
	next := v.p.Next()
	add("Ctrl+R", modeWords[next], next != "")
	add("Ctrl+E", "This session only", v.p.Need.Offers(unlock.Session))
	add("Ctrl+N", "Start afresh", v.p.Need.Offers(unlock.Fresh))
	add("Ctrl+J", "Leave it closed", v.p.Need.Offers(unlock.Skip))
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}
