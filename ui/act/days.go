package act

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// Days is a form that asks for a number of days.
type Days struct {
	Title, Help string
	Now, Most   int
	// Doubt says why a number should be sent twice, "" where once will do.
	Doubt func(days int) string
	Take  func(days int)
	Close func()
}

// NewDays opens the form. Enter takes the number.
func NewDays(x Days) *Dialog {
	note := widget.NewLine(look.Cell{})
	var field *widget.Entry
	doubted := -1
	take := func() {
		n, err := strconv.Atoi(strings.TrimSpace(field.Text))
		if err != nil || n < 0 || n > x.Most {
			note.Set(look.Cell{Text: "A whole number from 0 to " + strconv.Itoa(x.Most) + ".", Tone: look.Warn})
			return
		}
		if why := x.Doubt(n); why != "" && n != doubted {
			doubted = n
			note.Set(look.Cell{Text: why + " Enter once more does it.", Tone: look.Warn})
			return
		}
		x.Close()
		x.Take(n)
	}
	press := func(key string) bool {
		switch key {
		case "Esc":
			x.Close()
		case "Enter", "Ctrl+Enter":
			take()
		default:
			return false
		}
		return true
	}
	field = widget.NewEntry("Days", 1, press)
	field.SetText(strconv.Itoa(x.Now))
	field.CursorColumn = len(field.Text)
	ok := widget.NewButton("Enter", "Keep", take)
	ok.Strong = true
	no := widget.NewButton("Esc", "Cancel", x.Close)
	no.Framed = true
	help := widget.NewProse()
	help.SetText(x.Help)
	head := widget.Column(3, widget.Sized(look.Cell{Text: x.Title, Bold: true}, theme.SizeNameSubHeadingText), widget.Pad(widget.Rule(), 5, 0, 5, 0))
	body := widget.Column(8, head, help, field, note, container.NewBorder(nil, nil, nil, widget.Row(8, no, ok)))
	return &Dialog{Body: body, Press: press, First: field, Width: 560, On: keys.Form}
}
