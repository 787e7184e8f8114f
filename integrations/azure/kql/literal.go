package kql

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Literal is a value as a query spells it; Text makes one.
type Literal struct{ text string }

func (l Literal) String() string { return l.text }

// Text is s between single quotes. The backslash, both quotes and every character that
// ends a line or does not show are escaped; what is no UTF-8 becomes U+FFFD, as Kusto does
// with it (string data type, learn.microsoft.com).
func Text(s string) Literal {
	var b strings.Builder
	b.Grow(len(s) + 2)
	b.WriteByte('\'')
	for _, r := range s {
		switch {
		case r == '\\' || r == '\'' || r == '"':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == utf8.RuneError || unicode.IsGraphic(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			fmt.Fprintf(&b, `\u%04X`, r)
		}
	}
	b.WriteByte('\'')
	return Literal{b.String()}
}
