package trends

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/app/text"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
)

// PlaceSource computes the charts of one tenant's posture and identities. Not for the UI
// goroutine.
type PlaceSource interface {
	// PlaceChart covers the last days UTC days of the tenant in a slot.
	PlaceChart(ctx context.Context, slot int, k metrics.Kind, days int) (metrics.Chart, error)
}

// Tenant is one that has places.
type Tenant struct {
	Slot int
	Name string
}

// Offer adds the charts of places, of the first of the tenants. Call it before Load.
func (p *Presenter) Offer(src PlaceSource, tenants []Tenant) {
	if len(tenants) > 0 {
		p.places, p.tenants = src, tenants
	}
}

// Kinds are the charts that are offered, in the order of their keys.
func (p *Presenter) Kinds() []metrics.Kind {
	if p.places == nil {
		return metrics.Kinds
	}
	return slices.Concat(metrics.Kinds, metrics.PlaceKinds)
}

// longSpans are lengths for what is kept longer than the cloud keeps it.
var longSpans = append(slices.Clone(spans), 365, 730)

func (p *Presenter) spans() []int {
	if p.kind.OfPlace() {
		return longSpans
	}
	return spans
}

// Concerns reports that an event on a topic may change the chart.
func (p *Presenter) Concerns(t app.Topic) bool {
	switch p.kind {
	case metrics.ScoreHistory, metrics.ScoreMoves, metrics.OpenAdvice:
		return t == app.TopicPosture
	case metrics.RiskHeat, metrics.RiskFunnel:
		return t == app.TopicIdentity
	}
	return t == app.TopicIncidents
}

// NextTenant goes on to the next tenant and reports whether there is one.
func (p *Presenter) NextTenant() bool {
	if !p.kind.OfPlace() || len(p.tenants) < 2 {
		return false
	}
	p.tenant, p.list = (p.tenant+1)%len(p.tenants), nil
	p.Changed()
	p.Load()
	return true
}

// named is the chart where its points have names, nil otherwise.
func named(c metrics.Chart) metrics.Named {
	n, _ := c.(metrics.Named)
	return n
}

// listed is the chart where it lists what is behind the figure under the cursor, nil where
// it does not or nothing is.
func (p *Presenter) listed() metrics.Listed {
	l, ok := p.chart.(metrics.Listed)
	if !ok || p.err != nil || p.rows() == 0 {
		return nil
	}
	if _, n := l.Behind(p.series, p.point); n == 0 {
		return nil
	}
	return l
}

// list is what is behind one figure.
type list struct {
	metrics.Rows
	at int
}

func (l *list) words() string {
	rows := "rows"
	if l.All == 1 {
		rows = "row"
	}
	listed := fmt.Sprintf("%d %s.", l.All, rows)
	if len(l.Cells) < l.All {
		listed = fmt.Sprintf("The first %d of %d rows.", len(l.Cells), l.All)
	}
	return strings.TrimSuffix(text.Line(l.Title, 200), ".") + ". " + listed + " Esc goes back to the chart."
}

// Take carries out what the page does itself before the window does: opening a figure of a
// chart that lists its rows, going back from them, and the next tenant.
func (p *Presenter) Take(c keys.Command) bool {
	switch c {
	case keys.NextTenant:
		return p.NextTenant()
	case keys.Back:
		if p.list == nil {
			return false
		}
		p.list = nil
		p.Changed()
		return true
	case keys.Open:
		if p.list != nil {
			return true
		}
		if l := p.listed(); l != nil {
			p.open(l)
			return true
		}
	}
	return false
}

// Nothing says that there are no rows behind the figure.
func (p *Presenter) Nothing() string {
	if p.kind.OfPlace() {
		return "There is nothing behind this figure."
	}
	return "There is no incident behind this figure."
}

// open reads the rows behind the figure under the cursor.
func (p *Presenter) open(l metrics.Listed) {
	series, point := p.series, p.point
	p.read.Run(func(ctx context.Context) func() {
		rows, err := l.Rows(ctx, series, point)
		return func() {
			if p.err = err; err == nil {
				p.list = &list{Rows: rows}
			}
			p.Changed()
		}
	})
}

// browse moves in the list of rows; a key of the chart closes it.
func (p *Presenter) browse(c keys.Command, page int) bool {
	l, to := p.list, p.list.at
	switch c {
	case keys.Down:
		to++
	case keys.Up:
		to--
	case keys.PageDown:
		to += page
	case keys.PageUp:
		to -= page
	case keys.Home:
		to = 0
	case keys.End:
		to = len(l.Cells) - 1
	case keys.Earlier, keys.Later, keys.Scale:
		return true
	case keys.Table, keys.Longer, keys.Shorter:
		p.list = nil
		return p.Do(c, page)
	default:
		return false
	}
	p.browseTo(to)
	return true
}

func (p *Presenter) browseTo(i int) {
	if l := p.list; l != nil && len(l.Cells) > 0 {
		l.at = max(0, min(i, len(l.Cells)-1))
		p.Changed()
	}
}

// listColumns are those of a list: what is a name takes the room that is left.
func listColumns(header []string) []look.Column {
	var out []look.Column
	for i, h := range header {
		c := look.Column{Title: h, Width: 100}
		switch h {
		case "Recommendation", "User", "Scope", "Control", "Detail":
			c.Width, c.Flex = 160, 1
		case "Time (UTC)", "At risk since (UTC)", "Reached (UTC)", "Type":
			c.Width = 168
		}
		if i == 0 {
			c.Flex = max(c.Flex, 1)
		}
		out = append(out, c)
	}
	return out
}

func listCells(row []string) []look.Cell {
	out := make([]look.Cell, len(row))
	for i, s := range row {
		out[i] = look.T(text.Line(s, 200))
	}
	return out
}
