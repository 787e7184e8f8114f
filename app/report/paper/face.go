package paper

import (
	"encoding/binary"
	"sync"

	"codeberg.org/go-fonts/dejavu/dejavusans"
	"codeberg.org/go-fonts/dejavu/dejavusansbold"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Fonts finds fonts for characters that the embedded ones lack. It may search the
// disk.
type Fonts interface {
	// Font returns a TrueType font that has at least one of the characters, nil without
	// one.
	Font(missing []rune) []byte
}

// face is a font of a sheet.
type face struct {
	family, style string
	data          []byte
	font          *sfnt.Font
	buf           sfnt.Buffer
	widths        map[rune]float64 // thousandths of the size; negative: not there
}

var builtIn = sync.OnceValues(func() (regular, bold *sfnt.Font) {
	return must(dejavusans.TTF), must(dejavusansbold.TTF)
})

func must(ttf []byte) *sfnt.Font {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		panic("paper: the embedded font is broken: " + err.Error())
	}
	return f
}

func newFace(family, style string, data []byte, f *sfnt.Font) *face {
	return &face{family: family, style: style, data: data, font: f, widths: map[rune]float64{}}
}

// width of a character in thousandths of the size; ok is false when the font lacks it.
func (f *face) width(r rune) (w float64, ok bool) {
	if w, known := f.widths[r]; known {
		return w, w >= 0
	}
	w = -1
	if r <= 0xffff { // the PDF library has two bytes for a character
		if g, err := f.font.GlyphIndex(&f.buf, r); err == nil && g != 0 {
			if a, err := f.font.GlyphAdvance(&f.buf, g, fixed.I(1000), font.HintingNone); err == nil {
				w = float64(a) / 64
			}
		}
	}
	f.widths[r] = w
	return w, w >= 0
}

// Usable reports that a font file can be embedded: TrueType outlines, a character map
// that the PDF library reads, and no word of its maker against embedding or cutting.
func Usable(ttf []byte) bool {
	if len(ttf) < 12 {
		return false
	}
	if v := binary.BigEndian.Uint32(ttf); v != 0x00010000 && v != 0x74727565 {
		return false
	}
	for _, name := range []string{"glyf", "loca", "head", "hhea", "hmtx", "maxp", "post", "name"} {
		if table(ttf, name) == nil {
			return false
		}
	}
	if os2 := table(ttf, "OS/2"); len(os2) < 10 || binary.BigEndian.Uint16(os2[8:])&0x0302 != 0 { // restricted, no subsetting, bitmaps only
		return false
	}
	if !hasPlainMap(table(ttf, "cmap")) {
		return false
	}
	_, err := sfnt.Parse(ttf)
	return err == nil
}

// table is the content of a table of a font file, nil where it is missing or reaches
// over the end.
func table(ttf []byte, name string) []byte {
	n := int(binary.BigEndian.Uint16(ttf[4:]))
	for i := range n {
		at := 12 + 16*i
		if at+16 > len(ttf) {
			return nil
		}
		if string(ttf[at:at+4]) != name {
			continue
		}
		from, size := uint64(binary.BigEndian.Uint32(ttf[at+8:])), uint64(binary.BigEndian.Uint32(ttf[at+12:]))
		if size == 0 || from+size > uint64(len(ttf)) {
			return nil
		}
		return ttf[from : from+size]
	}
	return nil
}

// hasPlainMap looks for a Unicode map of format 4.
func hasPlainMap(cmap []byte) bool {
	if len(cmap) < 4 {
		return false
	}
	for i := range int(binary.BigEndian.Uint16(cmap[2:])) {
		at := 4 + 8*i
		if at+8 > len(cmap) {
			return false
		}
		platform, encoding := binary.BigEndian.Uint16(cmap[at:]), binary.BigEndian.Uint16(cmap[at+2:])
		from := uint64(binary.BigEndian.Uint32(cmap[at+4:]))
		if (platform == 3 && encoding == 1 || platform == 0) && from+2 <= uint64(len(cmap)) && binary.BigEndian.Uint16(cmap[from:]) == 4 {
			return true
		}
	}
	return false
}
