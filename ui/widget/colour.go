package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/look"
	wf "watchfloor/ui/theme"
)

func colour(n fyne.ThemeColorName) color.Color {
	s := fyne.CurrentApp().Settings()
	return s.Theme().Color(n, s.ThemeVariant())
}

func tone(t look.Tone) color.Color {
	if t == look.Normal {
		return colour(theme.ColorNameForeground)
	}
	return colour(fyne.ThemeColorName(t))
}

func size(n fyne.ThemeSizeName) float32 { return fyne.CurrentApp().Settings().Theme().Size(n) }

// Fill is a rectangle in a theme colour that follows the theme.
type Fill struct {
	base
	Name fyne.ThemeColorName
	// Radius rounds the corners; Border draws a hairline, in the colour Edge where that
	// is given.
	Radius float32
	Border bool
	Edge   fyne.ThemeColorName
	Least  fyne.Size
	rect   *canvas.Rectangle
}

// NewFill returns a rectangle of a colour name.
func NewFill(n fyne.ThemeColorName) *Fill {
	f := &Fill{Name: n, rect: canvas.NewRectangle(color.Transparent)}
	f.ExtendBaseWidget(f)
	return f
}

// Panel is a fill for bars and cards.
func Panel() *Fill { return NewFill(wf.Panel) }

// Rule is a horizontal or vertical hairline.
func Rule() *Fill {
	f := NewFill(wf.Edge)
	f.Least = fyne.NewSquareSize(1)
	return f
}

// CreateRenderer implements fyne.Widget.
func (f *Fill) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{
		objects: []fyne.CanvasObject{f.rect},
		layout:  func(s fyne.Size) { f.rect.Resize(s) },
		min:     func() fyne.Size { return f.Least },
		refresh: f.paint,
	}
}

func (f *Fill) paint() {
	f.rect.FillColor = colour(f.Name)
	f.rect.CornerRadius = f.Radius
	f.rect.StrokeWidth = 0
	if f.Border {
		f.rect.StrokeWidth, f.rect.StrokeColor = 1, colour(wf.Edge)
		if f.Edge != "" {
			f.rect.StrokeColor = colour(f.Edge)
		}
	}
	f.rect.Refresh()
}
