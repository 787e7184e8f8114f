package queue

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	wf "watchfloor/ui/theme"
	"watchfloor/ui/widget"
)

// preview is the pane beside the list.
type preview struct {
	f       Frame
	lock    widget.Lock
	root    fyne.CanvasObject
	body    *fyne.Container
	catch   *widget.Catcher
	scroll  *container.Scroll
	edge    *widget.Fill // shows that the preview has the keyboard
	sev     *widget.Line
	title   *widget.Passage
	facts   []*widget.Line
	note    *widget.Line
	text    *widget.Passage
	counts  *widget.Line
	story   *widget.Passage
	storyAt *widget.Line
}

const previewEvents = 12

func newPreview(f Frame, press widget.Press) *preview {
	p := &preview{
		f: f, sev: widget.NewLine(look.Cell{}), title: widget.NewPassage(false),
		note: widget.NewLine(look.Cell{Tone: look.Warn}), text: widget.NewPassage(false),
		counts: widget.NewLine(look.D("")), story: widget.NewPassage(false), storyAt: widget.NewLine(look.Cell{Bold: true}),
	}
	p.title.SizeName = theme.SizeNameSubHeadingText
	p.title.TextStyle.Bold = true
	col := widget.Column(3, p.sev, p.title)
	for range 5 {
		l := widget.NewLine(look.Cell{})
		p.facts = append(p.facts, l)
		col.Add(widget.Pad(l, 0, 0, 0, 6))
	}
	col.Add(widget.Pad(p.note, 0, 0, 0, 6))
	col.Add(p.text)
	col.Add(widget.Pad(p.counts, 4, 0, 0, 6))
	col.Add(widget.Pad(p.storyAt, 4, 0, 0, 6))
	col.Add(p.story)
	p.body = widget.Pad(col, 8, 8, 8, 10)
	p.scroll = container.NewVScroll(p.body)
	p.catch = widget.NewCatcher(p.scroll, press)
	p.catch.OnFocus = p.mark
	p.edge = widget.NewFill(wf.Panel)
	p.edge.Least = fyne.NewSize(2, 2)
	p.root = widget.Over(widget.Panel(), container.NewBorder(nil, widget.Column(0, widget.Rule(), p.actions()), p.edge, nil, p.catch))
	return p
}

func (p *preview) actions() fyne.CanvasObject {
	var row []fyne.CanvasObject
	for _, a := range []struct {
		key, label string
		do         keys.Command
	}{
		{"Enter", "open", keys.Open},
		{"a", "mine", keys.AssignMe},
		{"c", "close", keys.CloseCase},
		{"m", "comment", keys.Comment},
	} {
		b := p.lock.Add(widget.NewButton(a.key, a.label, func() { p.f.Run(a.do) }), keys.OffWhile(p.f.Off, a.do))
		b.Quiet = true
		row = append(row, b)
	}
	return widget.Pad(widget.Loose(widget.Row(0, row...)), 2, 4, 2, 2)
}

func (p *preview) mark(on bool) {
	p.edge.Name = wf.Panel
	if on {
		p.edge.Name = wf.Cursor
	}
	p.edge.Refresh()
}

func (p *preview) scrollBy(key string) {
	step := map[string]float32{"Down": 40, "Up": -40, "PageDown": p.scroll.Size().Height * 0.9, "PageUp": -p.scroll.Size().Height * 0.9}[key]
	most := max(0, p.body.MinSize().Height-p.scroll.Size().Height)
	p.scroll.ScrollToOffset(fyne.NewPos(0, max(0, min(most, p.scroll.Offset.Y+step))))
}

func (p *preview) clear() { p.body.Hide() }

// show draws a row at once; k completes it when the details are there, before says
// what is only queued.
func (p *preview) show(r triage.Row, k *triage.Case, err error, before map[app.Field]string) {
	p.body.Show()
	c := p.f.Clock()
	h := present.Head(r, k, p.f.Targets, c, p.f.Me).Queued(before)
	p.sev.Set(h.Severity)
	p.title.SetText(h.Title)
	lines := []look.Cell{
		h.Facts[0], join(h.Facts[1:]), look.D("created " + c.Both(r.Created)),
		look.D("changed " + c.Both(r.Modified)), look.D(""),
	}
	if h.Tags != "" {
		lines[4].Text = "tags: " + h.Tags
	}
	for i, l := range p.facts {
		l.Set(lines[i])
		if lines[i].Text == "" {
			l.Hide()
		} else {
			l.Show()
		}
	}
	set(p.note, look.Cell{Text: h.Warning, Tone: look.Warn})
	if err != nil {
		set(p.note, look.Cell{Text: app.Say(err), Tone: look.Alarm})
	}
	if k == nil {
		p.text.SetText("")
		p.text.Hide()
		set(p.counts, look.D(present.Word(r.Entities)))
		set(p.storyAt, look.Cell{})
		p.story.Hide()
		return
	}
	if d := present.SafeBlock(k.Incident.Description); d != "" {
		p.text.SetText(clip(d, 600))
		p.text.Show()
	} else {
		p.text.Hide()
	}
	set(p.counts, look.D(present.Counts(*k)))
	p.showStory(*k, c)
}

func (p *preview) showStory(k triage.Case, c present.Clock) {
	events := present.Story(k)
	set(p.storyAt, look.Cell{Text: "Story", Bold: true})
	if len(events) == 0 {
		set(p.storyAt, look.Cell{})
		p.story.Hide()
		return
	}
	if n := len(events); n > previewEvents {
		set(p.storyAt, look.Cell{Text: "Story, last " + Figure(previewEvents, false) + " of " + Figure(n, false), Bold: true})
		events = events[n-previewEvents:]
	}
	var b strings.Builder
	for _, e := range events {
		b.WriteString(c.At(e.When) + "  " + e.What + ": " + clip(e.Text, 140) + "\n")
	}
	p.story.SetText(strings.TrimRight(b.String(), "\n"))
	p.story.Show()
}

func set(l *widget.Line, c look.Cell) {
	l.Set(c)
	if c.Text == "" {
		l.Hide()
	} else {
		l.Show()
	}
}

func join(cells []look.Cell) look.Cell {
	out := look.Cell{}
	var words []string
	for _, c := range cells {
		words = append(words, c.Text)
		if c.Tone == look.Alarm || c.Tone == look.Warn {
			out.Tone = c.Tone
		}
	}
	out.Text = strings.Join(words, "  ·  ")
	return out
}

func clip(s string, n int) string {
	if rs := []rune(s); len(rs) > n {
		return string(rs[:n-1]) + "…"
	}
	return s
}
