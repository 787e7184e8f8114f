package posture

import (
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	model "watchfloor/app/posture"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	wf "watchfloor/ui/theme"
	"watchfloor/ui/widget"
)

// panel shows a Card: the figures of one model and their trend.
type panel struct {
	root                                        fyne.CanvasObject
	label, percent, points, scope, about, alert *widget.Line
	back                                        *widget.Fill
	plot                                        *widget.Plot
}

func newPanel(tap func()) *panel {
	line := func() *widget.Line { return widget.NewLine(look.Cell{}) }
	p := &panel{
		label: line(), percent: widget.Sized(look.Cell{}, theme.SizeNameHeadingText), points: line(), scope: line(), about: widget.Sized(look.Cell{}, theme.SizeNameCaptionText),
		alert: line(), back: widget.Panel(), plot: widget.NewPlot(fyne.NewSize(160, 108)),
	}
	p.percent.Natural, p.back.Border, p.back.Radius = true, true, 4
	figures := container.NewBorder(nil, nil, p.percent, nil, widget.Pad(p.points, 6, 0, 0, 12))
	p.root = widget.Clickable(widget.Over(p.back, widget.Pad(widget.Column(2, p.label, figures, p.scope, p.about, p.alert, p.plot), 8, 12, 6, 12)), tap)
	return p
}

func (p *panel) set(c Card, from, to, today time.Time, days int) {
	p.label.Set(look.Cell{Text: c.Label, Bold: true})
	p.percent.Set(look.Cell{Text: c.Percent, Bold: true})
	p.points.Set(look.D(c.Points))
	p.scope.Set(look.Cell{Text: c.Scope, Fit: look.Middle})
	p.about.Set(look.D(c.About))
	p.alert.Set(look.Cell{Tone: look.Warn})
	if c.Warning != "" {
		p.alert.Set(look.Cell{Text: "! " + c.Warning, Tone: look.Warn})
	}
	p.back.Edge = ""
	if c.Chosen {
		p.back.Edge = wf.Cursor
	} else {
		from, to = time.Time{}, time.Time{}
	}
	p.back.Refresh()
	p.plot.Set(trendPlot(c.Trend, from, to, today, days))
}

// longestGap is how long a line leads over days that nobody saw.
const longestGap = 48 * time.Hour

// trendPlot is a trend as a figure: percent as a line, the maximum as steps beneath, the
// two compared days as marks.
func trendPlot(trend []model.Score, from, to, today time.Time, days int) widget.PlotData {
	begin := today.AddDate(0, 0, -days)
	at := func(t time.Time) float32 { return float32(t.Sub(begin).Hours() / 24 / float64(days)) }
	low, high, least, most := math.Inf(1), math.Inf(-1), math.Inf(1), 0.0
	for _, s := range trend {
		if v, ok := s.Percent(); ok && !math.IsInf(v, 0) {
			low, high = min(low, v), max(high, v)
		}
		least, most = min(least, s.Max), max(most, s.Max)
	}
	if low > high {
		return widget.PlotData{High: "no trend yet"}
	}
	low, high = math.Floor(low-1), math.Ceil(high+1)
	d := widget.PlotData{
		High: present.Percent(high), Low: present.Percent(low), Beneath: "max " + present.Points(most), StepHigh: true,
		From: begin.Format("2 Jan 2006"), To: today.Format("2 Jan 2006"),
	}
	step := func(float64) float32 { return 0.5 }
	if least < most { // what moved is to be seen
		d.Beneath = "max " + present.Points(least) + "–" + present.Points(most)
		step = func(f float64) float32 { return float32((f - least) / (most - least)) }
	}
	var before time.Time
	for _, s := range trend {
		x := at(day(s.Day))
		if x < 0 || x > 1 || math.IsNaN(s.Max) {
			continue
		}
		d.Steps = append(d.Steps, widget.PlotPoint{X: x, Y: step(s.Max)})
		if v, ok := s.Percent(); ok && !math.IsInf(v, 0) {
			d.Line = append(d.Line, widget.PlotPoint{X: x, Y: float32((v - low) / (high - low)), Gap: before.IsZero() || day(s.Day).Sub(before) > longestGap})
			before = day(s.Day)
		}
	}
	for _, t := range []time.Time{from, to} {
		if x := at(day(t)); !t.IsZero() && x >= 0 && x <= 1 {
			d.Marks = append(d.Marks, x)
		}
	}
	return d
}

// pinCard shows one of the pinned risks.
type pinCard struct {
	root  fyne.CanvasObject
	count *widget.Line
	back  *widget.Fill
	plot  *widget.Plot
}

func newPinCard(name model.Pin, tap func()) *pinCard {
	p := &pinCard{count: widget.Natural(look.Cell{}), back: widget.Panel(), plot: widget.NewPlot(fyne.NewSize(50, 22))}
	p.back.Border, p.back.Radius = true, 4
	label := widget.Sized(look.Cell{Text: shortPin(name)}, theme.SizeNameCaptionText)
	p.root = widget.Clickable(widget.Over(p.back, widget.Pad(widget.Column(1, label, container.NewBorder(nil, nil, p.count, nil, widget.Pad(p.plot, 0, 0, 0, 8))), 5, 8, 4, 8)), tap)
	return p
}

// shortPin is the name of a pinned risk that fits a card; the heading has it in full.
func shortPin(x model.Pin) string {
	switch x {
	case model.PinFirewall:
		return "Missing WAF"
	case model.PinInternet:
		return "Internet-facing"
	}
	return string(x)
}

func (p *pinCard) set(x model.Pinned, chosen bool) {
	c := look.Cell{Text: present.Figure(x.Unhealthy), Bold: true}
	if n := len(x.Trend); n > 1 {
		c.Text += "  " + present.Signed(float64(x.Trend[n-1].N-x.Trend[0].N))
	}
	p.count.Set(c)
	p.back.Edge = ""
	if chosen {
		p.back.Edge = wf.Cursor
	}
	p.back.Refresh()
	p.plot.Set(sparkline(x.Trend))
}

// sparkline is a count by day from 0 on.
func sparkline(all []model.DayCount) (d widget.PlotData) {
	most := 1
	for _, x := range all {
		most = max(most, x.N)
	}
	if len(all) < 2 {
		return d
	}
	begin, length := all[0].Day, all[len(all)-1].Day.Sub(all[0].Day)
	for i, x := range all {
		if length > 0 {
			d.Line = append(d.Line, widget.PlotPoint{X: float32(float64(x.Day.Sub(begin)) / float64(length)), Y: float32(x.N) / float32(most), Gap: i == 0})
		}
	}
	return d
}
