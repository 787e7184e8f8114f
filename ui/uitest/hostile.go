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
