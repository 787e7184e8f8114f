package trends

import (
	"strconv"

	"watchfloor/app/metrics"
	"watchfloor/app/text"
	"watchfloor/ui/look"
)

// placeColumns are those of placeCells; they depend on the chart.
func placeColumns(c metrics.Chart) []look.Column {
	right := func(title string, width float32) look.Column {
		return look.Column{Title: title, Width: width, Right: true}
	}
	name := look.Column{Title: "", Width: 200, Flex: 1}
	switch c := c.(type) {
	case metrics.Scores:
		out := []look.Column{{Title: "Day", Width: 124}}
		for _, p := range c.Panels {
			out = append(out, look.Column{Title: p.Model.Label(), Width: 170, Flex: 1}, right("points", 76), right("maximum", 76), right("scopes", 56))
		}
		return append(out, look.Column{Width: 100})
	case metrics.Moves:
		name.Title = "Control"
		return []look.Column{name, right("before", 76), right("after", 76), right("change", 76), right("maximum", 76), {Title: "", Width: 90}}
	case metrics.Advice:
		name.Title = "Age"
		out := []look.Column{name, right("Open", 60)}
		for _, r := range metrics.AdviceRisks {
			out = append(out, right(r, 70))
		}
		return out
	case metrics.Heat:
		name.Title, name.Width = "Country", 120
		out := []look.Column{name}
		for _, t := range c.Series() {
			out = append(out, right(text.Line(t, 60), 110))
		}
		return out
	}
	name.Title = "Stage"
	return []look.Column{name, right("Users", 70), right("Median", 110)}
}

// placeCells are the figures of one point; that of the cursor's series stands out.
func placeCells(c metrics.Chart, point, series int) []look.Cell {
	var out []look.Cell
	if n := named(c); n != nil {
		out = append(out, look.T(text.Line(n.PointName(series, point), 120)))
	}
	switch c := c.(type) {
	case metrics.Scores:
		return scoreCells(c, point, series)
	case metrics.Moves:
		return append(out, moveCells(c, point, series)...)
	case metrics.Advice:
		for i := range c.Series() {
			out = append(out, mark(count(c.Figure(i, point)), i == series))
		}
	case metrics.Heat:
		for i := range c.Series() {
			out = append(out, mark(count(c.Figure(i, point)), i == series))
		}
	case metrics.Funnel:
		_, n := c.Behind(series, point)
		out = append(out, mark(count(n), true), look.D(c.MedianWords(point)))
	}
	return out
}

func scoreCells(s metrics.Scores, point, series int) []look.Cell {
	out := []look.Cell{look.T(s.Slots[point].First.Format("Mon 2 Jan 2006"))}
	note := ""
	for i, p := range s.Panels {
		d := p.Days[point]
		if !d.Seen {
			out = append(out, mark(look.D("–"), i == series), look.D("–"), look.D("–"), look.D("0"))
			continue
		}
		share := look.D("–")
		if d.Rated {
			share = look.T(strconv.FormatFloat(d.Percent, 'f', 1, 64) + " %")
		}
		if d.Percent > 100 {
			note = "above maximum"
		}
		out = append(out, mark(share, i == series), look.T(metrics.Points(d.Current)), look.T(metrics.Points(d.Max)), look.T(strconv.Itoa(len(d.Scores))))
	}
	return append(out, look.D(note))
}

func moveCells(m metrics.Moves, point, series int) []look.Cell {
	bars := m.Panels[series].Bars
	if point >= len(bars) {
		return []look.Cell{look.D(""), look.D(""), look.D(""), look.D(""), look.D("")}
	}
	b := bars[point]
	if b.Total {
		return []look.Cell{look.D(""), mark(look.T(metrics.Points(b.To)), true), look.D(""), look.D(""), look.D("")}
	}
	change, note := metrics.Points(b.To-b.From), ""
	if b.To > b.From {
		change = "+" + change
	}
	if b.Step.Came {
		note = "came"
	}
	if b.Step.Went {
		note = "went"
	}
	if b.Step.Name == "" {
		return []look.Cell{look.D(""), look.D(""), mark(look.T(change), true), look.D(""), look.D(note)}
	}
	return []look.Cell{look.T(metrics.Points(b.Step.From)), look.T(metrics.Points(b.Step.To)), mark(look.T(change), true), look.T(metrics.Points(b.Step.MaxTo)), look.D(note)}
}
