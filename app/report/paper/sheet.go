package paper

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"codeberg.org/go-fonts/dejavu/dejavusans"
	"codeberg.org/go-fonts/dejavu/dejavusansbold"
	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"
)

// A4 in points.
const Width, Height = 595.28, 841.89

// Colour is red, green and blue.
type Colour [3]uint8

// Style of text. Size is in points.
type Style struct {
	Size   float64
	Bold   bool
	Colour Colour
}

// Leading is the distance between two lines of a style, in points.
func (st Style) Leading() float64 { return st.Size * 1.32 }

// Sheet is a PDF that is being written. It is for one goroutine.
type Sheet struct {
	pdf     *fpdf.Fpdf
	regular *face
	bold    *face
	more    []*face
	chosen  map[choice]*face
	font    *face // as the page has it now
	size    float64
	colour  Colour
	pages   int

	plotFonts map[string]bool // embedded for plots
}

type choice struct {
	r    rune
	bold bool
}

// New returns a sheet without a page. at is the date it carries. more are fonts for
// what the embedded ones lack, in order of preference; those that cannot be embedded
// are left out.
func New(title string, at time.Time, more [][]byte) *Sheet {
	p := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: Width, Ht: Height}})
	p.SetAutoPageBreak(false, 0)
	p.SetMargins(0, 0, 0)
	p.SetCatalogSort(true)
	p.SetCreationDate(at.UTC())
	p.SetModificationDate(at.UTC())
	p.SetProducer("Watchfloor", false)
	p.SetTitle(title, true)
	p.SetLang("en")
	regular, bold := builtIn()
	s := &Sheet{pdf: p, chosen: map[choice]*face{}, plotFonts: map[string]bool{}, regular: newFace("body", "", dejavusans.TTF, regular), bold: newFace("body", "B", dejavusansbold.TTF, bold)}
	s.embed(s.regular)
	s.embed(s.bold)
	for i, data := range more {
		if !Usable(data) {
			continue
		}
		f, err := sfnt.Parse(data)
		if err != nil {
			continue
		}
		extra := newFace(fmt.Sprintf("more%d", i), "", data, f)
		s.embed(extra)
		s.more = append(s.more, extra)
	}
	return s
}

func (s *Sheet) embed(f *face) { s.pdf.AddUTF8FontFromBytes(f.family, f.style, f.data) }

// faceOf is the font that shows a character, nil when none does.
func (s *Sheet) faceOf(r rune, bold bool) *face {
	key := choice{r, bold}
	if f, known := s.chosen[key]; known {
		return f
	}
	candidates := make([]*face, 0, 2+len(s.more))
	if bold {
		candidates = append(candidates, s.bold)
	}
	var found *face
	for _, f := range append(append(candidates, s.regular), s.more...) {
		if _, ok := f.width(r); ok {
			found = f
			break
		}
	}
	s.chosen[key] = found
	return found
}

// Lacks lists the characters of text that no font here shows, without duplicates.
func (s *Sheet) Lacks(text string) (out []rune) {
	seen := map[rune]bool{}
	for _, r := range text {
		if r != '\n' && r != '\t' && r <= 0xffff && !seen[r] && s.faceOf(r, false) == nil {
			seen[r] = true
			out = append(out, r)
		}
	}
	return out
}

// Page begins a page.
func (s *Sheet) Page() {
	s.pdf.AddPage()
	s.font = nil
	s.pages++
}

// Pages is how many there are.
func (s *Sheet) Pages() int { return s.pages }

// Turn goes back to a page, from 1.
func (s *Sheet) Turn(n int) {
	s.pdf.SetPage(n)
	s.pdf.SetFont(s.regular.family, s.regular.style, 1) // so that the next one is not taken for the same
	s.font = nil
}

// Width of a line in points.
func (l Line) Width(st Style) float64 { return l.width * st.Size / 1000 }

// Put sets a line between x and x+width, its base line at y. It stands at the right
// where right is set, and where its paragraph begins there.
func (s *Sheet) Put(l Line, st Style, x, y, width float64, right bool) {
	if right || l.rtl {
		x += width - l.Width(st)
	}
	for _, r := range l.runs {
		if s.font != r.face || s.size != st.Size {
			s.pdf.SetFont(r.face.family, r.face.style, st.Size)
			s.font, s.size = r.face, st.Size
		}
		if s.colour != st.Colour {
			s.pdf.SetTextColor(int(st.Colour[0]), int(st.Colour[1]), int(st.Colour[2]))
			s.colour = st.Colour
		}
		s.pdf.Text(x, y, r.text)
		x += r.width * st.Size / 1000
	}
}

// Rule draws a thin line from x to x+width, Bar a filled rectangle.
func (s *Sheet) Rule(x, y, width, thick float64, c Colour) { s.Bar(x, y, width, thick, c) }

func (s *Sheet) Bar(x, y, width, height float64, c Colour) {
	s.pdf.SetFillColor(int(c[0]), int(c[1]), int(c[2]))
	s.pdf.Rect(x, y, width, height, "F")
}

// Write ends the sheet and writes it.
func (s *Sheet) Write(w io.Writer) error {
	var b bytes.Buffer
	if err := s.pdf.Output(&b); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
