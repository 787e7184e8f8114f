package paper

import "unicode"

// forms are the presentation forms of an Arabic letter: isolated, final and, for one
// that joins to both sides, initial and medial, as Unicode lists them one after another.
type forms struct {
	first rune
	both  bool
}

var arabic = func() map[rune]forms {
	m := map[rune]forms{}
	right := map[rune]rune{
		0x622: 0xfe81, 0x623: 0xfe83, 0x624: 0xfe85, 0x625: 0xfe87, 0x627: 0xfe8d, 0x629: 0xfe93, 0x62f: 0xfea9, 0x630: 0xfeab,
		0x631: 0xfead, 0x632: 0xfeaf, 0x648: 0xfeed, 0x649: 0xfeef, 0x698: 0xfb8a, 0x688: 0xfb88, 0x691: 0xfb8c, 0x6ba: 0xfb9e, 0x6d2: 0xfbae,
	}
	both := map[rune]rune{
		0x626: 0xfe89, 0x628: 0xfe8f, 0x62a: 0xfe95, 0x62b: 0xfe99, 0x62c: 0xfe9d, 0x62d: 0xfea1, 0x62e: 0xfea5, 0x633: 0xfeb1,
		0x634: 0xfeb5, 0x635: 0xfeb9, 0x636: 0xfebd, 0x637: 0xfec1, 0x638: 0xfec5, 0x639: 0xfec9, 0x63a: 0xfecd, 0x641: 0xfed1, 0x642: 0xfed5, 0x643: 0xfed9,
		0x644: 0xfedd, 0x645: 0xfee1, 0x646: 0xfee5, 0x647: 0xfee9, 0x64a: 0xfef1, 0x67e: 0xfb56, 0x679: 0xfb66, 0x686: 0xfb7a, 0x6a9: 0xfb8e, 0x6af: 0xfb92,
		0x6be: 0xfbaa, 0x6c1: 0xfba6, 0x6cc: 0xfbfc,
	}
	for r, f := range right {
		m[r] = forms{f, false}
	}
	for r, f := range both {
		m[r] = forms{f, true}
	}
	return m
}()

// lamAlef are the ligatures of lam with the alefs: isolated, final.
var lamAlef = map[rune]rune{0x622: 0xfef5, 0x623: 0xfef7, 0x625: 0xfef9, 0x627: 0xfefb}

const lam, tatweel = 0x644, 0x640

// join replaces Arabic letters by the forms they have beside their neighbours, in
// logical order; has says which characters can be shown.
func join(in []rune, has func(rune) bool) []rune {
	if !hasArabic(in) {
		return in
	}
	out := make([]rune, 0, len(in))
	for i := 0; i < len(in); i++ {
		r := in[i]
		f, known := arabic[r]
		if !known {
			out = append(out, r)
			continue
		}
		before := joinsOn(neighbour(in, i, -1))
		if lig := lamAlef[follower(in, i)]; r == lam && lig != 0 && has(lig) && has(lig+1) {
			if before {
				lig++
			}
			out = append(out, lig)
			i++
			continue
		}
		after := f.both && joinsBack(neighbour(in, i, 1))
		form := f.first
		switch {
		case before && after:
			form += 3
		case after:
			form += 2
		case before:
			form++
		}
		if !has(form) {
			form = r
		}
		out = append(out, form)
	}
	return out
}

func hasArabic(in []rune) bool {
	for _, r := range in {
		if r >= 0x621 && r <= 0x6d2 {
			return true
		}
	}
	return false
}

// neighbour is the next letter in a direction; marks are passed over.
func neighbour(in []rune, i, step int) rune {
	for i += step; i >= 0 && i < len(in); i += step {
		if !unicode.Is(unicode.Mn, in[i]) {
			return in[i]
		}
	}
	return 0
}

func follower(in []rune, i int) rune {
	if i+1 < len(in) {
		return in[i+1]
	}
	return 0
}

// joinsOn reports a letter that reaches out to the next one, joinsBack one that takes
// the hand of the one before.
func joinsOn(r rune) bool { return r == tatweel || arabic[r].both }

func joinsBack(r rune) bool {
	_, known := arabic[r]
	return r == tatweel || known
}
