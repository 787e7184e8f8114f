package odata

import (
	"fmt"
	"strings"
)

type tokenKind int

const (
	tokEnd tokenKind = iota
	tokWord
	tokText // a quoted string, unescaped
	tokOpen
	tokClose
	tokComma
)

type token struct {
	kind tokenKind
	text string
	at   int
}

// maxFilter bounds an expression, as the services do.
const maxFilter = 8 << 10

func lex(s string) ([]token, error) {
	if len(s) > maxFilter {
		return nil, fmt.Errorf("the filter is longer than %d characters", maxFilter)
	}
	var out []token
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == ' ' || c == '\t':
			i++
		case c == '(':
			out, i = append(out, token{tokOpen, "(", i}), i+1
		case c == ')':
			out, i = append(out, token{tokClose, ")", i}), i+1
		case c == ',':
			out, i = append(out, token{tokComma, ",", i}), i+1
		case c == '\'':
			text, next, err := quoted(s, i)
			if err != nil {
				return nil, err
			}
			out, i = append(out, token{tokText, text, i}), next
		default:
			j := i
			for j < len(s) && !strings.ContainsRune(" \t(),'", rune(s[j])) {
				j++
			}
			out, i = append(out, token{tokWord, s[i:j], i}), j
		}
	}
	return append(out, token{kind: tokEnd, at: len(s)}), nil
}

// quoted reads a string literal; a quote inside is written twice.
func quoted(s string, at int) (text string, next int, err error) {
	var b strings.Builder
	for i := at + 1; i < len(s); i++ {
		if s[i] != '\'' {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == '\'' {
			b.WriteByte('\'')
			i++
			continue
		}
		return b.String(), i + 1, nil
	}
	return "", 0, fmt.Errorf("unterminated string literal at position %d", at)
}
