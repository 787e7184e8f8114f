package report

import "watchfloor/app/report/paper"

// set is a cell broken into lines, each in its style.
type set struct {
	lines  []paper.Line
	styles []paper.Style
	mark   Cell
	indent float64 // of the first line, behind the word of the severity
}

func (p *printer) set(c Cell, width float64, st, strong paper.Style) set {
	out := set{mark: c}
	if c.Strong {
		st = strong
	}
	if c.Mark {
		word := p.Break(glyph(c.Severity)+" "+c.Word(), strong, 1000, 0)
		out.indent = word[0].Width(strong) + 6
	}
	add := func(text string, st paper.Style, indent float64) {
		for _, l := range p.Break(text, st, width, indent) {
			out.lines, out.styles = append(out.lines, l), append(out.styles, st)
		}
	}
	if c.Text != "" || c.Mark || c.Small == "" {
		add(c.Text, st, out.indent)
	}
	if c.Small != "" {
		add(c.Small, smallStyle, 0)
	}
	return out
}

// put sets the lines from first on that fit between y and until, and returns the next
// line and where it would stand.
func (p *printer) put(s set, first int, x, y, width, until float64, right bool, strong paper.Style) (next int, end float64) {
	if first == 0 && s.mark.Mark {
		word := p.Break(glyph(s.mark.Severity), paper.Style{Size: strong.Size, Bold: true}, 1000, 0)[0]
		shape := paper.Style{Size: strong.Size, Bold: true, Colour: shade(s.mark.Severity)}
		p.Put(word, shape, x, y+strong.Size, width, false)
		name := p.Break(s.mark.Word(), strong, 1000, 0)[0]
		p.Put(name, strong, x+word.Width(shape)+3, y+strong.Size, width, false)
	}
	for i := first; i < len(s.lines); i++ {
		st := s.styles[i]
		if y+st.Leading() > until && i > first {
			return i, y
		}
		from, room := x, width
		if i == 0 {
			from, room = x+s.indent, width-s.indent
		}
		p.Put(s.lines[i], st, from, y+st.Size, room, right)
		y += st.Leading()
	}
	return len(s.lines), y
}

func (s set) height() (h float64) {
	for _, st := range s.styles {
		h += st.Leading()
	}
	return h
}

const gap = 7 // between columns, in points

func (p *printer) facts(f Facts) {
	const name = 92.0
	for _, x := range f {
		p.row([]set{p.set(ours(x.Name), name-gap, quietStyle, quietStyle), p.set(x.Value, wide-name, plainStyle, boldStyle)},
			[]float64{name, wide - name}, nil, boldStyle, func() {})
		p.y += 1.5
	}
}

func (p *printer) table(t Table) {
	var shares float64
	for _, c := range t.Columns {
		shares += c.Share
	}
	widths := make([]float64, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = wide * c.Share / shares
	}
	head := func() {
		x, most := left, 0
		for i, c := range t.Columns {
			lines := p.Break(c.Title, columnStyle, widths[i]-gap, 0)
			for n, l := range lines {
				p.Put(l, columnStyle, x, p.y+columnStyle.Size+float64(n)*columnStyle.Leading(), widths[i]-gap, c.Right)
			}
			x, most = x+widths[i], max(most, len(lines))
		}
		p.y += float64(most)*columnStyle.Leading() + 2
		p.Rule(left, p.y, wide, 0.6, faint)
		p.y += 3
	}
	p.room(columnStyle.Leading() + 3*cellStyle.Leading())
	head()
	for _, r := range t.Rows {
		cells := make([]set, len(r))
		for i, c := range r {
			cells[i] = p.set(c, widths[i]-gap, cellStyle, strongStyle)
		}
		p.row(cells, widths, t.Columns, strongStyle, head)
		p.y += 1.5
		p.Rule(left, p.y, wide, 0.4, faint)
		p.y += 2.5
	}
}

// row sets cells side by side. One that does not fit on what is left of the page goes
// to the next one; only one that is taller than a third of a page is divided. head is
// repeated on each new page.
func (p *printer) row(cells []set, widths []float64, columns []Column, strong paper.Style, head func()) {
	tallest := 0.0
	for _, c := range cells {
		tallest = max(tallest, c.height())
	}
	if p.y+tallest > bottom && (tallest < (bottom-top)/3 || p.y+3*cellStyle.Leading() > bottom) {
		p.turn()
		head()
	}
	next := make([]int, len(cells))
	for {
		end, left0, done := p.y, left, true
		for i, c := range cells {
			var y float64
			next[i], y = p.put(c, next[i], left0, p.y, widths[i]-gap, bottom, columns != nil && columns[i].Right, strong)
			end = max(end, y)
			done = done && next[i] >= len(c.lines)
			left0 += widths[i]
		}
		if p.y = end; done {
			return
		}
		p.turn()
		head()
	}
}
