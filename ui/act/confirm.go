package act

import (
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// NewConfirm asks before something is done to a subject that needs no further choice;
// what says it in words. Enter sends too.
func NewConfirm(s Subject, f Frame, verb, what string, plan Plan, send func(Plan)) *Dialog {
	submit := func() {
		f.Close()
		send(plan)
	}
	show := func() {
		if f.Show != nil {
			f.Show(s, plan)
		}
	}
	press := func(key string) bool {
		switch key {
		case "Esc":
			f.Close()
		case "Enter", "Ctrl+Enter":
			submit()
		case "P", "Ctrl+P":
			show()
		}
		return true
	}
	catch := widget.NewCatcher(widget.Column(8, heading(verb, s, f), widget.NewLine(look.T(what)), footer(f, widget.NewLine(look.Cell{}), submit, show)), press)
	return &Dialog{Body: catch, Press: press, First: catch, Width: 640, On: keys.Form}
}
