package ui

import (
	"fmt"

	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// quit closes the window. Where unsent actions would end with it, because their cache is
// for this session only, the person is asked first; asked again, it closes.
func (sh *Shell) quit() {
	n := sh.counts.Waiting() + sh.counts.Conflict + sh.counts.Failed
	if sh.s.Ending == nil || n == 0 || sh.quitting || !sh.s.Ending() {
		sh.win.Close()
		return
	}
	sh.quitting = true
	text := fmt.Sprintf("%d actions have not reached their service, and their cache ends with this session.", n)
	if n == 1 {
		text = "1 action has not reached its service, and its cache ends with this session."
	}
	about := widget.NewProse()
	about.SetText(text + " Closing now gives them up.")
	press := func(key string) bool {
		switch key {
		case "Enter", "Ctrl+Enter", "Ctrl+Q":
			sh.win.Close()
		case "Esc":
			sh.closeDialog()
		}
		return true
	}
	stay := widget.NewButton("Esc", "Stay", func() { press("Esc") })
	stay.Strong = true
	leave := widget.NewButton("Enter", "Close and give them up", func() { press("Enter") })
	leave.Framed = true
	catch := widget.NewCatcher(widget.Column(10, widget.NewLine(look.Cell{Text: "Close Watchfloor?", Bold: true}), about, widget.Loose(widget.Row(8, stay, leave))), press)
	sh.openOver(&act.Dialog{Body: catch, Press: press, First: catch, Width: 560, On: keys.Form}, func() { sh.quitting = false })
}
