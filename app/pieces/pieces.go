// Package pieces takes apart what a person types into a filter bar. What the pieces mean is
// the business of the list that is filtered.
package pieces

import (
	"strings"
	"unicode"
)

// Piece is a part of a line between spaces.
type Piece struct {
	Text   string // without its quotes
	Quoted bool   // all of it was in quotes
	Not    bool   // a "-" stood before it
}

// Of takes a line apart at spaces outside quotes. It never fails: a quote that is not
// closed ends with the line, and a "-" alone is a piece like any other.
func Of(s string) []Piece {
	var out []Piece
	rs := []rune(s)
	for i := 0; i < len(rs); {
		if unicode.IsSpace(rs[i]) {
			i++
			continue
		}
		var p Piece
		if rs[i] == '-' && i+1 < len(rs) && !unicode.IsSpace(rs[i+1]) {
			p.Not = true
			i++
		}
		p.Quoted = rs[i] == '"'
		var b strings.Builder
		for i < len(rs) && !unicode.IsSpace(rs[i]) {
			if rs[i] != '"' {
				b.WriteRune(rs[i])
				i++
				continue
			}
			for i++; i < len(rs) && rs[i] != '"'; i++ {
				b.WriteRune(rs[i])
			}
			i++
			if p.Quoted {
				break
			}
		}
		p.Text = b.String()
		out = append(out, p)
	}
	return out
}
