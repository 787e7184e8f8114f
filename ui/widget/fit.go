package widget

import (
	"strings"

	"fyne.io/fyne/v2"

	"watchfloor/ui/look"
)

const ellipsis = "…"

// Fit shortens s until it is no wider than width pixels at a text size and style.
// Middle keeps two thirds of the beginning and the end.
func Fit(s string, width, size float32, style fyne.TextStyle, fit look.Fit) string {
	if s == "" || width <= 0 {
		return ""
	}
	full := fyne.MeasureText(s, size, style).Width
	if full <= width {
		return s
	}
	rs := []rune(s)
	n := int(float32(len(rs)) * width / full)
	for ; n > 1; n-- {
		short := cut(rs, n, fit)
		w := fyne.MeasureText(short, size, style).Width
		if w <= width {
			return short
		}
		if over := int((w - width) / full * float32(len(rs))); over > 1 {
			n -= over - 1
		}
	}
	if fyne.MeasureText(ellipsis, size, style).Width <= width {
		return ellipsis
	}
	return ""
}

func cut(rs []rune, n int, fit look.Fit) string {
	if n >= len(rs) {
		return string(rs)
	}
	head, tail := n-1, 0
	if fit == look.Middle && n > 4 {
		head = (n - 1) * 2 / 3
		tail = n - 1 - head
	}
	return strings.TrimRight(string(rs[:head]), " ") + ellipsis + strings.TrimLeft(string(rs[len(rs)-tail:]), " ")
}
