package settings

import (
	"strconv"

	"fyne.io/fyne/v2"

	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// Locking is when the window locks itself: after so many minutes without a key or a
// click, 0 for never. Screen reports that it also locks with the screen of the system.
type Locking struct {
	Times  []int
	After  func() int
	Choose func(minutes int)
	Screen bool
}

// locking is the part of the page about it.
type locking struct {
	l       *Locking
	choices []*widget.Button
	rows    []fyne.CanvasObject
}

func newLocking(l *Locking) *locking {
	k := &locking{l: l}
	row := widget.Row(6)
	for _, m := range l.Times {
		b := widget.NewButton("", minutes(m), func() { l.Choose(m) })
		b.Framed = true
		k.choices = append(k.choices, b)
		row.Add(b)
	}
	note := "Locked, nothing is shown, synced or sent, and the keys of the caches are not in memory. Ctrl+L locks now."
	if l.Screen {
		note += " It also locks with the screen."
	}
	k.rows = []fyne.CanvasObject{section("Lock"), pair("After (L)", widget.Loose(row)), pair("", widget.NewLine(look.D(note)))}
	return k
}

func minutes(m int) string {
	if m == 0 {
		return "Never"
	}
	return strconv.Itoa(m) + " min"
}

func (k *locking) tick() {
	for i, b := range k.choices {
		b.Set(minutes(k.l.Times[i]), k.l.Times[i] == k.l.After())
	}
}
