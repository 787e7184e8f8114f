package widget

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"watchfloor/ui/look"
)

// RowHeight is the height of every grid row in pixels.
const RowHeight = 26

// Grid is a table of uniform rows with a header and a cursor. Only visible rows
// exist, so its cost does not grow with the number of rows.
type Grid struct {
	base
	Columns []look.Column
	Len     func() int
	Cells   func(i int) []look.Cell
	Press   Press
	// OnCursor is told when a click moved the cursor, OnOpen of a double click.
	OnCursor, OnOpen func(i int)
	OnFocus          func(bool)

	cursor    int
	clicked   int
	clickedAt time.Time
	focused   bool
	list      *gridList
	head      *headRow
	box       *fyne.Container
}

// NewGrid returns a grid with its header.
func NewGrid(columns []look.Column, length func() int, cells func(i int) []look.Cell, press Press) *Grid {
	g := &Grid{Columns: columns, Len: length, Cells: cells, Press: press, cursor: -1}
	g.list = newGridList(g)
	g.head = newHeadRow(g)
	g.box = container.New(headAbove{}, g.head, container.NewThemeOverride(g.list, dense{}))
	g.ExtendBaseWidget(g)
	return g
}

// CreateRenderer implements fyne.Widget.
func (g *Grid) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(g.box) }

// MinSize is small: the grid takes what it gets.
func (g *Grid) MinSize() fyne.Size { return fyne.NewSize(120, RowHeight*3) }

// Refresh draws the rows again.
func (g *Grid) Refresh() {
	g.head.Refresh()
	g.list.Refresh()
}

// Keys is what takes the keyboard for the rows.
func (g *Grid) Keys() fyne.Focusable { return g.list }

// Focused reports that the rows have the keyboard.
func (g *Grid) Focused() bool { return g.focused }

// Cursor is the active row, -1 without one.
func (g *Grid) Cursor() int { return g.cursor }

// SetCursor moves the cursor and scrolls it into view, without telling OnCursor.
func (g *Grid) SetCursor(i int) {
	if i < 0 || i >= g.Len() {
		g.cursor = -1
		g.list.quiet(g.list.UnselectAll)
		return
	}
	g.cursor = i
	g.list.quiet(func() {
		g.list.Select(i)
		g.list.ScrollTo(i)
	})
}

// Shift moves the cursor to row i and the content with it, so that the row stays
// where it is on the screen.
func (g *Grid) Shift(i int) {
	if i == g.cursor || i < 0 || g.cursor < 0 {
		g.SetCursor(i)
		return
	}
	off := g.list.GetScrollOffset() + float32(i-g.cursor)*RowHeight
	g.cursor = i
	g.list.quiet(func() {
		g.list.ScrollToOffset(off)
		g.list.Select(i)
	})
}

// Offset is how far the rows are scrolled, in pixels.
func (g *Grid) Offset() float32 { return g.list.GetScrollOffset() }

// Top is the first visible row.
func (g *Grid) Top() int { return int(g.list.GetScrollOffset() / RowHeight) }

// Page is the number of rows that fit.
func (g *Grid) Page() int { return max(1, int(g.list.Size().Height/RowHeight)) }

// ScrollTop shows the first row.
func (g *Grid) ScrollTop() { g.list.ScrollToOffset(0) }

type headAbove struct{}

func (headAbove) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(120, RowHeight*3) }
func (headAbove) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(s.Width, RowHeight))
	o[1].Move(fyne.NewPos(0, RowHeight))
	o[1].Resize(fyne.NewSize(s.Width, max(0, s.Height-RowHeight)))
}

// dense is the current theme without gaps between rows.
type dense struct{}

func now() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

func (dense) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color { return now().Color(n, v) }
func (dense) Font(s fyne.TextStyle) fyne.Resource                          { return now().Font(s) }
func (dense) Icon(n fyne.ThemeIconName) fyne.Resource                      { return now().Icon(n) }

func (dense) Size(n fyne.ThemeSizeName) float32 {
	if n == theme.SizeNamePadding {
		return 0
	}
	return size(n)
}
