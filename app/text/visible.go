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
	if plain(s, multi) && (max <= 0 || utf8.RuneCountInString(s) <= max) {
		return s
	}
	var b strings.Builder
	n, marks := 0, 0
	for _, r := range s {
		out := string(r)
		switch {
		case multi && (r == '\n' || r == '\t'):
		case r == '\r' && multi:
			continue
		case r == '\n' || r == '\r' || r == '\t':
			out = " "
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r):
			if marks++; marks > 3 {
				continue
			}
		case hidden(r):
			out = "⟨" + code(r) + "⟩"
		}
		if !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Me, r) {
			marks = 0
		}
		if c := utf8.RuneCountInString(out); max > 0 && n+c > max-1 {
			b.WriteString("…")
			break
		} else {
			n += c
		}
		b.WriteString(out)
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
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x034f: // blank letters and the grapheme joiner
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

// Middle shortens s to max runes by cutting its middle, so that a prefix and the
// entity at the end both stay readable.
func Middle(s string, max int) string {
	rs := []rune(s)
	if len(rs) <= max || max < 3 {
		return s
	}
	head := (max - 1) * 2 / 3
	tail := max - 1 - head
	return strings.TrimRight(string(rs[:head]), " ") + "…" + strings.TrimLeft(string(rs[len(rs)-tail:]), " ")
}
