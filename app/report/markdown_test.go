package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html/atom"
	"pgregory.net/rapid"

	nethtml "golang.org/x/net/html"
)

// readers are renderers of Markdown as people use them: the core alone, everything
// switched on, and raw HTML passed through.
var readers = map[string]goldmark.Markdown{
	"plain":  goldmark.New(goldmark.WithExtensions(extension.Table)),
	"all":    goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList, extension.Typographer)),
	"unsafe": goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote), goldmark.WithRendererOptions(html.WithUnsafe())),
}

func markdown(t interface{ Fatal(...any) }, d Document) string {
	var b bytes.Buffer
	if err := d.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// shape is the elements of rendered Markdown with their attributes, and its words. Line
// breaks and paragraphs are left out: they follow the lines of a text.
func shape(t interface{ Fatal(...any) }, m goldmark.Markdown, source string) (elements []string, words string) {
	var page bytes.Buffer
	if err := m.Convert([]byte(source), &page); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for z := nethtml.NewTokenizer(&page); ; {
		switch z.Next() {
		case nethtml.ErrorToken:
			return elements, text.String()
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			tok := z.Token()
			if tok.DataAtom != atom.Br && tok.DataAtom != atom.P {
				tok.Attr = slices.DeleteFunc(tok.Attr, func(a nethtml.Attribute) bool { return a.Key == "id" })
				elements = append(elements, tok.String())
			}
		case nethtml.CommentToken:
			elements = append(elements, "comment")
		case nethtml.TextToken:
			text.Write(z.Text())
		}
	}
}

// attacks are what means something to a reader of Markdown.
var attacks = append([]string{
	"[click](javascript:alert(1))", "![x](https://evil.example/x.png)", "<https://evil.example>", "https://evil.example/a_b_c", "www.evil.example.com", "WWW.Evil.example.com/x",
	"jo@evil.example", "mailto:jo@evil.example", "[ref]: https://evil.example", "[ref]", "[^1]", "[^1]: note", "# heading", "heading\n===", "heading\n---", "- item", "* item", "+ item",
	"1. item", "7) item", "> quote", "```\ncode\n```", "    indented code", "\tindented", "`code`", "**bold**", "__bold__", "~~gone~~", "a | b | c", "|---|", "\\| pipe \\", "back\\", "&lt;b&gt;",
	"&#60;script&#62;", "<b>x</b>", "<!-- x -->", "<?php ?>", "<![CDATA[x]]>", "***", "---", "- [ ] task", ": definition", "term\n: definition", ":smile:", "$x^2$", "$$x$$", "a  \nb", "a\\\nb",
	"x{#id .class}", "\n\n# after a blank line", "\n\n\n| a | b |\n|---|---|\n| c | d |", "*a*b*c*", "_a_b_", "ftp://evil.example", "xmpp:a@evil.example", "\"quoted\" -- and ... 'so'", "H~2~O", "==mark==",
}, hostile...)

// Whatever text the tenant holds, the rendered page has the elements it has with
// harmless text, and nothing in it leads anywhere.
func TestGoal40MarkdownHoldsOnlyOurStructure(t *testing.T) {
	for name, m := range readers {
		want, _ := shape(t, m, markdown(t, Case(caseOf("harmless"), meta)))
		wantShift, _ := shape(t, m, markdown(t, shiftOf("harmless")))
		for _, h := range attacks {
			for i, d := range []Document{Case(caseOf(h), meta), shiftOf(h)} {
				source := markdown(t, d)
				got, words := shape(t, m, source)
				if w := [][]string{want, wantShift}[i]; !slices.Equal(got, w) {
					t.Errorf("%s, document %d: %q changes what is shown: %v", name, i, h, firstDifference(got, w))
				}
				for _, live := range []string{"https://evil", "203.0.113.7", "jo@evil", "\u202e", "\x1b"} {
					if strings.Contains(words, live) {
						t.Errorf("%s: %q shows %q", name, h, live)
					}
				}
			}
		}
	}
}

func firstDifference(got, want []string) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return got[i] + " instead of " + want[i]
		}
	}
	return "more or fewer elements"
}

// shiftOf is a hand-over with s at every place where a tenant or a person can put text.
func shiftOf(s string) Document {
	h := shift(2)
	for i := range h.Open {
		h.Open[i].Row, h.Open[i].Tenant = rowOf(int64(i), s), s
		h.Open[i].Last = h.Open[0].Last
		h.Open[i].Last.Text, h.Open[i].Last.Author = s, s
		h.ClosedCases[i].Row, h.ClosedCases[i].Determination, h.ClosedCases[i].Tenant = rowOf(int64(i), s), s, s
	}
	for i := range h.Waiting {
		h.Waiting[i].Title, h.Waiting[i].Number, h.Waiting[i].Reason, h.Waiting[i].Actor, h.Waiting[i].Text, h.Waiting[i].Tenant = s, s, s, s, s, s
	}
	return HandoverReport(h, "note "+s, Meta{Tenant: s, At: noon, By: s})
}

// Any text comes out of Markdown as it went in.
func TestMarkdownShowsTheTextItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := inert(rapid.OneOf(rapid.StringMatching(`[ -~]{0,40}`), rapid.String(), rapid.SampledFrom(attacks)).Draw(t, "text"))
		_, words := shape(t, readers["unsafe"], "| a |\n|---|\n| begin "+marked(text)+" end |\n")
		want := strings.Join(strings.Fields("begin "+text+" end"), " ")
		if got := strings.Join(strings.Fields(words), " "); got != "a "+want {
			t.Fatalf("%q is shown as %q", want, got)
		}
	})
}

// Lines, indentation and blank lines of a comment stay.
func TestMarkdownKeepsTheLinesOfAQuotation(t *testing.T) {
	var page bytes.Buffer
	d := Document{Sections: []Section{{"S", "", []Block{Quote{"Jo", "first\n  | where x == 1\n\nlast"}}}}}
	if err := readers["plain"].Convert([]byte(markdown(t, d)), &page); err != nil {
		t.Fatal(err)
	}
	if want := "<p>first<br />\n\u00a0\u00a0| where x == 1</p>\n<p>last</p>"; !strings.Contains(strings.ReplaceAll(page.String(), "&#160;", "\u00a0"), want) && !strings.Contains(page.String(), strings.ReplaceAll(want, " />", ">")) {
		t.Errorf("no %q in %s", want, page.String())
	}
}
