package paper

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var body = Style{Size: 9}

func sheet() *Sheet { return New("test", time.Unix(0, 0), nil) }

// words are lines as text.
func words(lines []Line) (out []string) {
	for _, l := range lines {
		s := ""
		for _, r := range l.runs {
			s += r.text
		}
		out = append(out, s)
	}
	return out
}

func TestLinesBreakBetweenWords(t *testing.T) {
	got := words(sheet().Break("The quick brown fox jumps over the lazy dog\nnext", body, 90, 0))
	if len(got) < 3 || got[len(got)-1] != "next" || strings.Join(got[:len(got)-1], " ") != "The quick brown fox jumps over the lazy dog" {
		t.Errorf("%q", got)
	}
}

func TestALongWordBreaksBehindPunctuation(t *testing.T) {
	got := words(sheet().Break("hxxps://login-contoso[.]example/a/very/long/path/that/goes/on/and/on/without/end", body, 120, 0))
	if len(got) < 3 || strings.Join(got, "") != "hxxps://login-contoso[.]example/a/very/long/path/that/goes/on/and/on/without/end" || !strings.HasSuffix(got[1], "/") {
		t.Errorf("%q", got)
	}
}

// Nothing is wider than its place, and nothing is lost.
func TestNothingRunsOverItsPlace(t *testing.T) {
	s := sheet()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("abcW ./-_=ëщΩא日\u0301"))).Draw(t, "text")
		width := rapid.Float64Range(60, 300).Draw(t, "width")
		indent := rapid.Float64Range(0, 30).Draw(t, "indent")
		lines := s.Break(text, body, width, indent)
		for i, l := range lines {
			room := width
			if i == 0 {
				room -= indent
			}
			if l.Width(body) > room+0.01 && !strings.HasSuffix(words(lines)[i], " ") {
				t.Fatalf("%q is %.1f wide in %.1f", words(lines)[i], l.Width(body), room)
			}
		}
	})
}

// What no font can show is written as its code point.
func TestWhatCannotBeShownIsNamed(t *testing.T) {
	s := sheet()
	for in, want := range map[string]string{
		"王 x":     "⟨U+738B⟩ x",
		"🦊":       "⟨U+1F98A⟩",
		"é ж ω ▲": "é ж ω ▲",
	} {
		for _, bold := range []bool{false, true} {
			if got := words(s.Break(in, Style{Size: 9, Bold: bold}, 500, 0)); got[0] != want {
				t.Errorf("%s, bold %v: %q, want %q", in, bold, got[0], want)
			}
		}
	}
	if got := string(s.Lacks("a王b王é🦊")); got != "王" {
		t.Errorf("lacks %q: what the library cannot place is not searched for", got)
	}
}

func TestFontsThatCannotBeEmbeddedAreRefused(t *testing.T) {
	good := sheet().regular.data
	if !Usable(good) {
		t.Fatal("the embedded font is not usable")
	}
	changed := func(change func([]byte)) []byte {
		b := bytes.Clone(good)
		change(b)
		return b
	}
	restricted := changed(func(b []byte) { table(b, "OS/2")[9] |= 0x02 })
	for name, b := range map[string][]byte{
		"nothing": nil, "text": []byte("this is no font at all"), "half": good[:len(good)/2], "outlines of PostScript": changed(func(b []byte) { copy(b, "OTTO") }),
		"a collection": changed(func(b []byte) { copy(b, "ttcf") }), "restricted by its maker": restricted,
	} {
		if Usable(b) {
			t.Errorf("%s is taken for a font that can be embedded", name)
		}
	}
}

func FuzzUsable(f *testing.F) {
	good := sheet().regular.data
	f.Add(good[:300])
	f.Add([]byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, b []byte) { Usable(b) })
}
