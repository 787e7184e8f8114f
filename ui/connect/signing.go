package connect

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/app/text"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	wf "watchfloor/ui/theme"
	"watchfloor/ui/widget"
)

// signingPage is a sign-in under way: the code as large as it is important.
type signingPage struct {
	s      *SignIn
	catch  *widget.Catcher
	col    *fyne.Container
	words  *widget.Line
	code   *widget.Line
	url    *widget.Line
	keys   *fyne.Container
	copied *widget.Line
	hint   *fynewidget.Label
	wrong  *fynewidget.Label
}

func newSigningPage(s *SignIn, press widget.Press) *signingPage {
	p := &signingPage{
		s: s, words: title(""), code: widget.NewLine(look.Cell{}), url: widget.NewLine(look.Cell{}),
		copied: widget.NewLine(look.D("")), hint: wrapped(fynewidget.MediumImportance), wrong: wrapped(fynewidget.WarningImportance),
	}
	p.words.Natural = false
	p.code.TextSize = wf.CodeText
	code := widget.NewButton("y", "Copy the code", func() { press("y") })
	link := widget.NewButton("Y", "Copy the link", func() { press("Y") })
	code.Framed, link.Framed = true, true
	p.keys = widget.Pad(widget.Loose(widget.Row(8, code, link)), 6, 0, 0, 0)
	p.col = widget.Column(8, p.words, p.code, p.url, p.keys, p.copied, flush(p.wrong), flush(p.hint))
	p.catch = widget.NewCatcher(widget.Pad(p.col, 34, 0, 0, 8), press)
	p.draw()
	return p
}

func (p *signingPage) root() fyne.CanvasObject { return p.catch }
func (p *signingPage) first() fyne.Focusable   { return p.catch }

func (p *signingPage) draw() {
	s := p.s
	p.words.Set(look.Cell{Text: s.Words(), Bold: true})
	p.code.Set(look.Cell{Text: present.Field(s.Prompt.Code), Bold: true, Mono: true})
	p.url.Set(look.Cell{Text: text.Line(s.Prompt.URL, 200), Mono: true})
	p.copied.Set(look.D(s.Copied))
	p.hint.SetText(s.Hint())
	p.wrong.SetText(s.Problem)
	for _, o := range []fyne.CanvasObject{p.code, p.url, p.keys, p.copied} {
		if s.Prompt.Code == "" {
			o.Hide()
		} else {
			o.Show()
		}
	}
	if s.Problem == "" {
		p.wrong.Hide()
	} else {
		p.wrong.Show()
	}
	widget.Relayout(p.col)
}
