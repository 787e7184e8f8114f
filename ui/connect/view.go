package connect

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// Size of a dialog's content: every step fits, also in the smallest window, and the
// dialog keeps its place from step to step.
const (
	Width  = 736
	height = 478
)

// View is the guided dialog on screen.
type View struct {
	Body  fyne.CanvasObject
	First fyne.Focusable

	g       *Guide
	focus   func(fyne.Focusable)
	steps   []*widget.Line
	pages   []page
	shown   string // the page and its state
	problem *fynewidget.Label
	next    *widget.Button
	back    *widget.Button
	foot    *fyne.Container
}

// page is a step on screen.
type page interface {
	root() fyne.CanvasObject
	// first is what gets the keyboard; draw shows the state.
	first() fyne.Focusable
	draw()
}

// NewView shows a guide; focus gives an object the keyboard.
func NewView(g *Guide, focus func(fyne.Focusable)) *View {
	v := &View{g: g, focus: focus, problem: wrapped(fynewidget.WarningImportance)}
	strip := widget.Row(4)
	for range stepNames {
		l := widget.NewLine(look.Cell{})
		v.steps = append(v.steps, l)
		strip.Add(widget.Fixed(l, 74))
	}
	v.next = widget.NewButton("Ctrl+Enter", "Next", g.Next)
	v.next.Strong = true
	v.back = widget.NewButton("Esc", "Cancel", g.Back)
	v.back.Framed = true
	v.pages = []page{newAccessPage(v), newSigningPage(g.SignIn, g.Press), newPlacesPage(v), newFindingsPage(g, v.Press), newNamePage(v)}
	stack := container.NewStack()
	for _, p := range v.pages {
		stack.Add(p.root())
	}
	head := widget.Column(6, container.NewBorder(nil, nil, title("Connect a tenant"), strip), widget.Rule())
	v.foot = foot(v.problem, v.back, v.next)
	v.Body = frame(height, head, stack, v.foot)
	v.First = v.pages[Access].first()
	g.Changed = v.draw
	v.draw()
	return v
}

// Press handles a key that nothing in the dialog has taken.
func (v *View) Press(key string) bool { return v.g.Press(key) }

func (v *View) draw() {
	g := v.g
	for i, l := range v.steps {
		c := look.Cell{Text: string(rune('1'+i)) + " " + stepNames[i], Tone: look.Dim}
		switch {
		case Step(i) == g.Step:
			c.Tone, c.Bold = look.Accent, true
		case Step(i) < g.Step:
			c.Text = "✓ " + stepNames[i]
		}
		l.Set(c)
	}
	p := v.pages[g.Step]
	p.draw()
	v.problem.SetText(g.Problem)
	label, cancel := "Next", "Back"
	switch {
	case g.Saved:
		label = "Close"
	case g.Step == Access:
		label, cancel = "Sign in", "Cancel"
	case g.Step == Signing:
		label = "Try again"
	case g.Step == Naming:
		label = "Save"
	case g.Step == Choosing:
		label = "Test"
	}
	v.next.Set(label, false)
	v.back.Set(cancel, false)
	if g.Step == Signing && g.SignIn.Problem == "" {
		v.next.Hide()
	} else {
		v.next.Show()
	}
	if g.Saved {
		v.back.Hide()
	}
	v.foot.Refresh() // the labels have another width now
	if now := fmt.Sprint(g.Step, g.byHand, g.Saved); now != v.shown {
		for _, other := range v.pages {
			other.root().Hide()
		}
		p.root().Show()
		if v.shown != "" {
			v.focus(p.first())
		}
		v.shown = now
	}
}

// foot is what is wrong, beside the buttons.
func foot(problem *fynewidget.Label, buttons ...fyne.CanvasObject) *fyne.Container {
	return container.NewBorder(nil, nil, nil, container.NewVBox(layout.NewSpacer(), widget.Row(8, buttons...)), widget.Over(lines(2), flush(problem)))
}

// frame is the outside of every dialog here, at least so high.
func frame(high float32, head, body, foot fyne.CanvasObject) fyne.CanvasObject {
	least := widget.NewFill(theme.ColorNameOverlayBackground)
	least.Least = fyne.NewSize(0, high)
	return widget.Over(least, container.NewBorder(widget.Pad(head, 0, 0, 8, 0), widget.Pad(foot, 6, 0, 0, 0), nil, nil, body))
}

// lines is room for so many lines of text.
func lines(n int) fyne.CanvasObject {
	f := widget.NewFill(theme.ColorNameOverlayBackground)
	f.Least = fyne.NewSize(0, float32(n)*20)
	return f
}

// wrapped is text of several lines that is nobody's stop on the way with Tab.
func wrapped(i fynewidget.Importance) *fynewidget.Label {
	l := fynewidget.NewLabel("")
	l.Wrapping = fyne.TextWrapWord
	l.Importance = i
	return l
}

// flush takes the label's own margin away, so that it stands in line with the rest.
func flush(l *fynewidget.Label) fyne.CanvasObject { return widget.Pad(l, -6, -6, -6, -6) }

func title(s string) *widget.Line {
	l := widget.Natural(look.Cell{Text: s, Bold: true})
	l.TextSize = theme.SizeNameSubHeadingText
	return l
}

func row(name string, o fyne.CanvasObject) *fyne.Container {
	return container.NewBorder(nil, nil, widget.Fixed(widget.NewLine(look.D(name)), 130), nil, o)
}
