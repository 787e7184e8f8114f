package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestAWrongTypeCostsOneField(t *testing.T) {
	type row struct {
		A string   `json:"a"`
		N Text     `json:"n"`
		L []string `json:"l"`
		Z string   `json:"z"`
	}
	for in, want := range map[string]struct {
		row row
		ok  bool
	}{
		`{"a":"x","n":7,"l":["p"],"z":"y"}`:         {row{"x", Text{S: "7"}, []string{"p"}, "y"}, true},
		`{"a":5,"n":"7","l":"p","z":"y"}`:           {row{"", Text{S: "7"}, nil, "y"}, false},
		`{"a":{"b":1},"n":{"c":2},"z":"y"}`:         {row{"", Text{S: `{"c":2}`, Odd: true}, nil, "y"}, false},
		`{"a":null,"n":null,"l":null,"z":null}`:     {row{}, true},
		`{"n":true}`:                                {row{N: Text{S: "true", Odd: true}}, true},
		`{"n":-1.5e3}`:                              {row{N: Text{S: "-1.5e3"}}, true},
		`5`:                                         {row{}, false},
		`{"a":`:                                     {row{}, false},
		"{\"a\":\"\xff\",\"z\":\"y\"}":              {row{A: "\uFFFD", Z: "y"}, false},
		`{"a":"first","a":"last","unknown":[1,{}]}`: {row{A: "last"}, true},
	} {
		var got row
		ok := Into([]byte(in), &got)
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want.row)
		if !bytes.Equal(a, b) || ok != want.ok || got.N.Odd != want.row.N.Odd {
			t.Errorf("%s: %s %v, want %s %v", in, a, ok, b, want.ok)
		}
	}
}

func TestTimesOfTheServices(t *testing.T) {
	want := time.Date(2026, 11, 22, 5, 1, 2, 345678900, time.UTC)
	for s, odd := range map[string]bool{
		"2026-11-22T05:01:02.3456789Z": false, "2026-11-22T05:01:02.3456789": false, "2026-11-22T07:01:02.3456789+02:00": false,
		"yesterday": true, "2026-13-40T00:00:00Z": true, "99999-01-01T00:00:00Z": true,
	} {
		var c Clock
		got := c.Time(s)
		if c.Odd != odd || !odd && !got.Equal(want) || odd && !got.IsZero() || got.Location() != time.UTC {
			t.Errorf("%s: %s %v", s, got, c.Odd)
		}
	}
	var c Clock
	if !c.Time("").IsZero() || c.Odd {
		t.Error("an empty time is not odd")
	}
}

func TestIdsAndKeysAreStable(t *testing.T) {
	first, again := HashID("p-", "a", "b"), HashID("p-", "a", "b")
	if first != again || first == HashID("p-", "ab") || !strings.HasPrefix(HashID("p-"), "p-") {
		t.Error("HashID")
	}
	if Scavenge([]byte(`{"x":NaN,"name" : "abc-1","n":1}`), "name") != "abc-1" || Scavenge([]byte(`{"name":"<b>"}`), "name") != "" {
		t.Error("Scavenge")
	}
	long := strings.Repeat("Ä", 4000)
	if k := Key(long); len(k) > 512 || k == Key(long+"x") || k != Key(strings.ToLower(long)) || Key("ABC") != "abc" {
		t.Errorf("Key of %d bytes", len(k))
	}
	if First("", "", "x", "y") != "x" || First() != "" {
		t.Error("First")
	}
}

func TestAnOddRowIsLoggedOnce(t *testing.T) {
	var out bytes.Buffer
	o := Odd{Log: slog.New(slog.NewTextHandler(&out, nil))}
	for range 3 {
		o.Note(context.Background(), "incident", "a")
	}
	o.Note(context.Background(), "incident", "b")
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d lines:\n%s", n, out.String())
	}
}

func TestFieldsFindsWhatMembersFinds(t *testing.T) {
	for _, in := range []string{`{}`, `{"a":1,"b":{"c":[1,"}"]},"d":"x\\\"y"}`, ` {"\u0061":null , "b" : [] } `} {
		a, errA := Fields([]byte(in))
		b, errB := Members([]byte(in))
		if errA != nil || errB != nil || len(a) != len(b) {
			t.Fatalf("%s: %v %v, %v %v", in, a, errA, b, errB)
		}
		for k := range b {
			if string(a[k]) != string(b[k]) {
				t.Errorf("%s: %s is %s and %s", in, k, a[k], b[k])
			}
		}
	}
	for _, in := range []string{``, `5`, `null`, `[]`, `{`, `{"a"`, `{"a":1`, `{5:1}`} {
		if _, err := Fields([]byte(in)); err == nil {
			t.Errorf("%s passes", in)
		}
	}
}
