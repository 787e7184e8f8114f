package wire

import (
	"strings"
	"testing"
	"time"
)

func TestARowGivesWhatItHas(t *testing.T) {
	r := ReadRow([]byte(`{"s":"x\u00e9","id":7,"at":"2026-11-22T05:00:00Z","n":-3,"l":["a",null,"b"],"rows":[{"a":1},5],"none":null}`))
	rows, there := r.List("rows")
	if r.Text("s") != "xé" || r.ID("id") != "7" || !r.Time("at").Equal(time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)) || *r.Number("n") != -3 ||
		strings.Join(r.Texts("l"), "") != "ab" || len(rows) != 2 || !there || r.Odd {
		t.Errorf("%+v", r)
	}
	for _, absent := range []string{"none", "nothing"} {
		_, there := r.List(absent)
		if r.Text(absent) != "" || r.ID(absent) != "" || !r.Time(absent).IsZero() || r.Number(absent) != nil || r.Texts(absent) != nil || there || r.Odd {
			t.Errorf("%s: %+v", absent, r)
		}
	}
}

func TestAMemberOfTheWrongTypeIsOdd(t *testing.T) {
	const raw = `{"number":7,"object":{},"text":"x","list":[1]}`
	for name, read := range map[string]func(*Row) bool{
		"text from a number": func(r *Row) bool { return r.Text("number") == "" },
		"text from a list":   func(r *Row) bool { return r.Text("list") == "" },
		"id from an object":  func(r *Row) bool { return r.ID("object") == "" },
		"time from words":    func(r *Row) bool { return r.Time("text").IsZero() },
		"number from a text": func(r *Row) bool { return r.Number("text") == nil },
		"list from a text":   func(r *Row) bool { l, ok := r.List("text"); return l == nil && !ok },
		"texts from numbers": func(r *Row) bool { return r.Texts("list") == nil },
	} {
		r := ReadRow([]byte(raw))
		if r.Odd || !read(&r) || !r.Odd {
			t.Errorf("%s: %+v", name, r)
		}
		if r.Text("text") != "x" {
			t.Errorf("%s cost the others", name)
		}
	}
	for _, raw := range []string{``, `5`, `{"a":NaN}`, "{\"a\":\"\xff\"}", `{"a":1`} {
		if r := ReadRow([]byte(raw)); !r.Odd {
			t.Errorf("%q passes", raw)
		}
	}
	if r := ReadRow([]byte(`{"bad":NaN,"good":"x"}`)); r.Text("good") != "x" {
		t.Error("an invalid row gives nothing")
	}
}

func FuzzRow(f *testing.F) {
	for _, s := range []string{`{"a":"x"}`, `{"a":[1,"x",{"b":null}]}`, `{"a":NaN}`, `{"a":"\"}`, `{"a"`, `{"a":,}`, "{\v,", "{\"a\":\v}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(_ *testing.T, b []byte) {
		for _, r := range []Row{ReadRow(b), Part(b)} {
			for name := range r.members {
				_, _, _, _ = r.Text(name), r.ID(name), r.Time(name), r.Number(name)
				_ = r.Texts(name)
			}
		}
	})
}
