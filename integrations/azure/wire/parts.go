package wire

import (
	"bytes"
	"encoding/json"
)

// Float is a number; ok is false where it is absent.
func (r *Row) Float(name string) (f float64, ok bool) {
	v, has := r.get(name)
	if !has {
		return 0, false
	}
	if v[0] == '"' || json.Unmarshal(v, &f) != nil {
		r.Odd = true
		return 0, false
	}
	return f, true
}

// Bool is a truth value; ok is false where it is absent.
func (r *Row) Bool(name string) (b, ok bool) {
	v, has := r.get(name)
	if !has {
		return false, false
	}
	if json.Unmarshal(v, &b) != nil {
		r.Odd = true
		return false, false
	}
	return b, true
}

// Object opens a member that must be an object; one that is absent is empty and not odd.
// What is odd within it shows in the part alone.
func (r *Row) Object(name string) Row {
	v, has := r.get(name)
	if !has {
		return Row{}
	}
	p := Part(v)
	r.Odd = r.Odd || p.Odd
	return p
}

// Has reports that a member is there and not null.
func (r *Row) Has(name string) bool {
	_, ok := r.get(name)
	return ok
}

// Joined is the text of a member in one line, or the elements of a list of texts, one a
// line: some services send a step list as either.
func (r *Row) Joined(name string) string {
	v, ok := r.get(name)
	if !ok {
		return ""
	}
	if v[0] == '"' {
		return r.Text(name)
	}
	var b bytes.Buffer
	for n, s := range r.Texts(name) {
		if n > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(s)
	}
	return b.String()
}
