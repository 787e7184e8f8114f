package paper

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// shown is a line of text as it stands on the page, from the left.
func shown(text string) string {
	in := []rune(text)
	level, rtl := levels(in)
	if level == nil {
		return text
	}
	return string(visual(in, level, rtl))
}

// Capital letters stand for Hebrew ones, as in the examples of UAX 9.
func hebrew(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'V' {
			return 0x5d0 + r - 'A'
		}
		return r
	}, s)
}

func TestRightToLeftTextStandsInItsOrder(t *testing.T) {
	for in, want := range map[string]string{
		"only latin":              "only latin",
		"ABC":                     "CBA",
		"car is ABC in latin":     "car is CBA in latin",
		"ABC car DEF":             "FED car CBA",
		"ABC 123 DEF":             "FED 123 CBA",
		"ABC 12,34 DEF":           "FED 12,34 CBA",
		"ABC (DEF) 42":            "42 (FED) CBA",
		"from ABC (x) to DEF":     "from CBA (x) to FED",
		"ABC host 203.0.113[.]7":  "host 203.0.113[.]7 CBA",
		"ABC hxxps://evil[.]x/a":  "hxxps://evil[.]x/a CBA",
		"ABC!":                    "!CBA",
		"user ABC, DEF signed in": "user FED ,CBA signed in",
	} {
		if got := shown(hebrew(in)); got != hebrew(want) {
			t.Errorf("%s stands as %q, want %q", in, got, hebrew(want))
		}
	}
}

func TestMarksStayBehindTheirLetter(t *testing.T) {
	if got := shown("\u05d0\u05b8\u05d1"); got != "\u05d1\u05d0\u05b8" {
		t.Errorf("%+q", got)
	}
}

// No character is lost or made, whatever comes in.
func TestOrderKeepsEveryCharacter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := []rune(rapid.StringOf(rapid.SampledFrom([]rune("ab 12.,()[]/אבגدس\u0301\u05b8-+%٣٤"))).Draw(t, "text"))
		level, rtl := levels(in)
		if level == nil {
			return
		}
		count := map[rune]int{}
		for _, r := range in {
			count[r]++
		}
		for _, r := range visual(in, level, rtl) {
			if m, ok := mirrored[r]; ok && count[r] == 0 {
				r = m
			}
			count[r]--
		}
		for r, n := range count {
			if _, pair := mirrored[r]; n != 0 && !pair {
				t.Fatalf("%q: %d of %+q too few", string(in), n, r)
			}
		}
	})
}

func TestArabicLettersJoin(t *testing.T) {
	all := func(rune) bool { return true }
	for in, want := range map[string]string{
		"\u0628":                   "\ufe8f",                   // beh alone
		"\u0628\u0628\u0628":       "\ufe91\ufe92\ufe90",       // initial, medial, final
		"\u0633\u0644\u0627\u0645": "\ufeb3\ufefc\ufee1",       // salam, with lam-alef
		"\u062f\u062e\u0648\u0644": "\ufea9\ufea7\ufeee\ufedd", // dukhul: dal joins to nothing behind it
		"\u0628\u064e\u0628":       "\ufe91\u064e\ufe90",       // a mark between does not part them
		"\u0628 \u0628":            "\ufe8f \ufe8f",            // a blank does
		"latin":                    "latin",
		"\u067e\u06cc":             "\ufb58\ufbfd", // Persian
	} {
		if got := string(join([]rune(in), all)); got != want {
			t.Errorf("%+q is joined to %+q, want %+q", in, got, want)
		}
	}
	if got := string(join([]rune("\u0628\u0628"), func(r rune) bool { return r < 0xfe00 })); got != "\u0628\u0628" {
		t.Errorf("a form that no font has is used: %+q", got)
	}
}
