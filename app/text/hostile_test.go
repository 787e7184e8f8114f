package text

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// hostile makes the corpus of goal 38: every spoofing character in several places, and
// titles that are too much.
func hostile() (titles []string) {
	bad := []rune{
		0, 7, 8, 0x0b, 0x0c, 0x1b, 0x7f, 0x85, 0x9b, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180e, 0x2028, 0x2029,
		0x2060, 0x2061, 0x2065, 0x2800, 0x3164, 0xfe00, 0xfeff, 0xffa0, 0xfff0, 0xfff9, 0xe000, 0xe0001, 0xe0041, 0xe0100, 0xf0000,
	}
	for r := rune(0x200b); r <= 0x200f; r++ {
		bad = append(bad, r)
	}
	for r := rune(0x202a); r <= 0x202e; r++ {
		bad = append(bad, r)
	}
	for r := rune(0x2066); r <= 0x206f; r++ {
		bad = append(bad, r)
	}
	for _, r := range bad {
		for _, frame := range []string{"%s", "invoice%sfdp.exe", "%s%[1]s at the start", "at the end%s", "שלום%sعنوان", "日本%s語", "a\u0301%s\u0301"} {
			titles = append(titles, fmt.Sprintf(frame, string(r)))
		}
	}
	return append(titles, "\x1b[2J\x1b]0;owned\a", "two\r\nlines\tand more", "bad \xff\xfe\xc3 utf-8", strings.Repeat("\u0301", 5_000),
		strings.Repeat("e\u0301\u0302\u0303\u0304", 500), strings.Repeat("\u202e", 1<<18), strings.Repeat("x", 1<<20),
		strings.Repeat("日", 1<<18), strings.Repeat("\xff", 1<<20), strings.Repeat("\r\n", 1<<19))
}

func TestGoal38NoTitleHidesOrOverflows(t *testing.T) {
	titles := hostile()
	if len(titles) < 300 {
		t.Fatalf("only %d titles", len(titles))
	}
	shown := func(r rune) bool {
		return unicode.IsGraphic(r) && !unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp, unicode.Variation_Selector,
			unicode.Other_Default_Ignorable_Code_Point) && r != 0x2800
	}
	for _, title := range titles {
		whole := Line(title, 0)
		for _, bound := range []int{1, 2, 7, 80} {
			for name, got := range map[string]string{"line": Line(title, bound), "block": Block(title, bound), "middle": Middle(whole, bound)} {
				if n := utf8.RuneCountInString(got); n > bound || !utf8.ValidString(got) {
					t.Errorf("%s of %.40q: %d runes, at most %d", name, title, n, bound)
				}
				for _, r := range got {
					if !shown(r) && !(name == "block" && (r == '\n' || r == '\t')) {
						t.Errorf("%s of %.40q keeps %U", name, title, r)
					}
				}
			}
		}
		if len(title) < 500 && utf8.RuneCountInString(whole) <= 80 && Line(title, 80) != whole {
			t.Errorf("%.40q is cut although it fits", title)
		}
	}
	if got := Line("warning \u26a0\ufe0f", 0); got != "warning \u26a0" {
		t.Errorf("an emoji keeps its picture: %q", got)
	}
	if got := Line(strings.Repeat("é", 9), 9); got != strings.Repeat("é", 9) {
		t.Errorf("what fits is not cut: %q", got)
	}
}

// The cost of a title is bounded by what is shown of it, not by its length: a megabyte
// costs about what four kilobytes cost in the same run.
func TestAMegabyteCostsNoMoreThanALine(t *testing.T) {
	for _, part := range []string{"x", "\u0301", "\u202e"} {
		short, long := strings.Repeat(part, 1<<12), strings.Repeat(part, 1<<20)
		if s, l := fastest(short), fastest(long); l > 4*s {
			t.Errorf("%q: %v for a megabyte, %v for a line", part, l, s)
		}
		if b := testing.AllocsPerRun(10, func() { Line(long, 80); Middle(long, 80) }); b > 100 {
			t.Errorf("%q: %.0f allocations", part, b)
		}
	}
}

// fastest is the best of many tries, which a busy machine does not spoil.
func fastest(title string) time.Duration {
	best := time.Hour
	for range 50 {
		start := time.Now()
		for range 4 {
			Line(title, 80)
			Middle(title, 80)
		}
		best = min(best, time.Since(start))
	}
	return best
}

func TestDefangKnowsTheKindsOfIndicators(t *testing.T) {
	for in, want := range map[string]string{
		"2001:db8::7":                     "2001[:]db8[:][:]7",
		"from fe80::1, then":              "from fe80[:][:]1, then",
		"[2001:db8::7]:443":               "[2001[:]db8[:][:]7]:443",
		"at 2001:db8::8.":                 "at 2001[:]db8[:][:]8.",
		"::ffff:192.0.2.1":                "[:][:]ffff[:]192.0.2[.]1",
		"00:1a:2b:3c:4d:5e at 12:30:45":   "00:1a:2b:3c:4d:5e at 12:30:45",
		"std::vector<int>":                "std::vector<int>",
		"1.2.3.4.5.6.7.8":                 "1[.]2[.]3[.]4[.]5[.]6[.]7[.]8",
		"tcp://192.0.2.1:4444":            "tcp[:]//192.0.2[.]1:4444",
		"ms-msdt://x and git+ssh://h/y":   "ms-msdt[:]//x and git+ssh[:]//h/y",
		"HTTPS://a.b.example":             "HxxPS://a.b[.]example",
		"hxxps://already[.]example/a":     "hxxps://already[.]example/a",
		"jo.doe@mail.evil.example wrote":  "jo[.]doe[@]mail.evil[.]example wrote",
		"C:\\Windows\\System32\\cmd.exe":  "C:\\Windows\\System32\\cmd.exe",
		"d41d8cd98f00b204e9800998ecf8427": "d41d8cd98f00b204e9800998ecf8427",
	} {
		got := Defang(in)
		if got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
		if again := Defang(got); again != got {
			t.Errorf("not idempotent: %q becomes %q", got, again)
		}
		if back := Refang(got); !strings.HasPrefix(in, "hxxps") && back != strings.Replace(in, "HTTPS", "HttPS", 1) {
			t.Errorf("%q does not come back: %q", in, back)
		}
	}
}

func FuzzLine(f *testing.F) {
	for i, title := range hostile()[:60] {
		f.Add(title, i)
	}
	f.Fuzz(func(t *testing.T, title string, bound int) {
		bound = bound&127 + 1
		got := Line(title, bound)
		if utf8.RuneCountInString(got) > bound || !utf8.ValidString(got) || Line(got, bound) != got {
			t.Errorf("%q in %d: %q", title, bound, got)
		}
	})
}

func FuzzDefang(f *testing.F) {
	for _, s := range []string{"https://evil.example", "1.2.3.4.5", "a@b.c.de", "::1", "hxxp://x[.]y", "file://c:\\x", "[.][@]", "x.com.exe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Defang(s)
		if strings.Contains(strings.ToLower(got), "http://") || Defang(got) != got {
			t.Errorf("%q: %q, %q", s, got, Defang(got))
		}
		Refang(got)
	})
}
