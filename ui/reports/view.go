package reports

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// Frame is what the window lends to the page.
type Frame struct {
	Press widget.Press
	Run   func(keys.Command)
}

// Screen shows a Presenter.
type Screen struct {
	P       *Presenter
	f       Frame
	root    fyne.CanvasObject
	kinds   []*widget.Button
	about   *widget.Passage
	hours   []*widget.Button
	formats []*widget.Button
	form    *fyne.Container
	period  fyne.CanvasObject
	noting  fyne.CanvasObject
	note    *widget.Entry
	write   *widget.Button
	message *widget.Line
	heading *widget.Line
	grid    *widget.Grid
	shown   Kind // the formats drawn are of it
}

// NewScreen builds the view of a presenter.
func NewScreen(p *Presenter, f Frame) *Screen {
	s := &Screen{P: p, f: f, about: widget.NewPassage(false), message: widget.NewLine(look.Cell{}), heading: widget.NewLine(look.Cell{}), shown: -1}
	kindRow := widget.Row(6)
	for i, k := range kinds {
		b := choice(string(rune('1'+i)), k.label, func() { p.Choose(Kind(i)) })
		s.kinds = append(s.kinds, b)
		kindRow.Add(b)
	}
	hourRow := widget.Row(6)
	for i := range periods {
		b := choice("", periodLabel(periods[i]), func() { p.SetPeriod(i) })
		s.hours = append(s.hours, b)
		hourRow.Add(b)
	}
	formatRow := widget.Row(6)
	for i := range periodic {
		b := choice("", "", func() { p.SetFormat(i) })
		s.formats = append(s.formats, b)
		formatRow.Add(b)
	}
	s.note = widget.NewEntry("For the next shift: what to watch, whom to call back. Kept until you change it.", 4, s.noteKey)
	s.note.SetText(p.note)
	s.note.OnChanged = p.SetNote
	s.write = widget.NewButton("w", "Write", func() { f.Run(keys.Send) })
	s.write.Strong = true
	folder := choice("o", "Open folder", func() { f.Run(keys.ShowFolder) })

	s.period = pair("Period (- +)", widget.Loose(hourRow))
	s.noting = pair("Notes (n)", s.note)
	s.form = widget.Column(8, widget.Loose(kindRow), s.about, s.period, pair("Format (f)", widget.Loose(formatRow)), s.noting,
		pair("", container.NewBorder(nil, nil, widget.Row(6, s.write, folder), nil, widget.Pad(s.message, 0, 0, 0, 8))))
	s.grid = widget.NewGrid(Columns, func() int { return len(p.files) }, p.Cells, f.Press)
	s.grid.OnCursor = p.Move
	head := widget.Pad(widget.Sized(look.Cell{Text: "Reports", Bold: true}, theme.SizeNameSubHeadingText), 10, 14, 8, 14)
	top := widget.Column(0, widget.Over(widget.Panel(), head), widget.Rule(), widget.Pad(s.form, 12, 18, 10, 14), widget.Rule(),
		widget.Pad(s.heading, 8, 14, 4, 14))
	s.root = container.NewBorder(top, nil, nil, nil, s.grid)
	p.Changed = s.draw
	s.draw()
	return s
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

func choice(key, label string, tap func()) *widget.Button {
	b := widget.NewButton(key, label, tap)
	b.Framed = true
	return b
}

func pair(name string, o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewBorder(nil, nil, widget.Fixed(widget.NewLine(look.D(name)), 110), nil, o)
}

// noteKey handles keys that leave the notes: Esc and Tab go back to the list.
func (s *Screen) noteKey(key string) bool {
	switch key {
	case "Esc", "Tab", "Shift+Tab":
		widget.FocusOn(s.grid.Keys())
	case "Ctrl+Enter":
		widget.FocusOn(s.grid.Keys())
		s.f.Run(keys.Send)
	default:
		return false
	}
	return true
}

// Root is the object to show.
func (s *Screen) Root() fyne.CanvasObject { return s.root }

// Keys is what takes the keyboard.
func (s *Screen) Keys() fyne.Focusable { return s.grid.Keys() }

// Tick draws again what depends on the time.
func (s *Screen) Tick() { s.draw() }

// Do carries out a command and reports whether it is the page's.
func (s *Screen) Do(c keys.Command) bool {
	if c == keys.Note {
		if s.P.kind == Handover {
			widget.FocusOn(s.note)
		}
		return true
	}
	return s.P.Do(c, s.grid.Page())
}

func (s *Screen) draw() {
	p := s.P
	for i, b := range s.kinds {
		b.Set(kinds[i].label, Kind(i) == p.kind)
	}
	for i, b := range s.hours {
		if spans := p.kind.spans(); spans != nil {
			b.Set(periodLabel(spans[i]), i == p.period[p.kind])
		}
	}
	for i, b := range s.formats {
		formats := kinds[p.kind].formats
		if i >= len(formats) {
			b.Hide()
			continue
		}
		b.Show()
		b.Set(formats[i].label, i == p.format[p.kind])
	}
	s.about.SetText(p.About())
	if s.shown != p.kind {
		s.shown = p.kind
		show(s.period, p.kind.spans() != nil)
		show(s.noting, p.kind == Handover)
		widget.Relayout(s.form)
		s.root.Refresh()
	}
	s.write.Set(map[bool]string{true: "Writing…", false: "Write"}[p.Busy()], false)
	s.message.Set(p.message)
	s.heading.Set(p.Heading())
	if len(p.files) > 0 {
		s.grid.SetCursor(p.cursor)
	}
	s.grid.Refresh()
}
