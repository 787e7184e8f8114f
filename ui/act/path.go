package act

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app/fleet"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// Path is a form that asks for a file by its path and stays to say what became of it.
type Path struct {
	Title, Help string
	Tenant      fleet.Tenant
	Close       func()
	// Take reads the file and says, on the UI goroutine, what it found.
	Take func(path string, say func(words string, bad bool))
}

// NewPath opens the form. Enter takes the file.
func NewPath(x Path) *Dialog {
	said := widget.NewPassage(false)
	note := widget.NewLine(look.Cell{})
	var field *widget.Entry
	busy := false
	take := func() {
		switch {
		case busy:
		case strings.TrimSpace(field.Text) == "":
			note.Set(look.Cell{Text: "Write the path of the file first.", Tone: look.Warn})
		default:
			busy = true
			note.Set(look.D("Reading…"))
			x.Take(field.Text, func(words string, bad bool) {
				busy = false
				first, rest, _ := strings.Cut(words, "\n")
				tone := look.Normal
				if bad {
					tone = look.Warn
				}
				note.Set(look.Cell{Text: first, Tone: tone})
				said.SetText(rest)
			})
		}
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
	field = widget.NewEntry("/path/to/list.csv", 1, press)
	ok := widget.NewButton("Enter", "Take in", take)
	ok.Strong = true
	no := widget.NewButton("Esc", "Close", x.Close)
	no.Framed = true
	head := widget.Column(3, widget.Sized(look.Cell{Text: x.Title, Bold: true}, theme.SizeNameSubHeadingText),
		widget.Loose(TenantLine(x.Tenant, look.D("Tenant: "+present.Field(x.Tenant.Name)))), widget.Pad(widget.Rule(), 5, 0, 5, 0))
	room := widget.Yield(widget.Over(least(0, 84), container.NewVScroll(said)), 30)
	body := widget.Column(8, head, widget.NewLine(look.D(x.Help)), field, note, room, container.NewBorder(nil, nil, nil, widget.Row(8, no, ok)))
	return &Dialog{Body: body, Press: press, First: fyne.Focusable(field), Width: 760, On: keys.Form}
}
