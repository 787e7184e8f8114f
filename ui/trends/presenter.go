package trends

import (
	"context"
	"fmt"
	"math"
	"time"

	"watchfloor/app"
	"watchfloor/app/chart"
	"watchfloor/app/metrics"
	"watchfloor/app/text"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/work"
)

// spans are the lengths a chart can have, in days.
var spans = []int{7, 14, 30, 60, 90, 180}

// Presenter is the state of the page. It belongs to the UI goroutine.
type Presenter struct {
	Changed func()

	src    Source
	desk   *work.Desk
	clock  func() present.Clock
	read   *work.Slot
	draw   *work.Slot
	kind   metrics.Kind
	span   int
	axis   chart.Axis
	table  bool
	chart  metrics.Chart // nil before it was read
	err    error
	series int
	point  int
	stale  bool
	readAt time.Time

	picture Picture
	asked   request
	drawn   request

	places  PlaceSource // nil where charts of places are not offered
	tenants []Tenant
	tenant  int
	list    *list // the rows behind a figure, while they are shown
}

// pause is the least time between two reads that events ask for.
const pause = 10 * time.Second

// request is what a picture was asked for.
type request struct {
	Place
	turn int // of the data
}

// New returns an empty page; Load fills it.
func New(src Source, desk *work.Desk, clock func() present.Clock) *Presenter {
	return &Presenter{Changed: func() {}, src: src, desk: desk, clock: clock, read: desk.Slot(), draw: desk.Slot(), span: 2}
}

// Stale tells that the cache changed: the figures are read again, at most once in
// every pause.
func (p *Presenter) Stale() {
	p.stale = true
	p.Tick()
}

// Tick reads stale figures again when their pause is over.
func (p *Presenter) Tick() {
	if now := p.clock().Now; p.stale && !p.read.Busy() && now.Sub(p.readAt) >= pause {
		p.Load()
	}
}

// Load reads the figures. The cursor stays on its day, or goes to the last one.
func (p *Presenter) Load() {
	kind, days := p.kind, p.spans()[p.span]
	read := p.src.Chart
	if kind.OfPlace() {
		places, slot := p.places, p.tenants[p.tenant].Slot
		read = func(ctx context.Context, k metrics.Kind, days int) (metrics.Chart, error) {
			return places.PlaceChart(ctx, slot, k, days)
		}
	}
	p.stale, p.readAt = false, p.clock().Now
	p.read.Run(func(ctx context.Context) func() {
		c, err := read(ctx, kind, days)
		return func() {
			if p.err = err; err == nil {
				p.take(c)
			}
			p.Changed()
		}
	})
}

func (p *Presenter) take(c metrics.Chart) {
	old := p.chart
	p.chart = c
	fromEnd := 0
	if old != nil && old.Kind() == c.Kind() && old.Len() == c.Len() {
		fromEnd = old.Len() - 1 - p.point
	}
	if old == nil || old.Kind() != c.Kind() {
		p.series = 0
	}
	p.point = max(0, c.Len()-1-fromEnd)
	if named(c) != nil && fromEnd == 0 && (old == nil || old.Kind() != c.Kind() || old.Len() != c.Len()) {
		p.point = 0 // names have no end that is the latest
	}
	p.series = min(p.series, len(c.Series())-1)
	p.asked.turn++
	p.redraw()
}

// Fit says how large the chart is on screen.
func (p *Presenter) Fit(w, h int, scale float32, dark bool) {
	want := Place{w, h, scale, dark, p.axis}
	if w < 50 || h < 50 || p.asked.Place == want {
		return
	}
	p.asked.Place = want
	p.redraw()
}

func (p *Presenter) redraw() {
	want := p.asked
	if want.W == 0 || p.chart == nil || want == p.drawn {
		return
	}
	c := p.chart
	p.draw.Run(func(ctx context.Context) func() {
		pic, err := p.src.Draw(ctx, c, want.Place)
		return func() {
			if err != nil {
				p.err = err
			} else {
				p.picture, p.drawn = pic, want
			}
			p.Changed()
		}
	})
}

// Leave stops what only matters while the page is seen.
func (p *Presenter) Leave() {
	p.read.Stop()
	p.draw.Stop()
}

// Do carries out a command and reports whether it is the page's. On the chart Down and
// Up choose the series and Left and Right the day; in the table, where days are rows, it
// is the other way round.
func (p *Presenter) Do(c keys.Command, page int) bool {
	if n, ok := c.Number("chart"); ok {
		if all := p.Kinds(); n <= len(all) {
			p.Show(all[n-1])
		}
		return true
	}
	if p.list != nil {
		return p.browse(c, page)
	}
	down := -1 // to the row below: the newest day is the first row, but names are in order
	if named(p.chart) != nil {
		down = 1
	}
	if p.table {
		switch c {
		case keys.Down:
			p.move(p.series, p.point+down)
			return true
		case keys.Up:
			p.move(p.series, p.point-down)
			return true
		case keys.Earlier:
			c = keys.Up
		case keys.Later:
			c = keys.Down
		case keys.Home, keys.End:
			if down < 0 {
				c = map[keys.Command]keys.Command{keys.Home: keys.End, keys.End: keys.Home}[c]
			}
		}
	}
	switch c {
	case keys.Longer:
		p.length(1)
	case keys.Shorter:
		p.length(-1)
	case keys.Later:
		p.move(p.series, p.point+1)
	case keys.Earlier:
		p.move(p.series, p.point-1)
	case keys.Down:
		p.move(p.series+1, p.point)
	case keys.Up:
		p.move(p.series-1, p.point)
	case keys.PageDown:
		p.move(p.series, p.point+down*page)
	case keys.PageUp:
		p.move(p.series, p.point-down*page)
	case keys.Home:
		p.move(p.series, 0)
	case keys.End:
		p.move(p.series, math.MaxInt32)
	case keys.Table:
		p.table = !p.table
		p.Changed()
	case keys.Scale:
		p.scale()
	default:
		return false
	}
	return true
}

// Show chooses a chart.
func (p *Presenter) Show(k metrics.Kind) {
	if k != p.kind || p.list != nil {
		p.kind, p.list = k, nil
		p.span = min(p.span, len(p.spans())-1)
		p.Changed()
		p.Load()
	}
}

func (p *Presenter) length(step int) {
	if n := p.span + step; n >= 0 && n < len(p.spans()) {
		p.span = n
		p.Load()
	}
}

// scale goes on to the next axis of charts of time.
func (p *Presenter) scale() {
	p.axis = (p.axis + 1) % 3
	p.asked.Axis = p.axis
	p.redraw()
	p.Changed()
}

// move puts the cursor on a figure, bounded by the chart.
func (p *Presenter) move(series, point int) {
	if p.chart == nil {
		return
	}
	series, point = max(0, min(series, len(p.chart.Series())-1)), max(0, min(point, p.chart.Len()-1))
	if series != p.series || point != p.point {
		p.series, p.point = series, point
		p.Changed()
	}
}

// Row puts the cursor on a row of the table.
func (p *Presenter) Row(i int) { p.move(p.series, p.line(i)) }

// line is the point of a row of the table, and the row of a point: the newest day is the
// first row, names are in order.
func (p *Presenter) line(i int) int {
	if named(p.chart) != nil {
		return i
	}
	return p.rows() - 1 - i
}

func (p *Presenter) rows() int {
	if p.chart == nil {
		return 0
	}
	return p.chart.Len()
}

// Hit puts the cursor on the figure nearest to a place on the chart and reports whether
// there is one near.
func (p *Presenter) Hit(x, y float64) bool {
	best, at := math.Inf(1), -1
	for i, s := range p.picture.Spots {
		if s.Right > s.Left {
			if x >= s.Left && x < s.Right && y >= s.Top && y < s.Bottom {
				best, at = 0, i
			}
			continue
		}
		if y < s.Top-8 || y > s.Bottom+8 {
			continue
		}
		// The day counts more than the height: columns and areas are clicked anywhere.
		if d := math.Hypot(4*(x-s.X), y-s.Y); d < best && math.Abs(x-s.X) < 60 {
			best, at = d, i
		}
	}
	if at < 0 {
		return false
	}
	p.move(p.picture.Spots[at].Series, p.picture.Spots[at].Point)
	return true
}

// Spot is the place of the cursor in the picture.
func (p *Presenter) Spot() (chart.Spot, bool) {
	if p.drawn.turn != p.asked.turn { // the picture is of other figures
		return chart.Spot{}, false
	}
	for _, s := range p.picture.Spots {
		if s.Series == p.series && s.Point == p.point {
			return s, true
		}
	}
	return chart.Spot{}, false
}

// Behind is the filter that shows the incidents behind the figure under the cursor; ok
// is false where there are none.
func (p *Presenter) Behind() (filter string, ok bool) {
	if p.rows() == 0 || p.err != nil {
		return "", false
	}
	filter, n := p.chart.Behind(p.series, p.point)
	return filter, n > 0 && filter != ""
}

// Export writes the chart; format is "png", "svg" or "csv".
func (p *Presenter) Export(format string) func(context.Context) (string, error) {
	c, axis := p.chart, p.axis
	return func(ctx context.Context) (string, error) {
		if c == nil {
			return "", app.E(app.KindInvalid, "There is no chart to write yet.", nil)
		}
		return p.src.Export(ctx, c, axis, format)
	}
}

// Title names the page and the length of its chart.
func (p *Presenter) Title() string {
	of := ""
	if p.kind.OfPlace() && len(p.tenants) > 1 {
		of = " of " + text.Line(p.tenants[p.tenant].Name, 40)
	}
	return fmt.Sprintf("Trends%s, %d days", of, p.spans()[p.span])
}

// Caption reads out the figure under the cursor, or says why there is none.
func (p *Presenter) Caption() string {
	switch {
	case p.err != nil:
		return app.Say(p.err) + " Press r to sync, g t to try again."
	case p.chart == nil:
		return "Counting…"
	case p.list != nil:
		return p.list.words()
	case p.rows() == 0 && p.kind.OfPlace():
		return "There is nothing to show of these days."
	case p.rows() == 0:
		return "There are no days to show."
	}
	words := p.chart.Words(p.series, p.point)
	if f, ok := p.Behind(); ok {
		words += " Enter shows them: " + f
	} else if p.listed() != nil {
		words += " Enter lists what is behind it."
	}
	return text.Line(words, 600)
}

// Series says which series the cursor is on: "2 of 6: under 4 hours".
func (p *Presenter) Series() string {
	if p.chart == nil {
		return ""
	}
	all := p.chart.Series()
	return fmt.Sprintf("Series %d of %d: %s", p.series+1, len(all), text.Line(all[p.series], 80))
}
