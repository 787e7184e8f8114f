package text

import "testing"

func TestUnmarkLeavesTheWords(t *testing.T) {
	for in, want := range map[string]string{
		"":                                "",
		"plain words":                     "plain words",
		"Open <b>MDATP</b>.<br/>Tell.":    "Open MDATP.\nTell.",
		"<p>One</p><p>Two &amp; a</p>":    "One\nTwo & a",
		"<ul><li>a</li>\n<li>b</li></ul>": "a\n\nb",
		"a < b and c > d":                 "a < b and c > d",
		"jo <jo@contoso.example>":         "jo <jo@contoso.example>",
		"<script>alert(1)</script>":       "alert(1)",
		`<a href="https://x">here</a>`:    "here",
		"&lt;b&gt;":                       "<b>",
		"<<b>b>":                          "<b>",
		"1<2":                             "1<2",
	} {
		if got := Unmark(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
