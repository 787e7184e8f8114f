package ui

import (
	"watchfloor/app/text"
	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// Notice tells, from any goroutine, what a person must have read: what was done to a
// damaged cache, for example. It stays in front until they close it, and waits while the
// window is locked.
func (sh *Shell) Notice(line string) {
	sh.desk.Post(func() {
		sh.notices = append(sh.notices, text.Line(line, mostSaid))
		sh.showNotice()
	})
}

// showNotice opens the oldest notice that nobody has closed yet.
func (sh *Shell) showNotice() {
	if len(sh.notices) == 0 || sh.noticing || sh.closed || sh.s.Lock != nil {
		return
	}
	sh.noticing = true
	about := widget.NewProse()
	about.SetText(sh.notices[0])
	press := func(key string) bool {
		switch key {
		case "Enter", "Ctrl+Enter", "Esc":
			sh.notices = sh.notices[1:]
			sh.closeDialog()
			sh.showNotice()
		}
		return true
	}
	read := widget.NewButton("Enter", "Close", func() { press("Enter") })
	read.Strong = true
	catch := widget.NewCatcher(widget.Column(10, widget.NewLine(look.Cell{Text: "Please read", Bold: true, Shape: look.Ring, ShapeTone: look.Warn}), about, widget.Loose(widget.Row(8, read))), press)
	sh.openOver(&act.Dialog{Body: catch, Press: press, First: catch, Width: 620, On: keys.Form}, func() { sh.noticing = false })
}
