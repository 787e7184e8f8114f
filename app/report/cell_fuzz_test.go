package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf8"
)

// A cell stays one cell, starts no formula in any spreadsheet, and reads back as it was,
// less the apostrophe put before it.
func FuzzGoal45Cell(f *testing.F) {
	for _, s := range []string{"=1+1", " \u00a0＝cmd|' /C calc'!A0", `a","b`, "\t=x", "\x00@SUM", "-1\n+2", `"`, "'=1", "\xff=1"} {
		f.Add(s, "next")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		var out bytes.Buffer
		if err := WriteCSV(&out, [][]string{{a, b}, {b, a}}); err != nil {
			t.Fatal(err)
		}
		back, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(back) != 2 || len(back[0]) != 2 || len(back[1]) != 2 {
			t.Fatalf("%q, %q: read back %q, %v", a, b, back, err)
		}
		for i, want := range []string{a, b, b, a} {
			got, want := back[i/2][i%2], strings.ReplaceAll(want, "\r\n", "\n") // encoding/csv reads both alike
			if got != want && got != "'"+want {
				t.Errorf("%q came back as %q", want, got)
			}
			first, _ := utf8.DecodeRuneInString(strings.TrimLeft(got, " \u00a0\n"))
			if strings.ContainsRune("=+-@＝＋－＠\t\r\x00", first) && first != utf8.RuneError {
				t.Errorf("%q starts a formula", got)
			}
		}
	})
}
