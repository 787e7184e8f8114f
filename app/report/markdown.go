package report

import (
	"bytes"
	"io"
	"strings"
)

// Markdown writes the document as CommonMark with pipe tables. Nothing that a tenant
// holds becomes structure, link, image or markup in it, whether the reader allows raw
// HTML or not.
func (d Document) Markdown(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString(marked(d.Over) + "\n\n# " + marked(d.Title) + "\n")
	for _, n := range d.Notices {
		b.WriteString("\n**" + marked(n) + "**\n")
	}
	for _, s := range d.Sections {
		b.WriteString("\n## " + marked(s.Title))
		if s.Small != "" {
			b.WriteString(" (" + marked(s.Small) + ")")
		}
		b.WriteByte('\n')
		for _, bl := range s.Blocks {
			markBlock(&b, bl)
		}
	}
	b.WriteString("\n---\n\n" + marked(d.Foot) + "\n")
	return put(w, b.Bytes())
}

func markBlock(b *bytes.Buffer, bl Block) {
	b.WriteByte('\n')
	switch bl := bl.(type) {
	case Facts:
		b.WriteString("| | |\n|---|---|\n")
		for _, f := range bl {
			b.WriteString("| **" + marked(f.Name) + "** | " + f.Value.marked() + " |\n")
		}
	case Chart:
		b.WriteString(marked(bl.About) + "\n")
		markBlock(b, bl.Table)
	case Table:
		for _, c := range bl.Columns {
			b.WriteString("| " + marked(c.Title) + " ")
		}
		b.WriteString("|\n")
		for _, c := range bl.Columns {
			b.WriteString(map[bool]string{true: "|---:", false: "|---"}[c.Right])
		}
		b.WriteString("|\n")
		for _, r := range bl.Rows {
			for _, c := range r {
				b.WriteString("| " + c.marked() + " ")
			}
			b.WriteString("|\n")
		}
	case Quote:
		b.WriteString("> **" + marked(bl.Head) + "**\n>\n")
		quoteLines(b, bl.Text)
	case Remark:
		b.WriteString(marked(string(bl)) + "\n")
	}
}

// quoteLines writes text line by line within a quotation, breaks kept.
func quoteLines(b *bytes.Buffer, s string) {
	all := strings.Split(s, "\n")
	for i, l := range all {
		l = strings.TrimRight(l, " \t")
		if l == "" {
			b.WriteString(">\n")
			continue
		}
		text := strings.TrimLeft(l, " \t")
		indent := strings.ReplaceAll(l[:len(l)-len(text)], "\t", "    ")
		b.WriteString("> " + strings.Repeat("&#160;", len(indent)) + marked(text))
		if i+1 < len(all) && strings.TrimSpace(all[i+1]) != "" {
			b.WriteByte('\\') // a line break
		}
		b.WriteByte('\n')
	}
}

// marked is a cell of a table: on one line, ⏎ stands where a line ended.
func (c Cell) marked() string {
	s := marked(oneLine(c.words()))
	if c.Strong && s != "" {
		s = "**" + s + "**"
	}
	if c.Small != "" {
		s = strings.TrimPrefix(s+" — "+marked(oneLine(c.Small)), " — ")
	}
	return s
}

func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' }), " ⏎ ")
}

// marked escapes every character that some reader of Markdown takes for more than
// itself.
func marked(s string) string {
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, "\n", " ")), " ")
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if strings.IndexByte("\\`*_{}[]<>()#|~&!@$^=\"'", c) >= 0 || c == '.' && endsWWW(s[:i]) || c == ':' && colonActs(s, i) ||
			(c == '-' || c == '+' || c == ':') && i == 0 || (c == '.' || c == ')') && digits(s[:i]) {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

func endsWWW(s string) bool { return len(s) >= 3 && strings.EqualFold(s[len(s)-3:], "www") }

// colonActs reports a colon that a reader may take for the end of a scheme or for the
// edge of an emoji's name: one between two characters that are not blank.
func colonActs(s string, i int) bool {
	return i+1 < len(s) && s[i+1] != ' ' && !(s[i+1] >= '0' && s[i+1] <= '9')
}

func digits(s string) bool {
	return s != "" && len(s) < 10 && strings.Trim(s, "0123456789") == ""
}
