package simulator

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestAnyTextIsWrittenAsTheSameText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		if rapid.Bool().Draw(t, "runes") {
			text = rapid.String().Draw(t, "text")
		}
		raw := appendString(nil, text)
		var back string
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatalf("%q became %s: %v", text, raw, err)
		}
		if want := strings.ToValidUTF8(text, "\ufffd"); utf8.ValidString(text) && back != want {
			t.Fatalf("%q came back as %q", text, back)
		}
		for _, b := range raw {
			if b < ' ' {
				t.Fatalf("a control byte in %q", raw)
			}
		}
	})
}

func TestObjectsAndListsNestWithTheirCommas(t *testing.T) {
	var j jw
	j.open("")
	j.str("a", "1")
	j.list("b")
	j.open("")
	j.end()
	j.item("x")
	j.list("")
	j.endList()
	j.endList()
	j.open("c")
	j.num("n", -4)
	j.bool("t", true)
	j.orNull("z", "")
	j.opt("left out", "")
	j.strs("s", nil)
	j.end()
	j.raw("d", `{"e":[]}`)
	j.end()
	if got, want := string(j.b), `{"a":"1","b":[{},"x",[]],"c":{"n":-4,"t":true,"z":null,"s":[]},"d":{"e":[]}}`; got != want {
		t.Errorf("got %s", got)
	}
}
