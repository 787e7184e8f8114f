package wire

import (
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
)

func TestRowsSurviveWhatIsWrongWithThem(t *testing.T) {
	deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	for name, c := range map[string]struct {
		body, key string
		rows      []string
		next      string
		count     int
		err       error
	}{
		"plain":         {body: `{"value":[{"a":1},{"b":2}],"nextLink":"n"}`, rows: []string{`{"a":1}`, `{"b":2}`}, next: "n", count: -1},
		"graph":         {body: `{"@odata.count":7,"value":[],"@odata.nextLink":"n"}`, rows: []string{}, next: "n", count: 7},
		"entities":      {body: `{"entities":[1]}`, key: "entities", rows: []string{`1`}, count: -1},
		"byte order":    {body: "\xef\xbb\xbf{\"value\":[]}", rows: []string{}, count: -1},
		"last page":     {body: `{"value":[1],"nextLink":null}`, rows: []string{`1`}, count: -1},
		"odd rows":      {body: `{"value":[null,5,"x",[],{}]}`, rows: []string{`null`, `5`, `"x"`, `[]`, `{}`}, count: -1},
		"NaN in a row":  {body: `{"value":[{"a":NaN},{"b":2}],"nextLink":"n"}`, rows: []string{`{"a":NaN}`, `{"b":2}`}, next: "n", count: -1},
		"brackets":      {body: `{"value":[{"a":"]},{","x":NaN},{"b":"\""}]}`, rows: []string{`{"a":"]},{","x":NaN}`, `{"b":"\""}`}, count: -1},
		"deep row":      {body: `{"value":[` + deep + `,{"b":2}]}`, rows: []string{deep, `{"b":2}`}, count: -1},
		"invalid UTF-8": {body: "{\"value\":[{\"a\":\"\xff\"}]}", rows: []string{"{\"a\":\"\xff\"}"}, count: -1},
		"cut in a row":  {body: `{"value":[{"a":1},{"b":`, err: io.ErrUnexpectedEOF},
		"cut in a text": {body: `{"value":[{"a":1},{"b":"x`, err: io.ErrUnexpectedEOF},
		"escaped quote": {body: `{"value":["\\\"]",{"a":"\\\\"}]}`, rows: []string{`"\\\"]"`, `{"a":"\\\\"}`}, count: -1},
		"garbage after": {body: `{"value":[1]} x`, err: errShape},
		"no name":       {body: `{5:[1]}`, err: errShape},
		"cut at end":    {body: `{"value":[{"a":1}]`, err: io.ErrUnexpectedEOF},
		"empty":         {body: ``, err: io.ErrUnexpectedEOF},
		"no list":       {body: `{"error":{}}`, err: ErrNoList},
		"null list":     {body: `{"value":null}`, err: ErrNoList},
		"not a list":    {body: `{"value":{"a":1}}`, err: ErrNoList},
		"array":         {body: `[1,2]`, err: ErrNoList},
		"odd link":      {body: `{"value":[],"nextLink":5}`, err: ErrLink},
	} {
		key := c.key
		if key == "" {
			key = "value"
		}
		l, err := ReadList([]byte(c.body), key)
		if !errors.Is(err, c.err) {
			t.Errorf("%s: error %v, want %v", name, err, c.err)
			continue
		}
		if c.err != nil {
			continue
		}
		rows := []string{}
		for _, r := range l.Rows {
			rows = append(rows, string(r))
		}
		if !reflect.DeepEqual(rows, c.rows) || l.Next != c.next || l.Count != c.count {
			t.Errorf("%s: %q next %q count %d", name, rows, l.Next, l.Count)
		}
	}
}

// What brackets split of a valid page is what the JSON decoder finds.
func FuzzReadList(f *testing.F) {
	for _, s := range []string{`{"value":[{"a":1},{"b":"]"}],"nextLink":"n"}`, `{"value":[NaN,{"x":[1,{}]}]}`, `{"value":[`, `{"value":[,,]}`, "{\v,", `{"a":"\\","value":[1]}`, `{"value":["\\\"]"],"x":{"value":[]}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := ReadList(b, "value")
		var theirs map[string]json.RawMessage
		if json.Unmarshal(b, &theirs) != nil {
			return
		}
		var rows []json.RawMessage
		_ = json.Unmarshal(theirs["value"], &rows)
		if err != nil && rows != nil && !errors.Is(err, ErrLink) || len(rows) != len(l.Rows) && err == nil && rows != nil {
			t.Fatalf("%q: %d rows by brackets, %d by JSON, %v", b, len(l.Rows), len(rows), err)
		}
		for n, r := range rows {
			if err == nil && string(r) != string(l.Rows[n]) {
				t.Fatalf("%q: row %d is %q and %q", b, n, l.Rows[n], r)
			}
		}
	})
}
