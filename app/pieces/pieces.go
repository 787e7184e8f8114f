// Package pieces takes apart what a person types into a filter bar. What the pieces mean is
// the business of the list that is filtered.
package pieces

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Piece is a part of a line between spaces.
type Piece struct {
	Text   string // without its quotes
	Quoted bool   // all of it was in quotes
	Not    bool   // a "-" stood before it
}

// Longest and Most bound a line of a filter, in characters and in conditions: what is
// beyond was pasted by mistake, and SQLite takes patterns of 50,000 bytes and a thousand
// conditions (sqlite.org/limits.html).
const Longest, Most = 10_000, 200

// TooMuch says that a line is beyond Longest or, with conditions counted, beyond Most; ""
// when it is not.
func TooMuch(line string, conditions int) string {
	switch {
	case len(line) > Longest && utf8.RuneCountInString(line) > Longest:
		return "The filter is longer than 10,000 characters; shorten it"
	case conditions > Most:
		return "The filter has more than 200 conditions; leave some out"
	}
	return ""
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
