package wire

import (
	"bytes"
	"encoding/json"
	"time"
	"unicode/utf8"
)

// Row reads one object member by member. A member of the wrong type counts as absent
// and sets Odd; the others are read all the same, also where the row is not valid JSON
// as a whole. It costs one pass over what is not asked for.
type Row struct {
	Odd     bool
	members map[string]json.RawMessage
}

// ReadRow opens a row; Odd says that it is no valid JSON object in UTF-8.
func ReadRow(raw []byte) Row {
	m, err := Fields(raw)
	return Row{members: m, Odd: err != nil || !utf8.Valid(raw) || !json.Valid(raw)}
}

// Part opens an object within a row that was checked as a whole.
func Part(raw []byte) Row {
	m, err := Fields(raw)
	return Row{members: m, Odd: err != nil}
}

var null = []byte("null")

func (r *Row) get(name string) (json.RawMessage, bool) {
	v, ok := r.members[name]
	return v, ok && !bytes.Equal(v, null)
}

// Text is a member that must be a string.
func (r *Row) Text(name string) string {
	v, ok := r.get(name)
	if !ok {
		return ""
	}
	var t Text
	if v[0] != '"' || t.UnmarshalJSON(v) != nil || t.Odd {
		r.Odd = true
		return ""
	}
	return t.S
}

// ID is a member that may be a string or a number.
func (r *Row) ID(name string) string {
	v, ok := r.get(name)
	if !ok {
		return ""
	}
	var t Text
	if t.UnmarshalJSON(v) != nil || t.Odd {
		r.Odd = true
		return ""
	}
	return t.S
}

// Time is a member that holds a time; zero where it is absent or cannot be read.
func (r *Row) Time(name string) time.Time {
	var c Clock
	t := c.Time(r.Text(name))
	r.Odd = r.Odd || c.Odd
	return t
}

// Number is a whole number, nil where it is absent.
func (r *Row) Number(name string) *int {
	v, ok := r.get(name)
	if !ok {
		return nil
	}
	var n *int
	if json.Unmarshal(v, &n) != nil {
		r.Odd = true
		return nil
	}
	return n
}

// Texts is a list of strings; others in it are left out.
func (r *Row) Texts(name string) []string {
	rows, _ := r.List(name)
	var out []string
	for _, v := range rows {
		var t Text
		if v[0] != '"' || t.UnmarshalJSON(v) != nil || t.Odd {
			r.Odd = r.Odd || !bytes.Equal(v, null)
			continue
		}
		out = append(out, t.S)
	}
	return out
}

// List splits a list; false where it is absent.
func (r *Row) List(name string) ([]json.RawMessage, bool) {
	v, ok := r.get(name)
	if !ok {
		return nil, false
	}
	s := scanner{b: v}
	var out []json.RawMessage
	if s.rows(&out) != nil || out == nil {
		r.Odd = true
		return nil, false
	}
	return out, true
}
