package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// List is one page of rows as the services send them.
type List struct {
	// Rows are the elements of "value", each as received; some may be invalid JSON
	// where the page itself was.
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

// ReadList splits a page. key names the array, "value" for all but Sentinel's
// entities. io.ErrUnexpectedEOF: the page was cut short and none of it counts. A page
// with invalid JSON inside a row still yields every row.
func ReadList(body []byte, key string) (List, error) {
	body = bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\xef\xbb\xbf"))
	var fields map[string]json.RawMessage
	err := json.Unmarshal(body, &fields)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		if fields, err = splitObject(body); err != nil {
			return List{}, err
		}
	} else if err != nil {
		return List{}, ErrNoList
	}
	l := List{Count: -1}
	value := fields[key]
	if err := json.Unmarshal(value, &l.Rows); errors.As(err, &syntax) {
		if l.Rows, err = splitArray(value); err != nil {
			return List{}, err
		}
	} else if err != nil || l.Rows == nil {
		return List{}, ErrNoList
	}
	for _, name := range []string{"nextLink", "@odata.nextLink"} {
		var s *string
		if v, ok := fields[name]; ok && json.Unmarshal(v, &s) != nil {
			return List{}, ErrLink
		} else if s != nil && *s != "" {
			l.Next = *s
		}
	}
	if v, ok := fields["@odata.count"]; ok {
		var n int
		if json.Unmarshal(v, &n) == nil && n >= 0 {
			l.Count = n
		}
	}
	return l, nil
}

var errShape = errors.New("answer is not a JSON object")

// splitObject finds the members of an object by its brackets and quotes alone.
func splitObject(b []byte) (map[string]json.RawMessage, error) {
	if len(b) == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	if b[0] != '{' {
		return nil, errShape
	}
	out := map[string]json.RawMessage{}
	for i := 1; ; {
		if i = skip(b, i, " \t\r\n,"); i >= len(b) {
			return nil, io.ErrUnexpectedEOF
		}
		if b[i] == '}' {
			return out, nil
		}
		end, err := element(b, i)
		if err != nil {
			return nil, err
		}
		var name string
		if json.Unmarshal(b[i:end], &name) != nil {
			return nil, errShape
		}
		if i = skip(b, end, " \t\r\n"); i >= len(b) {
			return nil, io.ErrUnexpectedEOF
		}
		if b[i] != ':' {
			return nil, errShape
		}
		i = skip(b, i+1, " \t\r\n")
		if end, err = element(b, i); err != nil {
			return nil, err
		}
		out[name] = bytes.TrimSpace(b[i:end])
		i = end
	}
}

func splitArray(b []byte) ([]json.RawMessage, error) {
	if len(b) == 0 || b[0] != '[' {
		return nil, ErrNoList
	}
	var out []json.RawMessage
	for i := 1; ; {
		if i = skip(b, i, " \t\r\n,"); i >= len(b) {
			return nil, io.ErrUnexpectedEOF
		}
		if b[i] == ']' {
			return out, nil
		}
		end, err := element(b, i)
		if err != nil {
			return nil, err
		}
		out = append(out, bytes.TrimSpace(b[i:end]))
		i = end
	}
}

func skip(b []byte, i int, set string) int {
	for i < len(b) && bytes.IndexByte([]byte(set), b[i]) >= 0 {
		i++
	}
	return i
}

// element returns where the element that starts at i ends: at a comma, colon or
// closing bracket outside strings and at its own depth.
func element(b []byte, i int) (int, error) {
	start, depth := i, 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			for i++; i < len(b) && b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return atLeastOne(i, start)
			}
			depth--
		case ',', ':':
			if depth == 0 {
				return atLeastOne(i, start)
			}
		}
	}
	return 0, io.ErrUnexpectedEOF
}

func atLeastOne(i, start int) (int, error) {
	if i == start {
		return 0, errShape
	}
	return i, nil
}
