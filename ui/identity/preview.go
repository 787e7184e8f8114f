package identity

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	wf "watchfloor/ui/theme"
	"watchfloor/ui/widget"
)

// factWidth is the width of the names in a list of facts.
const factWidth = 118

// factLine is one line of a list of facts; the objects are made once and reused.
type factLine struct {
	name, value *widget.Line
	root        *fyne.Container
	left        *fyne.Container
}

func newFactLine() *factLine {
	f := &factLine{name: widget.NewLine(look.D("")), value: widget.NewLine(look.Cell{})}
	f.left = widget.Fixed(f.name, factWidth)
	f.root = container.NewBorder(nil, nil, f.left, nil, f.value)
	return f
}

func (f *factLine) show(x Fact) {
	f.name.Set(look.D(x.Name))
	f.value.Set(x.Value)
	if f.left.Visible() == x.Head {
		if x.Head {
			f.left.Hide()
		} else {
			f.left.Show()
		}
		f.root.Refresh()
	}
	f.root.Show()
}

// factList shows facts below each other.
type factList struct {
	lines []*factLine
	root  *fyne.Container
}

func newFactList() *factList { return &factList{root: widget.Column(3)} }

func (l *factList) show(facts []Fact) {
	facts = wrapped(facts, l.root.Size().Width-factWidth-8)
	for len(l.lines) < len(facts) {
		f := newFactLine()
		l.lines = append(l.lines, f)
		l.root.Add(f.root)
	}
	for i, f := range l.lines {
		if i < len(facts) {
			f.show(facts[i])
		} else {
			f.root.Hide()
		}
	}
	l.root.Refresh()
}

// preview is the pane beside the list.
type preview struct {
	lock   widget.Lock
	root   fyne.CanvasObject
	body   *fyne.Container
	catch  *widget.Catcher
	scroll *container.Scroll
	edge   *widget.Fill // shows that the preview has the keyboard
	level  *widget.Line
	title  *widget.Passage
	facts  *factList
}

func newPreview(f Frame, press widget.Press) *preview {
	p := &preview{level: widget.NewLine(look.Cell{}), title: widget.NewPassage(false), facts: newFactList()}
	p.title.SizeName = theme.SizeNameSubHeadingText
	p.title.TextStyle.Bold = true
	p.body = widget.Pad(widget.Column(4, widget.Pad(p.level, 0, 0, 0, 6), p.title, widget.Pad(p.facts.root, 0, 0, 0, 6)), 8, 8, 8, 8)
	p.scroll = container.NewVScroll(p.body)
	p.catch = widget.NewCatcher(p.scroll, press)
	p.edge = widget.NewFill(wf.Panel)
	p.edge.Least = fyne.NewSize(2, 2)
	p.catch.OnFocus = func(on bool) {
		p.edge.Name = wf.Panel
		if on {
			p.edge.Name = wf.Cursor
		}
		p.edge.Refresh()
	}
	row := widget.Row(0)
	for _, a := range []struct {
		key, label string
		do         keys.Command
	}{{"Enter", "person", keys.Open}, {"x", "act…", keys.Respond}, {"Space", "mark", keys.Mark}, {"y", "copy", keys.CopySafe}} {
		b := p.lock.Add(widget.NewButton(a.key, a.label, func() { f.Run(a.do) }), keys.OffWhile(f.Off, a.do))
		b.Quiet = true
		row.Add(b)
	}
	foot := widget.Column(0, widget.Rule(), widget.Pad(widget.Loose(row), 2, 4, 2, 2))
	p.root = widget.Over(widget.Panel(), container.NewBorder(nil, foot, p.edge, nil, p.catch))
	return p
}

func (p *preview) show(level look.Cell, title string, facts []Fact) {
	p.body.Show()
	p.level.Set(level)
	if p.title.Text != title {
		p.title.SetText(title)
		p.scroll.ScrollToTop()
	}
	p.facts.show(facts)
}

// scrolled scrolls by a key that has the keyboard there, and reports whether it is one.
func scrolled(s *container.Scroll, key string) bool {
	step := map[string]float32{"Down": 40, "Up": -40, "PageDown": s.Size().Height * 0.9, "PageUp": -s.Size().Height * 0.9}[key]
	if step == 0 {
		return false
	}
	most := max(0, s.Content.MinSize().Height-s.Size().Height)
	s.ScrollToOffset(fyne.NewPos(0, max(0, min(most, s.Offset.Y+step))))
	return true
}
