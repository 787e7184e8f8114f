package keyslot

import (
	"strings"
	"testing"

	"watchfloor/app"
)

func TestGoal34ARecoveryPhraseIsReadAsPeopleWrite(t *testing.T) {
	p := NewPhrase()
	for name, typed := range map[string]string{
		"as shown":      p.Groups(),
		"small letters": strings.ToLower(p.Groups()),
		"spaces":        " " + strings.ReplaceAll(p.Groups(), "-", "  ") + "\n",
		"in one":        string(p),
		"O for 0":       strings.ReplaceAll(p.Groups(), "0", "O"),
		"l for 1":       strings.ReplaceAll(p.Groups(), "1", "l"),
		"long dashes":   strings.ReplaceAll(p.Groups(), "-", " – "),
	} {
		if got, err := ParsePhrase(typed); got != p || err != nil {
			t.Errorf("%s: %q, %v", name, typed, err)
		}
	}
	if groups := strings.Split(p.Groups(), "-"); len(groups) != 9 || len(groups[8]) != 4 {
		t.Errorf("written as %q", p.Groups())
	}
}

func TestGoal34ASlipOfThePenIsFound(t *testing.T) {
	for range 50 {
		p := []byte(NewPhrase())
		for i := range p {
			slip := append([]byte(nil), p...)
			if slip[i]++; slip[i] == p[i] {
				continue
			}
			if got, err := ParsePhrase(string(slip)); err == nil && got != Phrase(p) {
				t.Fatalf("%q is taken for a phrase", slip)
			} else if err != nil && app.KindOf(err) != app.KindInvalid {
				t.Fatal(err)
			}
		}
	}
	for _, bad := range []string{"", "0", strings.Repeat("0", 5000), strings.Repeat("é", 36), strings.Repeat("U", 36)} {
		if _, err := ParsePhrase(bad); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
}

func FuzzGoal45RecoveryPhrase(f *testing.F) {
	f.Add(NewPhrase().Groups())
	f.Add("oil-oil-0000")
	f.Fuzz(func(t *testing.T, typed string) {
		p, err := ParsePhrase(typed)
		if err != nil {
			return
		}
		if again, err := ParsePhrase(p.Groups()); again != p || err != nil {
			t.Errorf("%q is read as %q and not again: %v", typed, p, err)
		}
	})
}
