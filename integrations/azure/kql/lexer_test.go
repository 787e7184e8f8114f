package kql

import (
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a piece of a query: a word, a sign, a text or a comment.
type token struct{ kind, text string }

var errOpen = errors.New("a text is not closed on its line")

// lex takes a query apart as the language reference describes it: comments to the end of
// the line, texts in quotes with backslashes, @ before ones without, fences of three
// backticks or tildes over several lines, h before what must not be logged.
func lex(q string) (out []token, err error) {
	for q != "" {
		r, size := utf8.DecodeRuneInString(q)
		switch {
		case unicode.IsSpace(r):
			q = q[size:]
		case strings.HasPrefix(q, "//"):
			end := strings.IndexAny(q, "\r\n")
			if end < 0 {
				end = len(q)
			}
			out, q = append(out, token{"comment", q[:end]}), q[end:]
		case strings.HasPrefix(q, "```") || strings.HasPrefix(q, "~~~"):
			body, rest, ok := strings.Cut(q[3:], q[:3])
			if !ok {
				return out, errOpen
			}
			out, q = append(out, token{"text", body}), rest
		case r == '\'' || r == '"':
			body, rest, err := quoted(q[1:], byte(r))
			if err != nil {
				return out, err
			}
			out, q = append(out, token{"text", body}), rest
		case (r == '@' || r == 'h' || r == 'H') && len(q) > 1 && strings.ContainsAny(q[1:2], `'"`):
			var body, rest string
			if r == '@' {
				if body, rest, err = verbatim(q[2:], q[1]); err != nil {
					return out, err
				}
			} else if body, rest, err = quoted(q[2:], q[1]); err != nil {
				return out, err
			}
			out, q = append(out, token{"text", body}), rest
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_':
			end := strings.IndexFunc(q, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' })
			if end < 0 {
				end = len(q)
			}
			out, q = append(out, token{"word", q[:end]}), q[end:]
		default:
			out, q = append(out, token{"sign", q[:size]}), q[size:]
		}
	}
	return out, nil
}

// quoted reads up to the quote that closes.
func quoted(s string, quote byte) (body, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case s[i] == quote:
			return b.String(), s[i+1:], nil
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			return "", "", errOpen
		case r == '\\':
			c, used, err := escape(s[i:])
			if err != nil {
				return "", "", err
			}
			b.WriteRune(c)
			i += used
			continue
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return "", "", errOpen
}

func escape(s string) (r rune, used int, err error) {
	if len(s) < 2 {
		return 0, 0, errOpen
	}
	if digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[1]]; digits > 0 {
		if len(s) < 2+digits {
			return 0, 0, errOpen
		}
		n, err := strconv.ParseUint(s[2:2+digits], 16, 32)
		return rune(n), 2 + digits, err
	}
	at := strings.IndexByte(`abfnrtv\'"`, s[1])
	if at < 0 {
		return 0, 0, errors.New("no such escape: " + s[:2])
	}
	return rune("\a\b\f\n\r\t\v\\'\""[at]), 2, nil
}

// verbatim reads up to a quote that is not doubled.
func verbatim(s string, quote byte) (body, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\n' || s[i] == '\r':
			return "", "", errOpen
		case s[i] == quote && i+1 < len(s) && s[i+1] == quote:
			i++
		case s[i] == quote:
			return b.String(), s[i+1:], nil
		}
		b.WriteByte(s[i])
	}
	return "", "", errOpen
}

// operators is what a query does, without the texts in it: statements, and the operators
// of each.
func operators(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		switch {
		case t.kind == "text":
			b.WriteString("<text> ")
		case t.kind == "comment":
			b.WriteString("<comment> ")
		default:
			b.WriteString(t.text + " ")
		}
	}
	return b.String()
}
