package identity

import (
	"strings"
	"testing"

	"watchfloor/app"
)

func TestAListOfPeopleIsRead(t *testing.T) {
	for name, text := range map[string]string{
		"header, BOM, semicolons": "\ufeffDisplay name;User Principal Name;Reason\r\nAna;ANA@x.example;board\r\n\r\nBo;bo@x.example;\r\n",
		"no header, commas":       "ana@x.example,Ana,board\nbo@x.example,Bo\n",
		"tabs and quotes":         "upn\tname\twhy\nana@x.example\t\"Ana\"\tboard\nbo@x.example\tBo\t\n",
	} {
		got, warnings, err := ParseHighValueCSV(strings.NewReader(text))
		if err != nil || len(warnings) > 0 || len(got) != 2 {
			t.Errorf("%s: %+v %q %v", name, got, warnings, err)
			continue
		}
		if want := (HighValue{"ana@x.example", "Ana", "list: board", OriginList}); got[0] != want {
			t.Errorf("%s: %+v, want %+v", name, got[0], want)
		}
		if want := (HighValue{"bo@x.example", "Bo", "list", OriginList}); got[1] != want {
			t.Errorf("%s: %+v, want %+v", name, got[1], want)
		}
	}
}

func TestRowsThatCannotBeUsedAreNamed(t *testing.T) {
	got, warnings, err := ParseHighValueCSV(strings.NewReader("upn,name\nana@x.example,Ana\n,Nobody\nANA@x.example,Again\nthe boss,Boss\n"))
	if err != nil || len(got) != 2 || len(warnings) != 3 {
		t.Fatalf("%+v %q %v", got, warnings, err)
	}
	for i, says := range []string{"Line 3", "Line 4", "Line 5"} {
		if !strings.Contains(warnings[i], says) {
			t.Errorf("%q misses %s", warnings[i], says)
		}
	}
}

func TestAListThatIsNoListIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty":    "",
		"header":   "upn,name\n",
		"binary":   "\xff\xfe\x00a",
		"too long": strings.Repeat("x", maxListBytes+1),
		"too many": strings.Repeat("a@b\n", 1) + func() string {
			var b strings.Builder
			for i := range maxListRows + 1 {
				b.WriteString(number(i+1) + "@x\n")
			}
			return b.String()
		}(),
	} {
		if _, _, err := ParseHighValueCSV(strings.NewReader(text)); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParseHighValueCSV(f *testing.F) {
	for _, s := range []string{"upn;name\na;b", "\"", "a,\"b\nc", "\ufeff", ";;;\n;;;", "upn,upn\n,a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, _, _ := ParseHighValueCSV(strings.NewReader(s))
		for _, v := range got {
			if v.Key == "" || v.Origin != OriginList {
				t.Errorf("%q gave %+v", s, v)
			}
		}
	})
}
