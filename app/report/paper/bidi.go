package paper

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// levels are the embedding levels of a paragraph by the Unicode bidirectional algorithm
// (UAX 9) without explicit formatting characters, which never come here, and without
// its rule for pairs of brackets. rtl is the direction of the paragraph. Without any
// right-to-left character the result is nil.
//
// An address or a path, a word of ASCII with marks such as [.] or a slash, counts as
// left-to-right as a whole: 203.0.113[.]7 must not be read as 7[.]203.0.113.
func levels(in []rune) (out []uint8, rtl bool) {
	class := make([]bidi.Class, len(in))
	found, strong := false, false
	for i, r := range in {
		p, _ := bidi.LookupRune(r)
		class[i] = p.Class()
	}
	whole(in, class)
	for i := range in {
		switch class[i] {
		case bidi.R, bidi.AL, bidi.AN:
			found = true
		}
		if !strong && (class[i] == bidi.L || class[i] == bidi.R || class[i] == bidi.AL) {
			strong, rtl = true, class[i] != bidi.L
		}
	}
	if !found {
		return nil, false
	}
	base := bidi.L
	if rtl {
		base = bidi.R
	}
	weak(class, base)
	neutral(class, base)
	out = make([]uint8, len(in))
	for i, c := range class {
		switch {
		case rtl && c == bidi.R:
			out[i] = 1
		case rtl:
			out[i] = 2
		case c == bidi.R:
			out[i] = 1
		case c != bidi.L:
			out[i] = 2
		}
	}
	return out, rtl
}

// whole makes addresses and paths left-to-right.
func whole(in []rune, class []bidi.Class) {
	for i := 0; i < len(in); i++ {
		end := i
		for end < len(in) && in[end] > ' ' && in[end] < 0x7f {
			end++
		}
		if word := string(in[i:end]); strings.ContainsAny(word, "/\\") || strings.Contains(word, "[.]") || strings.Contains(word, "[:]") || strings.Contains(word, "[@]") {
			for j := i; j < end; j++ {
				class[j] = bidi.L
			}
		}
		i = max(i, end)
	}
}

// weak resolves marks, numbers and their separators: rules W1 to W7.
func weak(class []bidi.Class, base bidi.Class) {
	before, strong := base, base
	for i, c := range class {
		if c == bidi.NSM {
			c = before
		}
		before = c
		if c == bidi.L || c == bidi.R || c == bidi.AL {
			strong = c
		}
		if c == bidi.EN && strong == bidi.AL {
			c = bidi.AN
		}
		class[i] = c
	}
	for i, c := range class {
		if c == bidi.AL {
			class[i] = bidi.R
		}
		if i > 0 && i+1 < len(class) && class[i-1] == class[i+1] &&
			(c == bidi.CS && (class[i-1] == bidi.EN || class[i-1] == bidi.AN) || c == bidi.ES && class[i-1] == bidi.EN) {
			class[i] = class[i-1]
		}
	}
	for i := 0; i < len(class); i++ { // terminators beside a European number belong to it
		if class[i] != bidi.ET {
			continue
		}
		end := i
		for end < len(class) && class[end] == bidi.ET {
			end++
		}
		if i > 0 && class[i-1] == bidi.EN || end < len(class) && class[end] == bidi.EN {
			for j := i; j < end; j++ {
				class[j] = bidi.EN
			}
		}
		i = end - 1
	}
	strong = base
	for i, c := range class {
		switch c {
		case bidi.L, bidi.R:
			strong = c
		case bidi.EN:
			if strong == bidi.L {
				class[i] = bidi.L
			}
		}
	}
}

// neutral gives what has no direction that of its neighbours where they agree, else
// that of the paragraph: rules N1 and N2.
func neutral(class []bidi.Class, base bidi.Class) {
	directed := func(c bidi.Class) (bidi.Class, bool) {
		switch c {
		case bidi.L:
			return bidi.L, true
		case bidi.R, bidi.EN, bidi.AN:
			return bidi.R, true
		}
		return 0, false
	}
	for i := 0; i < len(class); i++ {
		if _, ok := directed(class[i]); ok {
			continue
		}
		end := i
		for end < len(class) {
			if _, ok := directed(class[end]); ok {
				break
			}
			end++
		}
		before, after := base, base
		if i > 0 {
			before, _ = directed(class[i-1])
		}
		if end < len(class) {
			after, _ = directed(class[end])
		}
		if before != after {
			before = base
		}
		for j := i; j < end; j++ {
			class[j] = before
		}
		i = end - 1
	}
}

// visual puts one line into the order it is read in from the left: rules L1, L2 and L4.
// Marks stay behind their letter.
func visual(line []rune, level []uint8, rtl bool) []rune {
	level = slices.Clone(level)
	base := uint8(0)
	if rtl {
		base = 1
	}
	for i := len(line) - 1; i >= 0 && line[i] == ' '; i-- {
		level[i] = base
	}
	out := slices.Clone(line)
	for i, r := range out {
		if m, ok := mirrored[r]; ok && level[i]%2 == 1 {
			out[i] = m
		}
	}
	for depth := uint8(2); depth >= 1; depth-- {
		for i := 0; i < len(level); i++ {
			end := i
			for end < len(level) && level[end] >= depth {
				end++
			}
			if end > i {
				turn(out[i:end], depth)
				slices.Reverse(level[i:end])
				i = end
			}
		}
	}
	return out
}

// turn reverses a run; marks that thereby come before their letter are put behind it.
func turn(run []rune, depth uint8) {
	slices.Reverse(run)
	if depth != 1 {
		return
	}
	for i := 0; i < len(run); i++ {
		end := i
		for end < len(run) && isMark(run[end]) {
			end++
		}
		if end > i && end < len(run) {
			slices.Reverse(run[i : end+1])
			i = end
		}
	}
}

func isMark(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.NSM
}

var mirrored = func() map[rune]rune {
	m := map[rune]rune{}
	pairs := []rune("()[]{}<>«»‹›⟨⟩≤≥")
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]], m[pairs[i+1]] = pairs[i+1], pairs[i]
	}
	return m
}()
