package identity

import (
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"watchfloor/app"
)

// again is a text that is repeated without end.
type again struct{ s string }

func (a again) Read(p []byte) (n int, err error) {
	for n < len(p) {
		n += copy(p[n:], a.s)
	}
	return n, nil
}

// Whatever a list holds that somebody sent: it is read or refused within its bounds, and
// what is said about it is short and shows what it hides.
func TestGoal43AHostileListStaysWithinItsBounds(t *testing.T) {
	long := strings.Repeat("k", 20<<10)
	for name, in := range map[string]io.Reader{
		"no end":              again{"a@x.example\n"},
		"no line":             again{"a"},
		"zeros":               again{"\x00"},
		"an open quote":       strings.NewReader(`"` + strings.Repeat("a,\n", 2<<20)),
		"quotes":              strings.NewReader(strings.Repeat(`"`, 7<<20)),
		"many columns":        strings.NewReader("upn" + strings.Repeat(",", 7<<20) + "\nana@x.example"),
		"rather many columns": strings.NewReader(strings.Repeat("upn"+strings.Repeat(",", 60<<10)+"\n", 100)),
		"rows":                strings.NewReader(strings.Repeat("a@x.example,,\n", 500_000)),
		"different rows":      strings.NewReader(rows(60_000)),
		"a long key":          strings.NewReader(long + "," + long + "," + long + "\nana@x.example," + long),
		"hidden characters":   strings.NewReader("\u202ea@x.example,n\u200bame,why\x1b[2J\nana@x.example,n\u200bame,why\x1b[2J"),
		"paths":               strings.NewReader("../../etc/passwd,/etc/passwd,\\\\evil.example\\share\n"),
		"formulas and markup": strings.NewReader("=1+1,<b>x</b>,%s%n\n"),
		"50 MB":               io.LimitReader(again{"a@x.example,name,why\n"}, 50<<20),
	} {
		began := time.Now()
		got, warnings, err := ParseHighValueCSV(in)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
		if err != nil && app.KindOf(err) != app.KindInvalid || len(got) > maxListRows || len(warnings) > maxWarnings+1 {
			t.Errorf("%s: %d rows, %d warnings, %v", name, len(got), len(warnings), err)
		}
		for _, w := range append(warnings, app.Say(err)) {
			if len(w) > 400 || strings.ContainsAny(w, "\u202e\x00\x1b\n") {
				t.Errorf("%s: says %.500q", name, w)
			}
		}
		for _, v := range got {
			for _, s := range []string{v.Key, v.Name, v.Reason} {
				if utf8.RuneCountInString(s) > maxWords+len("list: ") || strings.ContainsAny(s, "\u202e\u200b\x00\x1b\n") {
					t.Fatalf("%s: keeps %.100q", name, s)
				}
			}
		}
	}
}

func rows(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(number(i+1) + "@x.example\n")
	}
	return b.String()
}
