package pieces

import (
	"fmt"
	"testing"
)

func TestALineComesApartAtSpacesOutsideQuotes(t *testing.T) {
	for s, want := range map[string]string{
		"":                              "[]",
		" \t ":                          "[]",
		"level:high  ana":               "[{level:high false false} {ana false false}]",
		`-state:dismissed -"two words"`: "[{state:dismissed false true} {two words true true}]",
		`city:"New York"`:               "[{city:New York false false}]",
		`"a:b"c`:                        "[{a:b true false} {c false false}]",
		`"not closed - here`:            "[{not closed - here true false}]",
		"a - b -":                       "[{a false false} {- false false} {b false false} {- false false}]",
		`""`:                            "[{ true false}]",
		"ünï\u00a0cödé":                 "[{ünï false false} {cödé false false}]",
	} {
		if got := fmt.Sprint(Of(s)); got != want {
			t.Errorf("%q is %s, want %s", s, got, want)
		}
	}
}
