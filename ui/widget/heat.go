package widget

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/look"
	wf "watchfloor/ui/theme"
)

// Heat is a table of counts: one blue for all, stronger where there are more, the figure
// in every cell. It owns the keyboard while it has the focus and hands every key to Press.
type Heat struct {
	base
	Press Press
	// OnCell is told of a click on a cell.
	OnCell func(row, col int)

	rows, cols []string
	count      [][]int
	row, col   int
	focused    bool
	most       int

	back   []*canvas.Rectangle
	texts  []*canvas.Text
	ring   *canvas.Rectangle
	figure func(int) string
}

var (
	_ fyne.Focusable    = (*Heat)(nil)
	_ fyne.Tabbable     = (*Heat)(nil)
	_ fyne.Shortcutable = (*Heat)(nil)
	_ fyne.Tappable     = (*Heat)(nil)
)

const (
	heatLabel = 190 // of a row
	heatRow   = 22
	heatWide  = 96 // the widest column
	heatDeep  = 0.45
)

// NewHeat returns an empty table; figure writes a count.
func NewHeat(figure func(int) string, press Press) *Heat {
	h := &Heat{Press: press, figure: figure, ring: canvas.NewRectangle(color.Transparent)}
	h.ExtendBaseWidget(h)
	h.Set(nil, nil, nil)
	return h
}

// Set shows counts by row, then column.
func (h *Heat) Set(rows, cols []string, count [][]int) {
	h.rows, h.cols, h.count, h.most = rows, cols, count, 0
	for _, line := range count {
		for _, n := range line {
			h.most = max(h.most, n)
		}
	}
	need := (len(rows) + 1) * (len(cols) + 1)
	for len(h.texts) < need {
		h.texts = append(h.texts, canvas.NewText("", nil))
		h.back = append(h.back, canvas.NewRectangle(nil))
	}
	h.Refresh()
}

// Choose puts the ring around a cell.
func (h *Heat) Choose(row, col int) {
	h.row, h.col = row, col
	h.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (h *Heat) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{
		layout: func(fyne.Size) { h.place() }, refresh: h.place, more: h.objects,
		min: func() fyne.Size { return fyne.NewSize(heatLabel+60, heatRow*float32(len(h.rows)+1)) },
	}
}

func (h *Heat) objects() []fyne.CanvasObject {
	n := (len(h.rows) + 1) * (len(h.cols) + 1)
	out := make([]fyne.CanvasObject, 0, 2*n+1)
	for _, b := range h.back[:n] {
		out = append(out, b)
	}
	out = append(out, h.ring)
	for _, t := range h.texts[:n] {
		out = append(out, t)
	}
	return out
}

// width of a column of counts.
func (h *Heat) width() float32 {
	return max(20, min(heatWide, (h.base.Size().Width-heatLabel)/float32(max(1, len(h.cols)))))
}

func (h *Heat) place() {
	w, wide := h.width(), len(h.cols)+1
	for r := range len(h.rows) + 1 {
		for c := range wide {
			i := r*wide + c
			x, cw := float32(0), float32(heatLabel-8)
			if c > 0 {
				x, cw = heatLabel+float32(c-1)*w, w-2
			}
			h.placeCell(i, r, c, fyne.NewPos(x, float32(r)*heatRow), fyne.NewSize(cw, heatRow-2))
		}
	}
	h.ring.StrokeWidth, h.ring.StrokeColor, h.ring.CornerRadius = 2, colour(wf.Cursor), 2
	if !h.focused {
		h.ring.StrokeWidth = 1
	}
	h.ring.Hidden = len(h.rows) == 0 || len(h.cols) == 0
	h.ring.Move(fyne.NewPos(heatLabel+float32(h.col)*w, float32(h.row+1)*heatRow))
	h.ring.Resize(fyne.NewSize(w-2, heatRow-2))
}

func (h *Heat) placeCell(i, r, c int, at fyne.Position, s fyne.Size) {
	text, back := h.texts[i], h.back[i]
	label, tint := "", look.Normal
	back.FillColor = color.Transparent
	switch {
	case r == 0 && c == 0:
	case r == 0:
		label, tint = h.cols[c-1], look.Dim
	case c == 0:
		label = h.rows[r-1]
	default:
		n := h.count[r-1][c-1]
		label = h.figure(n)
		if n == 0 {
			label, tint = "·", look.Dim
		} else {
			back.FillColor = h.shade(n)
		}
	}
	back.CornerRadius = 2
	back.Move(at)
	back.Resize(s)
	text.TextSize, text.Color = size(theme.SizeNameText), tone(tint)
	if r == 0 {
		text.TextSize = size(theme.SizeNameCaptionText)
	}
	text.TextStyle = fyne.TextStyle{Bold: r == h.row+1 && c == h.col+1}
	text.Alignment = fyne.TextAlignCenter
	if c == 0 {
		text.Alignment = fyne.TextAlignLeading
	}
	text.Text = Fit(label, s.Width, text.TextSize, text.TextStyle, look.End)
	th := text.MinSize().Height
	text.Move(at.AddXY(0, (s.Height-th)/2))
	text.Resize(fyne.NewSize(s.Width, th))
}

// shade grows with the logarithm of the count: few and many stay apart beside one that
// has nearly all.
func (h *Heat) shade(n int) color.Color {
	r, g, b, _ := colour(theme.ColorNamePrimary).RGBA()
	part := math.Log1p(float64(n)) / math.Log1p(float64(max(1, h.most)))
	return color.NRGBA{R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8), A: uint8(255 * heatDeep * (0.2 + 0.8*part))} // #nosec G115 -- RGBA gives 16 bits
}

// Tapped takes the focus and tells of the cell.
func (h *Heat) Tapped(e *fyne.PointEvent) {
	FocusOn(h)
	row, col := int(e.Position.Y/heatRow)-1, int((e.Position.X-heatLabel)/h.width())
	if row >= 0 && row < len(h.rows) && e.Position.X >= heatLabel && col < len(h.cols) && h.OnCell != nil {
		h.OnCell(row, col)
	}
}

// FocusGained implements fyne.Focusable.
func (h *Heat) FocusGained() { h.focused = true; h.Refresh() }

// FocusLost implements fyne.Focusable.
func (h *Heat) FocusLost() { h.focused = false; h.Refresh() }

// TypedRune implements fyne.Focusable.
func (h *Heat) TypedRune(r rune) { h.Press(RuneName(r)) }

// TypedKey implements fyne.Focusable.
func (h *Heat) TypedKey(e *fyne.KeyEvent) {
	if name := KeyName(e); name != "" {
		h.Press(name)
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (h *Heat) TypedShortcut(s fyne.Shortcut) {
	if name := ShortcutName(s); name != "" {
		h.Press(name)
	}
}

// AcceptsTab implements fyne.Tabbable.
func (h *Heat) AcceptsTab() bool { return true }
