package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/look"
	wf "watchfloor/ui/theme"
)

// Step is a stretch of a strip: from where to where of its width, how high (all between
// 0 and 1), and its tone. The height tells what the tone tells.
type Step struct {
	From, To, High float32
	Tone           look.Tone
}

// Steps is a strip of what something was over time.
type Steps struct {
	base
	steps []Step
	bars  []*canvas.Rectangle
	floor *canvas.Rectangle
}

const stepsHigh = 26

// NewSteps returns an empty strip.
func NewSteps() *Steps {
	s := &Steps{floor: canvas.NewRectangle(nil)}
	s.ExtendBaseWidget(s)
	return s
}

// Set shows steps.
func (s *Steps) Set(steps []Step) {
	s.steps = steps
	for len(s.bars) < len(steps) {
		s.bars = append(s.bars, canvas.NewRectangle(nil))
	}
	s.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (s *Steps) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{
		layout: func(fyne.Size) { s.place() }, refresh: s.place, min: func() fyne.Size { return fyne.NewSize(120, stepsHigh) },
		more: func() []fyne.CanvasObject {
			out := []fyne.CanvasObject{s.floor}
			for i := range s.steps {
				out = append(out, s.bars[i])
			}
			return out
		},
	}
}

func (s *Steps) place() {
	size := s.base.Size()
	s.floor.FillColor = colour(wf.Edge)
	s.floor.Move(fyne.NewPos(0, size.Height-1))
	s.floor.Resize(fyne.NewSize(size.Width, 1))
	for i, x := range s.steps {
		h := max(2, (size.Height-2)*x.High)
		s.bars[i].FillColor = tone(x.Tone)
		if x.Tone == look.Normal {
			s.bars[i].FillColor = colour(theme.ColorNameDisabled)
		}
		s.bars[i].Move(fyne.NewPos(size.Width*x.From, size.Height-1-h))
		s.bars[i].Resize(fyne.NewSize(max(2, size.Width*(x.To-x.From)-1), h))
	}
}
