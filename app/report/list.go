package report

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"time"
)

// List is rows of one kind under named columns, to be written as CSV or JSON. Its cells
// are plain text: hidden characters are visible and indicators defanged.
type List struct {
	Columns []string
	Rows    [][]string
}

// CSV writes the list with a header, as WriteCSV does.
func (l List) CSV(w io.Writer) error {
	return WriteCSV(w, append([][]string{l.Columns}, l.Rows...))
}

// JSON writes an array of objects whose members are the columns, in their order; all
// values are strings, as in the CSV.
func (l List) JSON(w io.Writer) error { return WriteJSON(w, l.records()) }

func (l List) records() []record {
	out := make([]record, len(l.Rows))
	for i, row := range l.Rows {
		out[i] = record{l.Columns, row}
	}
	return out
}

// record is a row with the names of its columns.
type record struct{ columns, cells []string }

// MarshalJSON keeps the order of the columns.
func (r record) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, column := range r.columns {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(column)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(r.cells[i])
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// figure is a number with at most two decimals.
func figure(f float64) string {
	s := strconv.FormatFloat(f, 'f', 2, 64)
	for s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	return s
}

// day is a date in UTC, "" without one.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
