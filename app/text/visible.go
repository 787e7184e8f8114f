package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns s as one line of plain text: control, bidirectional and invisible
// characters are replaced by a visible mark such as ⟨U+202E⟩, line breaks and tabs by
// a space, invalid UTF-8 by U+FFFD, runs of more than three combining marks are cut.
// At most max runes are returned (0 = no bound), the last one being "…" when cut.
func Line(s string, max int) string { return clean(s, max, false) }

// Block is Line for text of several lines: line breaks and tabs stay.
func Block(s string, max int) string { return clean(s, max, true) }

func clean(s string, max int, multi bool) string {
	cut := false
	if max > 0 && len(s) > 8*max+256 { // whatever is behind cannot be shown
		s, cut = s[:8*max+256], true
		for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
			s = s[:len(s)-1]
		}
		s = s[:len(s)-1] // the start of a character that may be incomplete
	}
	if !cut && plain(s, multi) && (max <= 0 || len(s) <= max) {
		return s
	}
	var b strings.Builder
	n, marks, keep := 0, 0, 0 // keep: how much leaves room for "…"
	for _, r := range s {
		out := string(r)
		mark := false
		switch {
		case multi && (r == '\n' || r == '\t'):
		case r == '\r' && multi, r == 0xfe0e, r == 0xfe0f: // the last two choose between text and emoji
			continue
		case r == '\n' || r == '\r' || r == '\t':
			out = " "
		case hidden(r):
			out = "⟨" + code(r) + "⟩"
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; marks > 3 {
				continue
			}
			mark = true
		}
		if !mark {
			marks = 0
		}
		c := utf8.RuneCountInString(out)
		if max > 0 && n+c > max {
			cut = true
			break
		}
		n += c
		b.WriteString(out)
		if n < max {
			keep = b.Len()
		}
	}
	if cut {
		return b.String()[:keep] + "…"
	}
	return b.String()
}

func plain(s string, multi bool) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf || c == 0x7f || (c < 0x20 && !(multi && (c == '\n' || c == '\t'))) {
			return false
		}
	}
	return true
}

// hidden reports characters that do not show or that reorder what is around them.
func hidden(r rune) bool {
	switch {
	case r == ' ':
		return false
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Cs, r):
		return true
	case unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return true
	case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return true
	case r == 0x2800: // a braille pattern without dots
		return true
	case unicode.Is(unicode.Zs, r):
		return true
	}
	return false
}

func code(r rune) string {
	const digits = "0123456789ABCDEF"
	s := ""
	for v := r; v > 0 || len(s) < 4; v >>= 4 {
		s = string(digits[v&15]) + s
	}
	return "U+" + s
}

// Middle shortens s to at most max runes (0 = no bound) by cutting its middle, so that
// a prefix and the entity at the end both stay readable.
func Middle(s string, max int) string {
	if max <= 0 || len(s) <= max {
		return s
	}
	head := (max - 1) * 2 / 3
	n, start := 0, 0
	for i := range s {
		if n == head {
			start = i
		}
		if n++; n > max {
			break
		}
	}
	if n <= max {
		return s
	}
	end := len(s)
	for range max - 1 - head {
		_, size := utf8.DecodeLastRuneInString(s[:end])
		end -= size
	}
	return strings.TrimRight(s[:start], " ") + "…" + strings.TrimLeft(s[end:], " ")
}
