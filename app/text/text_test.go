package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestHiddenCharactersBecomeVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                                       "plain",
		"invoice\u202exod.exe":                        "invoice⟨U+202E⟩xod.exe",
		"\u2066isolated\u2069":                        "⟨U+2066⟩isolated⟨U+2069⟩",
		"zero\u200bwidth\ufeff":                       "zero⟨U+200B⟩width⟨U+FEFF⟩",
		"esc\x1b[31m bell\a nul\x00":                  "esc⟨U+001B⟩[31m bell⟨U+0007⟩ nul⟨U+0000⟩",
		"two\nlines\tand\rmore":                       "two lines and more",
		"no\u00a0break":                               "no⟨U+00A0⟩break",
		"blank\u3164letter":                           "blank⟨U+3164⟩letter",
		"tag \U000e0041":                              "tag ⟨U+E0041⟩",
		"bad \xff utf-8":                              "bad \ufffd utf-8",
		"e\u0301\u0301\u0301\u0301\u0301\u0301 flood": "e\u0301\u0301\u0301 flood",
		"Grüße 日本語 عنوان ▲":                           "Grüße 日本語 عنوان ▲",
	} {
		if got := Line(in, 0); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	if got := Block("two\r\nlines\tand \u202e", 0); got != "two\nlines\tand ⟨U+202E⟩" {
		t.Errorf("a block keeps its lines: %q", got)
	}
}

// Whatever comes in: one line, valid, nothing hidden, no longer than asked, and stable.
func TestLineProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "in")
		bound := rapid.IntRange(0, 40).Draw(t, "bound")
		got := Line(in, bound)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\t") {
			t.Fatalf("%q is not one valid line", got)
		}
		if i := strings.IndexFunc(got, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }); i >= 0 {
			t.Fatalf("%q hides something at %d", got, i)
		}
		if n := utf8.RuneCountInString(got); bound > 0 && n > bound {
			t.Fatalf("%q has %d runes, at most %d were asked for", got, n, bound)
		}
		if again := Line(got, bound); again != got {
			t.Fatalf("not stable: %q becomes %q", got, again)
		}
	})
}

func TestDefang(t *testing.T) {
	for in, want := range map[string]string{
		"https://evil.example/a?b=c":      "hxxps://evil[.]example/a?b=c",
		"HTTP://EVIL.EXAMPLE":             "HxxP://EVIL[.]EXAMPLE",
		"ftp://files.evil.example/x":      "ftp[:]//files.evil[.]example/x",
		"beacon to 203.0.113.7:443":       "beacon to 203.0.113[.]7:443",
		"jo@evil.example":                 "jo[@]evil[.]example",
		"powershell.exe ran invoice.docx": "powershell.exe ran invoice.docx",
		"update.zip from cdn.evil.zip":    "update[.]zip from cdn.evil[.]zip",
		"nothing to do here":              "nothing to do here",
		"3.5 hours":                       "3.5 hours",
	} {
		got := Defang(in)
		if got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
		if again := Defang(got); again != got {
			t.Errorf("not idempotent: %q becomes %q", got, again)
		}
		if back := Refang(got); !strings.EqualFold(back, in) {
			t.Errorf("%q does not come back: %q", in, back)
		}
	}
}

// No URL with a host, no address and no mail address survives, wherever it stands.
func TestNothingStaysLive(t *testing.T) {
	word := rapid.StringMatching(`[a-z][a-z0-9]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		host := word.Draw(t, "label") + "." + rapid.SampledFrom([]string{"com", "example", "io", "xn--p1ai", "zip"}).Draw(t, "tld")
		indicator := rapid.SampledFrom([]string{"http://" + host, "https://" + host + "/x.php", word.Draw(t, "user") + "@" + host, host, "198.51.100.23"}).Draw(t, "indicator")
		around := rapid.SampledFrom([]string{"%s", "see %s now", "(%s)", `"%s"`, "a,%s;b", "<%s>", "%s."}).Draw(t, "around")
		got := Defang(strings.Replace(around, "%s", indicator, 1))
		if again := Defang(got); again != got {
			t.Fatalf("not idempotent: %q becomes %q", got, again)
		}
		for _, live := range []string{"http://", "https://", "@" + host, host, "198.51.100.23"} {
			if strings.Contains(got, live) {
				t.Fatalf("%q still holds %q", got, live)
			}
		}
	})
}

func TestMiddleKeepsBothEnds(t *testing.T) {
	title := "Suspicious sign-in followed by mailbox rule on srv-db-07"
	got := Middle(title, 30)
	if utf8.RuneCountInString(got) > 30 || !strings.HasPrefix(got, "Suspicious") || !strings.HasSuffix(got, "db-07") || !strings.Contains(got, "…") {
		t.Errorf("%q", got)
	}
	if Middle("short", 30) != "short" || Middle("日本語のとても長い題名", 5) != "日本…題名" {
		t.Errorf("short and wide titles: %q", Middle("日本語のとても長い題名", 5))
	}
}
