package act

import (
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// Option is one of a few values, chosen by its key.
type Option struct{ Key, Label string }

// NewPick opens a choice of one value; its key takes it at once.
func NewPick(title string, options []Option, f Frame, pick func(i int)) *Dialog {
	row := widget.Row(6)
	press := func(key string) bool {
		if key == "Esc" {
			f.Close()
		}
		for i, o := range options {
			if o.Key == key {
				f.Close()
				pick(i)
			}
		}
		return true
	}
	for _, o := range options {
		row.Add(framed(o.Key, o.Label, func() { press(o.Key) }))
	}
	body := widget.Column(12, widget.Sized(look.Cell{Text: title, Bold: true}, theme.SizeNameSubHeadingText), widget.Loose(row),
		container.NewBorder(nil, nil, nil, framed("Esc", "Cancel", f.Close)))
	catch := widget.NewCatcher(body, press)
	return &Dialog{Body: catch, Press: press, First: catch, Width: 520, On: keys.Form}
}

// NewValue opens an editor for one text; take says what is wrong with it, "" closes.
func NewValue(title, hint string, lines int, initial string, f Frame, take func(string) string) *Dialog {
	problem := widget.NewLine(look.Cell{Tone: look.Warn})
	var field *widget.Entry
	submit := func() {
		if wrong := take(field.Text); wrong != "" {
			problem.Set(look.Cell{Text: wrong, Tone: look.Warn})
			return
		}
		f.Close()
	}
	press := func(key string) bool {
		switch {
		case key == "Esc":
			f.Close()
		case key == "Ctrl+Enter", key == "Enter" && lines <= 1:
			submit()
		default:
			return false
		}
		return true
	}
	field = widget.NewEntry(hint, lines, press)
	field.Text = initial
	field.CursorColumn = len([]rune(initial))
	ok := widget.NewButton("Ctrl+Enter", "Take it", submit)
	ok.Strong = true
	body := widget.Column(8, widget.Sized(look.Cell{Text: title, Bold: true}, theme.SizeNameSubHeadingText), field, problem,
		container.NewBorder(nil, nil, nil, widget.Row(8, framed("Esc", "Cancel", f.Close), ok)))
	return &Dialog{Body: body, Press: press, First: field, Width: 600, On: keys.Form}
}

// NewReason opens the choice of a classification and its reason, as the close dialog
// has it.
func NewReason(title string, f Frame, pick func(app.Reason)) *Dialog {
	v := &closeView{
		form: NewCloseForm(), f: f, problem: widget.NewLine(look.Cell{Tone: look.Warn}),
		send: func(_ Plan, r app.Reason) { pick(r) },
	}
	f.Show = nil
	v.f = f
	body := widget.Column(8, widget.Sized(look.Cell{Text: title, Bold: true}, theme.SizeNameSubHeadingText), v.choices(),
		footerOf("Take it", f, v.problem, v.submit, nil))
	v.catch = widget.NewCatcher(body, v.press)
	v.draw()
	return &Dialog{Body: v.catch, Press: v.press, First: v.catch, Width: 640, On: keys.Close}
}
