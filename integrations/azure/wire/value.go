package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"
)

// Into decodes one row into v, a pointer to a struct. A field of the wrong type stays
// empty and the others are filled. False: something was odd about the row.
func Into(raw []byte, v any) bool {
	return json.Unmarshal(raw, v) == nil && utf8.Valid(raw)
}

// Text is a string that may come as a number, as ids do. Anything else is kept as its
// JSON with Odd set.
type Text struct {
	S   string
	Odd bool
}

// UnmarshalJSON implements json.Unmarshaler; it never fails.
func (t *Text) UnmarshalJSON(b []byte) error {
	*t = Text{}
	if n := len(b); n >= 2 && b[0] == '"' && bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b) && bytes.IndexByte(b[1:n-1], '"') < 0 {
		t.S = string(b[1 : n-1]) // nothing to unescape
		return nil
	}
	if bytes.Equal(b, []byte("null")) || json.Unmarshal(b, &t.S) == nil {
		return nil
	}
	t.S = string(b)
	t.Odd = len(b) == 0 || b[0] != '-' && (b[0] < '0' || b[0] > '9')
	return nil
}

// Clock reads the times of a row and notices those it cannot read.
type Clock struct{ Odd bool }

// layouts after RFC 3339: some older parts leave the zone out and mean UTC.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05Z07:00"}

// Time parses s into UTC; zero for "" and for what it cannot read.
func (c *Clock) Time(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return t.UTC()
		}
	}
	c.Odd = true
	return time.Time{}
}

// ErrRow marks a row that is not a JSON object.
var ErrRow = errors.New("row is not an object")

// Members decodes an object's members without looking into them.
func Members(raw []byte) (map[string]json.RawMessage, error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(raw, &m); err != nil || m == nil {
		return nil, ErrRow
	}
	return m, nil
}

// Fields splits an object's members by brackets and quotes alone, for a row that was
// checked as a whole; a member may be invalid where the row is. The parts share memory
// with raw.
func Fields(raw []byte) (map[string]json.RawMessage, error) {
	s := scanner{b: bytes.TrimSpace(raw), i: 1}
	if len(s.b) == 0 || s.b[0] != '{' {
		return nil, ErrRow
	}
	m := make(map[string]json.RawMessage, 16)
	err := s.members(func(name string) error {
		v, err := s.element()
		m[name] = v
		return err
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// First returns the first text that is not empty.
func First(in ...string) string {
	for _, s := range in {
		if s != "" {
			return s
		}
	}
	return ""
}
