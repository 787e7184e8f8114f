package act

import (
	"strings"

	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// TextDialog describes a dialog with one text field.
type TextDialog struct {
	Verb, Hint, Help string
	Initial          string
	Lines            int
	// Build makes the request for one incident or says what is wrong.
	Build func(triage.Row, string) (outbox.Request, string)
	// Typed follows every keystroke; may be nil.
	Typed func(string)
	// Late hands over a function that puts text before what was typed so far, for text
	// that is still being read when the dialog opens; may be nil.
	Late func(prepend func(string))
}

// NewText opens a text dialog for a subject. In a single line Enter sends too.
func NewText(s Subject, f Frame, d TextDialog, send func(Plan)) *Dialog {
	problem := widget.NewLine(look.D(d.Help))
	var field *widget.Entry
	plan := func() (Plan, bool) {
		text := field.Text
		_, wrong := d.Build(s.Rows[0], text)
		if wrong != "" {
			problem.Set(look.Cell{Text: wrong, Tone: look.Warn})
			return nil, false
		}
		return func(r triage.Row) outbox.Request {
			req, _ := d.Build(r, text)
			return req
		}, true
	}
	submit := func() {
		if p, ok := plan(); ok {
			f.Close()
			send(p)
		}
	}
	show := func() {
		if p, ok := plan(); ok && f.Show != nil {
			f.Show(s, p)
		}
	}
	press := func(key string) bool {
		switch {
		case key == "Esc":
			f.Close()
		case key == "Ctrl+Enter", key == "Enter" && d.Lines <= 1:
			submit()
		case key == "Ctrl+P":
			show()
		default:
			return false
		}
		return true
	}
	field = widget.NewEntry(d.Hint, d.Lines, press)
	field.Text = d.Initial
	lines := strings.Split(d.Initial, "\n")
	field.CursorRow, field.CursorColumn = len(lines)-1, len([]rune(lines[len(lines)-1]))
	field.OnChanged = d.Typed
	if d.Late != nil {
		d.Late(func(before string) {
			field.SetText(before + field.Text)
			field.CursorRow, field.CursorColumn = len(strings.Split(field.Text, "\n"))-1, len([]rune(field.Text[strings.LastIndexByte(field.Text, '\n')+1:]))
			field.Refresh()
		})
	}
	body := widget.Column(8, heading(d.Verb, s, f), field, footer(f, problem, submit, show))
	return &Dialog{Body: body, Press: press, First: field, Width: 640, Bottom: d.Lines > 1, On: keys.Form}
}
