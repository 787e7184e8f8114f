package chart

import (
	"image/color"

	"watchfloor/app"
)

// Theme picks the colours of a figure.
type Theme int

// Themes. Reports are always Light.
const (
	Light Theme = iota
	Dark
)

// palette holds the colours of one theme. Those of severities are the table of
// docs/metrics.md: at least 3:1 against the background and apart from each other for
// the three common kinds of colour blindness.
type palette struct {
	back, text, muted, grid color.NRGBA
	severity                [int(app.High) + 1]color.NRGBA
	age                     [5]color.NRGBA // one hue; the older, the further from the background
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff} // #nosec G115 -- a byte of the three
}

var palettes = map[Theme]palette{
	Light: {
		back: rgb(0xFFFFFF), text: rgb(0x1B1F26), muted: rgb(0x59606F), grid: rgb(0xE4E7EC),
		severity: [...]color.NRGBA{
			app.SeverityUnknown: rgb(0x1B1F26), app.Informational: rgb(0x59606F),
			app.Low: rgb(0x499BCE), app.Medium: rgb(0xA76D00), app.High: rgb(0x800E1F),
		},
		age: [...]color.NRGBA{rgb(0xC3DCF4), rgb(0x86B5E3), rgb(0x4A8BCB), rgb(0x24619F), rgb(0x0C3766)},
	},
	Dark: {
		back: rgb(0x15181D), text: rgb(0xE8EAED), muted: rgb(0xA4A9B1), grid: rgb(0x2A2F37),
		severity: [...]color.NRGBA{
			app.SeverityUnknown: rgb(0xE8EAED), app.Informational: rgb(0x969A9F),
			app.Low: rgb(0x60C2F8), app.Medium: rgb(0xFCD558), app.High: rgb(0xF14055),
		},
		age: [...]color.NRGBA{rgb(0x274664), rgb(0x3A6C9C), rgb(0x5C9AD2), rgb(0x94C4EF), rgb(0xDCEEFF)},
	},
}

// mix returns a colour between a and b, t=0 being a. It replaces transparency, so that
// PNG and SVG look alike.
func mix(a, b color.NRGBA, t float64) color.NRGBA {
	m := func(x, y uint8) uint8 { return uint8(float64(x)*(1-t) + float64(y)*t + 0.5) }
	return color.NRGBA{R: m(a.R, b.R), G: m(a.G, b.G), B: m(a.B, b.B), A: 0xff} // #nosec G115 -- a byte of the three
}
