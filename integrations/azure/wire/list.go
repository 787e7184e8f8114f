package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// List is one page of rows as the services send them.
type List struct {
	// Rows are the elements of the list, each as received; a row may be invalid JSON
	// while the others are not. They share memory with the page.
	Rows []json.RawMessage
	// Next is nextLink or @odata.nextLink, "" on the last page.
	Next string
	// Count is @odata.count, -1 where there is none.
	Count int
}

// ErrNoList marks an answer without a list of rows.
var ErrNoList = errors.New("answer holds no list of rows")

// ErrLink marks a page whose link to the next cannot be read: to take it for the last
// would lose the rest.
var ErrLink = errors.New("answer holds an unreadable next link")

var errShape = errors.New("answer is not a JSON object")

// ReadList splits a page by its brackets and quotes alone, so that what is wrong
// inside a row concerns that row. key names the list, "value" for all but Sentinel's
// entities. io.ErrUnexpectedEOF: the page was cut short and none of it counts. A page with
// two lists, or with two links that differ, is an error: either could be the page.
func ReadList(body []byte, key string) (List, error) {
	l := List{Count: -1}
	s := scanner{b: bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\xef\xbb\xbf"))}
	if len(s.b) == 0 {
		return l, io.ErrUnexpectedEOF
	}
	if s.b[0] != '{' {
		return l, ErrNoList
	}
	s.i = 1
	err := s.members(func(name string) error {
		if name == key {
			if l.Rows != nil {
				return errShape
			}
			return s.rows(&l.Rows)
		}
		v, err := s.element()
		if err != nil {
			return err
		}
		switch name {
		case "nextLink", "@odata.nextLink":
			var link *string
			if json.Unmarshal(v, &link) != nil {
				return ErrLink
			}
			if link != nil && *link != "" {
				if l.Next != "" && l.Next != *link {
					return ErrLink
				}
				l.Next = *link
			}
		case "@odata.count":
			if json.Unmarshal(v, &l.Count) != nil || l.Count < 0 {
				l.Count = -1
			}
		}
		return nil
	})
	if err == nil && l.Rows == nil {
		err = ErrNoList
	}
	if err != nil {
		return List{}, err
	}
	return l, nil
}

// scanner walks JSON without judging what it steps over.
type scanner struct {
	b []byte
	i int
}

// members calls f at each member's value until the object ends, the last thing in b.
func (s *scanner) members(f func(name string) error) error {
	for {
		if s.skip(','); s.i >= len(s.b) {
			return io.ErrUnexpectedEOF
		}
		if s.b[s.i] == '}' {
			if s.i != len(s.b)-1 {
				return errShape
			}
			return nil
		}
		quoted, err := s.element()
		if err != nil {
			return err
		}
		var name Text
		if quoted[0] != '"' || name.UnmarshalJSON(quoted) != nil || name.Odd {
			return errShape
		}
		if s.skip(' '); s.i >= len(s.b) {
			return io.ErrUnexpectedEOF
		}
		if s.b[s.i] != ':' {
			return errShape
		}
		s.i++
		s.skip(' ')
		if err := f(name.S); err != nil {
			return err
		}
	}
}

// rows reads a list; anything else is stepped over and leaves out as it is.
func (s *scanner) rows(out *[]json.RawMessage) error {
	if s.i >= len(s.b) || s.b[s.i] != '[' {
		_, err := s.element()
		return err
	}
	s.i++
	found := []json.RawMessage{}
	for {
		if s.skip(','); s.i >= len(s.b) {
			return io.ErrUnexpectedEOF
		}
		if s.b[s.i] == ']' {
			s.i++
			*out = found
			return nil
		}
		e, err := s.element()
		if err != nil {
			return err
		}
		found = append(found, e)
	}
}

// skip steps over white space and one more byte, as often as they come.
func (s *scanner) skip(also byte) {
	for s.i < len(s.b) {
		switch c := s.b[s.i]; c {
		case ' ', '\t', '\r', '\n', also:
			s.i++
		default:
			return
		}
	}
}

// element steps over one element: up to a comma, colon or closing bracket outside
// strings and at its own depth. It is never empty.
func (s *scanner) element() ([]byte, error) {
	start, depth := s.i, 0
	for ; s.i < len(s.b); s.i++ {
		switch s.b[s.i] {
		case '"':
			if !s.text() {
				return nil, io.ErrUnexpectedEOF
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return s.since(start)
			}
			depth--
		case ',', ':':
			if depth == 0 {
				return s.since(start)
			}
		}
	}
	return nil, io.ErrUnexpectedEOF
}

func (s *scanner) since(start int) ([]byte, error) {
	if s.i == start {
		return nil, errShape
	}
	return bytes.TrimRight(s.b[start:s.i], " \t\r\n"), nil
}

// text moves from the opening quote of a string to its closing one.
func (s *scanner) text() bool {
	for from := s.i + 1; ; {
		n := bytes.IndexByte(s.b[from:], '"')
		if n < 0 {
			return false
		}
		end, slashes := from+n, 0
		for s.b[end-1-slashes] == '\\' && end-1-slashes > s.i {
			slashes++
		}
		if slashes%2 == 0 {
			s.i = end
			return true
		}
		from = end + 1
	}
}
