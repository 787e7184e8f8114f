package uitest

import "strings"

// Hostile are texts that a tenant may hold.
var Hostile = []string{
	"",
	"\u202egnp.exe \u2066isolated\u2069 \u200bzero\u200bwidth",
	"line one\nline two\r\n\ttabbed\x00\x07\x1b[31mred",
	"=cmd|' /C calc'!A0",
	"<script>alert(1)</script><b>bold</b> [link](https://evil.example) ![i](https://evil.example/i.png)",
	"%s %d %!v(MISSING) {{.Title}} $(reboot) `id`",
	strings.Repeat("A", 5000),
	strings.Repeat("word ", 1000),
	"e" + strings.Repeat("\u0301", 200) + "nd",
	"\xff\xfe broken \xc3\x28 utf-8",
	"👩‍💻🏴‍☠️ 漢字 العربية עברית",
}

// Spoofs are more than 300 titles that hide, turn, flood or break what is around them:
// every such character in several places, names of files among them, and titles that are
// far too long.
func Spoofs() []string {
	var bad []rune
	for _, r := range [][2]rune{{0, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x61c, 0x61c}, {0x180b, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff9, 0xfffb}, {0xe0041, 0xe0043}} {
		for c := r[0]; c <= r[1]; c++ {
			bad = append(bad, c)
		}
	}
	out := append([]string{}, Hostile...)
	for _, r := range bad {
		out = append(out, "invoice"+string(r)+"fdp.exe", string(r)+"Sign-in from "+string(r), "שלום"+string(r)+"عنوان")
	}
	return append(out, strings.Repeat("x", 1<<20), strings.Repeat("\u202e", 1<<20), strings.Repeat("e\u0301\u0302\u0303", 1<<16), strings.Repeat("\n", 1<<20), strings.Repeat("日", 1<<18),
		"\x1b[2J\x1b]0;owned\a\x1b[31m", "\r\n\r\nSubject: two\r\nlines", strings.Repeat("\u0301", 5_000), "ﷺ"+strings.Repeat("﷽", 500), strings.Repeat("𒐫", 500))
}
