package widget

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/look"
	wf "watchfloor/ui/theme"
)

const (
	cellGap  = 10 // between columns
	rowStart = 10 // before the first column
	edgeAt   = 4  // the bar of a row, beside that of the cursor
)

// spans returns left edge and width of every column, width 0 for a hidden one.
func spans(columns []look.Column, width float32) (at, wide []float32) {
	at, wide = make([]float32, len(columns)), make([]float32, len(columns))
	left, flex := width-rowStart, float32(0)
	for _, c := range columns {
		if width >= c.From && !c.Off {
			left -= c.Width + cellGap
			flex += c.Flex
		}
	}
	x := float32(rowStart)
	for i, c := range columns {
		if width < c.From || c.Off {
			continue
		}
		at[i], wide[i] = x, c.Width
		if c.Flex > 0 {
			wide[i] = max(40, c.Width+left*c.Flex/flex)
		}
		x += wide[i] + cellGap
	}
	return at, wide
}

// doubleClick is the longest time between the two clicks of one.
const doubleClick = 400 * time.Millisecond

// gridRow is one visible row. Its objects are made once and reused.
type gridRow struct {
	base
	grid   *Grid
	index  int
	cells  []look.Cell
	bar    *canvas.Rectangle // of the cursor
	edge   *canvas.Rectangle // look.Cell.Bar
	texts  []*canvas.Text
	parts  map[int]*canvas.Rectangle // look.Cell.Part, by column
	shapes [][]fyne.CanvasObject
	drawn  []look.Cell // what shapes were made for
}

func newGridRow(g *Grid) *gridRow {
	r := &gridRow{grid: g, index: -1, bar: canvas.NewRectangle(nil), edge: canvas.NewRectangle(nil)}
	r.ExtendBaseWidget(r)
	return r
}

func (r *gridRow) MinSize() fyne.Size { return fyne.NewSize(100, RowHeight) }

// Tapped moves the cursor at once; a second click soon after opens the row. (The
// toolkit's own double click would hold every first click back.)
func (r *gridRow) Tapped(*fyne.PointEvent) {
	touched()
	g, i, now := r.grid, r.index, time.Now()
	again := i == g.clicked && now.Sub(g.clickedAt) < doubleClick
	g.clicked, g.clickedAt = i, now
	FocusOn(g.list)
	g.list.Select(i)
	if again && g.OnOpen != nil {
		g.OnOpen(i)
	}
}

func (r *gridRow) show(i int) {
	r.index, r.cells = i, r.grid.Cells(i)
	r.Refresh()
}

func (r *gridRow) CreateRenderer() fyne.WidgetRenderer {
	n := len(r.grid.Columns)
	r.texts, r.shapes, r.drawn = make([]*canvas.Text, n), make([][]fyne.CanvasObject, n), make([]look.Cell, n)
	for i := range r.texts {
		r.texts[i] = canvas.NewText("", nil)
	}
	return &renderer{
		layout: func(fyne.Size) { r.place() }, refresh: r.paint, more: r.objects,
		min: func() fyne.Size { return fyne.NewSize(100, RowHeight) },
	}
}

func (r *gridRow) objects() []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, 0, len(r.texts)+2)
	out = append(out, r.bar)
	if len(r.cells) > 0 && r.cells[0].Bar != "" {
		out = append(out, r.edge)
	}
	for i, t := range r.texts {
		if r.grid.Columns[i].Off {
			continue
		}
		if p := r.parts[i]; p != nil && r.drawn[i].Part.Tone != "" {
			out = append(out, p)
		}
		out = append(append(out, t), r.shapes[i]...)
	}
	return out
}

func (r *gridRow) paint() {
	r.bar.FillColor = colour(wf.Cursor)
	if r.index == r.grid.cursor && r.index >= 0 && r.grid.focused {
		r.bar.Show()
	} else {
		r.bar.Hide()
	}
	r.place()
	for _, t := range r.texts {
		t.Refresh()
	}
}

func (r *gridRow) place() {
	s := r.base.Size()
	r.bar.Move(fyne.NewPos(0, 0))
	r.bar.Resize(fyne.NewSize(3, s.Height))
	if len(r.cells) > 0 && r.cells[0].Bar != "" {
		r.edge.FillColor = tone(r.cells[0].Bar)
		r.edge.Move(fyne.NewPos(edgeAt, 2))
		r.edge.Resize(fyne.NewSize(3, s.Height-4))
	}
	at, wide := spans(r.grid.Columns, s.Width)
	for i, t := range r.texts {
		var c look.Cell
		if i < len(r.cells) && wide[i] > 0 {
			c = r.cells[i]
		}
		r.placeCell(i, t, c, at[i], wide[i], s.Height, r.grid.Columns[i].Right)
	}
}

func (r *gridRow) placeCell(i int, t *canvas.Text, c look.Cell, x, w, h float32, right bool) {
	ts := size(theme.SizeNameText)
	side := ts * 0.78
	if c.Shape != r.drawn[i].Shape || c.Shape != look.NoShape {
		r.shapes[i] = newShape(c.Shape, tone(c.ShapeTone))
		placeShape(r.shapes[i], fyne.NewPos(x, (h-side)/2), side)
	}
	r.drawn[i] = c
	r.placePart(i, c.Part, x, w, h)
	if c.Shape != look.NoShape {
		x, w = x+side+6, w-side-6
	}
	t.TextSize, t.Color = ts, tone(c.Tone)
	t.TextStyle = fyne.TextStyle{Bold: c.Bold, Monospace: c.Mono}
	if c.Mono {
		t.TextSize = ts - 1
	}
	t.Text = Fit(c.Text, w, t.TextSize, t.TextStyle, c.Fit)
	t.Alignment = fyne.TextAlignLeading
	if right {
		t.Alignment = fyne.TextAlignTrailing
	}
	th := t.MinSize().Height
	t.Move(fyne.NewPos(x, (h-th)/2))
	t.Resize(fyne.NewSize(max(0, w), th))
}

// placePart fills a stretch of a cell; the rectangle is made for the first one.
func (r *gridRow) placePart(i int, p look.Part, x, w, h float32) {
	if p.Tone == "" {
		return
	}
	if r.parts == nil {
		r.parts = map[int]*canvas.Rectangle{}
	}
	if r.parts[i] == nil {
		r.parts[i] = canvas.NewRectangle(nil)
	}
	from, to := max(0, min(p.From, p.To)), min(1, max(p.From, p.To))
	r.parts[i].FillColor = tone(p.Tone)
	r.parts[i].Move(fyne.NewPos(x+w*from, 5))
	r.parts[i].Resize(fyne.NewSize(max(1.5, w*(to-from)), h-10))
}

// headRow is the header of a grid.
type headRow struct {
	base
	grid  *Grid
	back  *canvas.Rectangle
	line  *canvas.Rectangle
	texts []*canvas.Text
}

func newHeadRow(g *Grid) *headRow {
	h := &headRow{grid: g, back: canvas.NewRectangle(nil), line: canvas.NewRectangle(nil)}
	for range g.Columns {
		h.texts = append(h.texts, canvas.NewText("", nil))
	}
	h.ExtendBaseWidget(h)
	return h
}

func (h *headRow) CreateRenderer() fyne.WidgetRenderer {
	objects := func() []fyne.CanvasObject {
		out := []fyne.CanvasObject{h.back, h.line}
		for i, t := range h.texts {
			if !h.grid.Columns[i].Off {
				out = append(out, t)
			}
		}
		return out
	}
	return &renderer{
		more: objects, layout: func(fyne.Size) { h.place() }, refresh: h.paint,
		min: func() fyne.Size { return fyne.NewSize(100, RowHeight) },
	}
}

func (h *headRow) paint() {
	h.back.FillColor, h.line.FillColor = colour(theme.ColorNameHeaderBackground), colour(wf.Edge)
	h.place()
	for _, t := range h.texts {
		t.Refresh()
	}
	h.back.Refresh()
}

func (h *headRow) place() {
	s := h.base.Size()
	h.back.Resize(s)
	h.line.Move(fyne.NewPos(0, s.Height-1))
	h.line.Resize(fyne.NewSize(s.Width, 1))
	at, wide := spans(h.grid.Columns, s.Width)
	for i, t := range h.texts {
		c := h.grid.Columns[i]
		t.TextSize, t.Color = size(theme.SizeNameCaptionText), tone(look.Dim)
		t.Text = Fit(c.Title, wide[i], t.TextSize, fyne.TextStyle{}, look.End)
		t.Alignment = fyne.TextAlignLeading
		if c.Right {
			t.Alignment = fyne.TextAlignTrailing
		}
		th := t.MinSize().Height
		t.Move(fyne.NewPos(at[i], (s.Height-th)/2))
		t.Resize(fyne.NewSize(wide[i], th))
	}
}
