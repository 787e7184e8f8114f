// Package look is the vocabulary between presenters and views: tones, shapes, cells
// and columns. It is pure data, so that presenters can say how something looks
// without knowing the toolkit.
package look

import "strings"

// Tone names a colour of the theme. Severity tones carry meaning and are never used
// for anything else.
type Tone string

// Tones. The zero Tone is the normal text colour.
const (
	Normal Tone = ""
	Dim    Tone = "wfDim"
	Accent Tone = "wfAccent"
	Alarm  Tone = "wfAlarm" // late clocks and failures, always beside a number or word
	Warn   Tone = "wfWarn"
	High   Tone = "wfSevHigh"
	Medium Tone = "wfSevMedium"
	Low    Tone = "wfSevLow"
	Info   Tone = "wfSevInfo"
)

// Tenant is the tone of a tenant's colour, one of profile.Colours. It is drawn as a bar,
// always beside the tenant's name, and never colours text.
func Tenant(colour string) Tone {
	if colour == "" {
		return "wfTenantSlate"
	}
	return Tone("wfTenant" + strings.ToUpper(colour[:1]) + colour[1:])
}

// Shape is a drawn mark; it never depends on a font.
type Shape int

// Shapes.
const (
	NoShape Shape = iota
	Triangle
	Diamond
	Dot
	Ring
	Clock
	Marked // a filled box with a tick
)

// Fit says where text that is too long is cut.
type Fit int

// Fits.
const (
	End Fit = iota
	Middle
)

// Cell is one field of a table row. Text is plain and already made visible.
type Cell struct {
	Text       string
	Tone       Tone
	Shape      Shape
	ShapeTone  Tone
	Bold, Mono bool
	Fit        Fit
	// Bar is the colour of the bar at the left edge of the row; only that of the first
	// cell is drawn.
	Bar Tone
	// Part is a stretch of the cell that is filled, behind the text.
	Part Part
}

// Part is a stretch of a cell's width, From and To between 0 and 1 in either order; the
// zero Part fills nothing. One that is too short to be seen is drawn as a hairline.
type Part struct {
	From, To float32
	Tone     Tone
}

// Column is a table column. Flex shares what is left after the fixed widths; a
// column hides while the table is narrower than From.
type Column struct {
	Title string
	Width float32 // device-independent pixels; the least width of a flexible column
	Flex  float32
	Right bool
	From  float32
	Off   bool // not shown at any width
}

// T is a plain cell.
func T(s string) Cell { return Cell{Text: s} }

// D is a cell in the dim tone.
func D(s string) Cell { return Cell{Text: s, Tone: Dim} }
