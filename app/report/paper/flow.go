package paper

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Line is one line of text, ready to be put on a page.
type Line struct {
	runs  []run
	width float64 // thousandths of the size
	rtl   bool    // of a paragraph that begins at the right
}

// run is text in one font, in the order of the page.
type run struct {
	face  *face
	text  string
	width float64
}

// Break sets text in lines that fit width, in points. The first line has indent less.
// Line breaks in the text are kept; words break only where they are wider than a line.
func (s *Sheet) Break(text string, st Style, width, indent float64) []Line {
	var out []Line
	for _, par := range strings.Split(text, "\n") {
		out = append(out, s.paragraph(par, st, width*1000/st.Size, indent*1000/st.Size)...)
		indent = 0
	}
	return out
}

// letter is a character with what setting it needs.
type letter struct {
	r     rune
	face  *face
	width float64
}

func (s *Sheet) paragraph(text string, st Style, width, indent float64) []Line {
	runes := s.showable([]rune(norm.NFC.String(strings.ReplaceAll(text, "\t", "    "))), st.Bold)
	level, rtl := levels(runes)
	all := make([]letter, len(runes))
	for i, r := range runes {
		f := s.faceOf(r, st.Bold)
		w, _ := f.width(r)
		all[i] = letter{r, f, w}
	}
	var out []Line
	for start := 0; ; {
		end, next := fit(all, start, width-indent)
		indent = 0
		part := all[start:end]
		if level != nil {
			part = s.inOrder(runes[start:end], level[start:end], rtl, st.Bold)
		}
		out = append(out, setLine(part, rtl))
		if next >= len(all) {
			return out
		}
		start = next
	}
}

func (s *Sheet) inOrder(line []rune, level []uint8, rtl, bold bool) []letter {
	ordered := visual(line, level, rtl)
	out := make([]letter, len(ordered))
	for i, r := range ordered {
		f := s.faceOf(r, bold)
		w, _ := f.width(r)
		out[i] = letter{r, f, w}
	}
	return out
}

// showable joins letters and replaces what no font has by its code point.
func (s *Sheet) showable(in []rune, bold bool) []rune {
	in = join(in, func(r rune) bool { return s.faceOf(r, bold) != nil })
	if !slices.ContainsFunc(in, func(r rune) bool { return s.faceOf(r, bold) == nil }) {
		return in
	}
	out := make([]rune, 0, len(in)+16)
	for _, r := range in {
		if s.faceOf(r, bold) != nil {
			out = append(out, r)
			continue
		}
		out = append(out, []rune(fmt.Sprintf("⟨U+%04X⟩", r))...)
	}
	return out
}

// fit finds where a line that begins at start ends and where the next one begins.
func fit(all []letter, start int, width float64) (end, next int) {
	used, after := 0.0, -1 // after: behind the last place where a line may end
	for i := start; i < len(all); i++ {
		l := all[i]
		if i > start && mayBreak(all[i-1].r, l.r) {
			after = i
		}
		used += l.width
		if used <= width || l.r == ' ' || i == start {
			continue
		}
		if after < 0 {
			after = hardBreak(all, start, i)
		}
		end = after
		for end > start && all[end-1].r == ' ' {
			end--
		}
		return end, after
	}
	return len(all), len(all)
}

// mayBreak reports a good place between two characters: behind a blank, and beside
// characters that are written without blanks.
func mayBreak(a, b rune) bool {
	if unicode.Is(unicode.Mn, b) {
		return false
	}
	return a == ' ' && b != ' ' || ideograph(a) && b != ' ' && !unicode.IsPunct(b) || ideograph(b) && a != ' ' && !unicode.IsPunct(a)
}

func ideograph(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer)
}

// hardBreak finds where a word that is wider than a line is broken: behind the last
// punctuation in its second half, else before the character at i.
func hardBreak(all []letter, start, i int) int {
	for j := i; j > start+(i-start)/2; j-- {
		if strings.ContainsRune(`/\.-_,;:&?=|]`, all[j-1].r) {
			return j
		}
	}
	for i > start+1 && unicode.Is(unicode.Mn, all[i].r) {
		i--
	}
	return i
}

func setLine(part []letter, rtl bool) Line {
	l := Line{rtl: rtl}
	var b strings.Builder
	for i := 0; i < len(part); {
		f, w := part[i].face, 0.0
		b.Reset()
		for ; i < len(part) && part[i].face == f; i++ {
			b.WriteRune(part[i].r)
			w += part[i].width
		}
		l.runs = append(l.runs, run{f, b.String(), w})
		l.width += w
	}
	return l
}
