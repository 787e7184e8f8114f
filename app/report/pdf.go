package report

import (
	"fmt"
	"io"

	"gonum.org/v1/plot/vg"

	"watchfloor/app"
	"watchfloor/app/report/paper"
)

// PDF writes the document on A4 pages with its fonts embedded. fonts finds more of them
// for characters that the embedded ones lack, nil for none: then such a character is
// shown as its code point. With the same fonts the same document gives the same bytes.
func (d Document) PDF(w io.Writer, fonts paper.Fonts) error {
	title := d.Kind
	if d.Title != "" {
		title += ": " + d.Title
	}
	more := d.fonts(fonts)
	out, err := d.print(title, more)
	if err != nil && len(more) > 0 { // a font of the system can be broken
		out, err = d.print(title, nil)
	}
	if err != nil {
		return app.E(app.KindInternal, "The PDF could not be made; write it as HTML instead. The log has the details.", err)
	}
	if err := out.Write(w); err != nil {
		return app.E(app.KindInternal, "The report could not be written; is the disk full?", err)
	}
	return nil
}

// mostFonts bounds how many fonts are searched for and embedded in one document.
const mostFonts = 4

func (d Document) fonts(from paper.Fonts) (more [][]byte) {
	if from == nil {
		return nil
	}
	words := d.everyWord()
	missing := paper.New("", d.At, nil).Lacks(words)
	for len(missing) > 0 && len(more) < mostFonts {
		f := from.Font(missing)
		if !paper.Usable(f) {
			break
		}
		rest := paper.New("", d.At, append(more, f)).Lacks(words)
		if len(rest) == len(missing) {
			break
		}
		more, missing = append(more, f), rest
	}
	return more
}

// everyWord is all text of the document.
func (d Document) everyWord() string {
	all := []byte(d.Over + d.Title + d.Tenant + d.Foot)
	cell := func(c Cell) { all = append(append(all, c.Text...), c.Small...) }
	for _, s := range d.Sections {
		all = append(append(all, s.Title...), s.Small...)
		for _, b := range s.Blocks {
			switch b := b.(type) {
			case Facts:
				for _, f := range b {
					cell(f.Value)
				}
			case Table:
				for _, r := range b.Rows {
					for _, c := range r {
						cell(c)
					}
				}
			case Quote:
				all = append(append(all, b.Head...), b.Text...)
			}
		}
	}
	return string(all)
}

// Measures of a page in points.
const (
	left, right, top, bottom = 44.0, paper.Width - 44, 58.0, paper.Height - 52
	wide                     = right - left
)

var (
	black = paper.Colour{0x1b, 0x1f, 0x26}
	grey  = paper.Colour{0x59, 0x60, 0x6f}
	faint = paper.Colour{0xd5, 0xd9, 0xe0}

	titleStyle  = paper.Style{Size: 17, Bold: true, Colour: black}
	headStyle   = paper.Style{Size: 11.5, Bold: true, Colour: black}
	plainStyle  = paper.Style{Size: 9, Colour: black}
	boldStyle   = paper.Style{Size: 9, Bold: true, Colour: black}
	quietStyle  = paper.Style{Size: 9, Colour: grey}
	cellStyle   = paper.Style{Size: 8, Colour: black}
	strongStyle = paper.Style{Size: 8, Bold: true, Colour: black}
	smallStyle  = paper.Style{Size: 7.5, Colour: grey}
	columnStyle = paper.Style{Size: 7.5, Bold: true, Colour: grey}
)

// shade is the colour of a severity's shape on white.
func shade(s app.Severity) paper.Colour {
	switch s {
	case app.High:
		return paper.Colour{0x80, 0x0e, 0x1f}
	case app.Medium:
		return paper.Colour{0xa7, 0x6d, 0x00}
	case app.Low:
		return paper.Colour{0x49, 0x9b, 0xce}
	}
	return grey
}

// printer is a document on its way to pages; y is where the next thing begins.
type printer struct {
	*paper.Sheet
	y float64
}

func (d Document) print(title string, fonts [][]byte) (sheet *paper.Sheet, err error) {
	if len(fonts) > 0 {
		defer func() {
			if broken := recover(); broken != nil {
				sheet, err = nil, fmt.Errorf("set with fonts of the system: %v", broken)
			}
		}()
	}
	p := &printer{Sheet: paper.New(title, d.At, fonts)}
	p.turn()
	p.passage(d.Over, quietStyle, left, wide)
	p.y += 2
	p.passage(d.Title, titleStyle, left, wide)
	p.y += 6
	for _, n := range d.Notices {
		p.notice(n)
	}
	for _, s := range d.Sections {
		p.section(s)
	}
	p.y += 12
	p.room(40)
	p.Rule(left, p.y, wide, 0.6, faint)
	p.y += 6
	p.passage(d.Foot, smallStyle, left, wide)
	p.margins(d)
	return p.Sheet, nil
}

// turn begins a page.
func (p *printer) turn() {
	p.Page()
	p.y = top
}

// room begins a page where there is less than h left.
func (p *printer) room(h float64) {
	if p.y+h > bottom {
		p.turn()
	}
}

// margins writes what stands above and below every page.
func (p *printer) margins(d Document) {
	at := func(text string, y float64, rightwards bool) {
		if l := p.Break(text, smallStyle, wide*0.62, 0); text != "" {
			p.Put(l[0], smallStyle, left, y, wide, rightwards)
		}
	}
	n := p.Pages()
	for i := 1; i <= n; i++ {
		p.Turn(i)
		at(d.Kind, 36, false)
		at(d.Tenant, 36, true)
		p.Rule(left, 42, wide, 0.6, faint)
		at("Watchfloor · snapshot of "+minute(d.At), paper.Height-30, false)
		at(fmt.Sprintf("page %d of %d", i, n), paper.Height-30, true)
	}
	p.Turn(n)
}

// passage sets text from the left edge x, over as many pages as it needs.
func (p *printer) passage(text string, st paper.Style, x, width float64) {
	for _, l := range p.Break(text, st, width, 0) {
		p.room(st.Leading())
		p.Put(l, st, x, p.y+st.Size, width, false)
		p.y += st.Leading()
	}
}

func (p *printer) notice(text string) {
	lines := p.Break(text, boldStyle, wide-12, 0)
	h := float64(len(lines))*boldStyle.Leading() + 6
	p.room(h)
	p.Bar(left, p.y, 3, h, black)
	p.Bar(left+3, p.y, wide-3, h, paper.Colour{0xf3, 0xf4, 0xf6})
	for i, l := range lines {
		p.Put(l, boldStyle, left+10, p.y+3+boldStyle.Size+float64(i)*boldStyle.Leading(), wide-12, false)
	}
	p.y += h + 3
}

func (p *printer) section(s Section) {
	p.y += 12
	p.room(64) // a heading never stands alone at the foot of a page
	head := p.Break(s.Title, headStyle, wide, 0)
	p.Put(head[0], headStyle, left, p.y+headStyle.Size, wide, false)
	if s.Small != "" {
		from := head[0].Width(headStyle) + 8
		if l := p.Break(s.Small, smallStyle, wide-from, 0); len(l) > 0 {
			p.Put(l[0], smallStyle, left+from, p.y+headStyle.Size, wide-from, false)
		}
	}
	p.y += headStyle.Leading() + 1
	p.Rule(left, p.y, wide, 0.6, faint)
	p.y += 4
	for _, b := range s.Blocks {
		switch b := b.(type) {
		case Facts:
			p.facts(b)
		case Table:
			p.table(b)
		case Quote:
			p.quote(b)
		case Chart:
			p.chart(b)
		case Remark:
			p.y += 2
			p.passage(string(b), quietStyle, left, wide)
		}
	}
}

// Size of a chart on paper, in units of its layout, and how many points one is.
const (
	paperWidth, paperHeight = 676, 268
	paperUnit               = 0.75
)

func (p *printer) chart(c Chart) {
	const high = paperHeight * paperUnit
	p.room(high)
	p.Plot(left, p.y+high, func(to vg.Canvas) { c.Figure.Draw(to, paperWidth, paperHeight) })
	p.y += high + 6
}

func (p *printer) quote(q Quote) {
	p.y += 3
	p.room(smallStyle.Leading() + plainStyle.Leading())
	p.passage(q.Head, smallStyle, left+8, wide-8)
	for _, l := range p.Break(q.Text, plainStyle, wide-8, 0) {
		p.room(plainStyle.Leading())
		p.Bar(left, p.y, 2, plainStyle.Leading(), faint)
		p.Put(l, plainStyle, left+8, p.y+plainStyle.Size, wide-8, false)
		p.y += plainStyle.Leading()
	}
	p.y += 3
}
