package cli

import (
	"bufio"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"

	"watchfloor/app/text"
)

// table prints aligned columns. Cells are made plain here: no caller can forget it.
type table struct {
	header []string
	rows   [][]string
	// flex is the column that gives way when the terminal is narrow; its text is cut
	// in the middle, so that the prefix and the entity at the end stay.
	flex int
	// paint colours a cell after it was padded; nil leaves it.
	paint func(col int, row int, cell string) string
}

// unbounded is the width of the flexible column where the terminal's is unknown.
const unbounded = 100

// narrowest is the least a flexible column shrinks to.
const narrowest = 12

func (t table) print(w io.Writer, columns int) error {
	width := make([]int, len(t.header))
	cells := make([][]string, 0, len(t.rows)+1)
	for _, row := range append([][]string{t.header}, t.rows...) {
		plain := make([]string, len(t.header))
		for i := range t.header {
			if i < len(row) {
				plain[i] = text.Line(row[i], 0)
			}
			width[i] = max(width[i], runewidth.StringWidth(plain[i]))
		}
		cells = append(cells, plain)
	}
	room := unbounded
	if columns > 0 {
		room = columns
		for i, w := range width {
			if i != t.flex {
				room -= w + 2
			}
		}
	}
	width[t.flex] = min(width[t.flex], max(room, narrowest))
	b := bufio.NewWriter(w)
	for n, row := range cells {
		last := lastFilled(row)
		for i := 0; i <= last; i++ {
			cell := row[i]
			if runewidth.StringWidth(cell) > width[i] {
				cell = middle(cell, width[i])
			}
			pad := ""
			if i < last {
				pad = strings.Repeat(" ", width[i]-runewidth.StringWidth(cell)+2)
			}
			if t.paint != nil && n > 0 {
				cell = t.paint(i, n-1, cell)
			}
			_, _ = b.WriteString(cell + pad)
		}
		_ = b.WriteByte('\n')
	}
	return b.Flush()
}

func lastFilled(row []string) int {
	for i := len(row) - 1; i > 0; i-- {
		if row[i] != "" {
			return i
		}
	}
	return 0
}

// middle is text.Middle by width on screen: wide characters count two.
func middle(s string, width int) string {
	for runes := width; runes >= 3; runes-- {
		if m := text.Middle(s, runes); runewidth.StringWidth(m) <= width {
			return m
		}
	}
	return runewidth.Truncate(s, width, "")
}
