package trends

import (
	"context"
	"image"
	"strconv"
	"time"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/work"
)

// spans are the lengths a trend can have, in days.
var spans = []int{7, 14, 30, 60, 90, 180}

// Presenter is the state of the page. It belongs to the UI goroutine.
type Presenter struct {
	Changed func()

	src     Source
	desk    *work.Desk
	clock   func() present.Clock
	read    *work.Slot
	draw    *work.Slot
	span    int
	trend   metrics.Trend
	loaded  bool
	err     error
	cursor  int
	stale   bool
	readAt  time.Time
	picture image.Image
	asked   size
	drawn   size
}

// pause is the least time between two reads that events ask for.
const pause = 10 * time.Second

// size is what a picture was asked for.
type size struct {
	w, h  int
	scale float32
	dark  bool
	turn  int // of the data
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

// Load reads the figures.
func (p *Presenter) Load() {
	days := spans[p.span]
	p.stale, p.readAt = false, p.clock().Now
	p.read.Run(func(ctx context.Context) func() {
		t, err := p.src.Trend(ctx, days)
		return func() {
			p.loaded = true
			if p.err = err; err == nil {
				p.trend = t
				p.cursor = min(p.cursor, max(0, len(t.Points)-1))
				p.asked.turn++
				p.redraw()
			}
			p.Changed()
		}
	})
}

// Fit says how large the chart is on screen.
func (p *Presenter) Fit(w, h int, scale float32, dark bool) {
	if w < 50 || h < 50 || p.asked.w == w && p.asked.h == h && p.asked.scale == scale && p.asked.dark == dark {
		return
	}
	p.asked.w, p.asked.h, p.asked.scale, p.asked.dark = w, h, scale, dark
	p.redraw()
}

func (p *Presenter) redraw() {
	want := p.asked
	if want.w == 0 || !p.loaded || p.err != nil || want == p.drawn {
		return
	}
	t := p.trend
	p.draw.Run(func(ctx context.Context) func() {
		img, err := p.src.Image(ctx, t, want.dark, want.w, want.h, want.scale)
		return func() {
			if err != nil {
				p.err = err
			} else {
				p.picture, p.drawn = img, want
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

// Do carries out a command and reports whether it is the page's.
func (p *Presenter) Do(c keys.Command, page int) bool {
	switch c {
	case keys.Longer, keys.Shorter:
		step := 1
		if c == keys.Shorter {
			step = -1
		}
		if n := p.span + step; n >= 0 && n < len(spans) {
			p.span = n
			p.Load()
		}
	case keys.Down:
		p.Move(p.cursor + 1)
	case keys.Up:
		p.Move(p.cursor - 1)
	case keys.PageDown:
		p.Move(p.cursor + page)
	case keys.PageUp:
		p.Move(p.cursor - page)
	case keys.Home:
		p.Move(0)
	case keys.End:
		p.Move(len(p.trend.Points) - 1)
	default:
		return false
	}
	return true
}

// Move puts the cursor on a row, bounded by the table.
func (p *Presenter) Move(i int) {
	if i = max(0, min(i, len(p.trend.Points)-1)); i != p.cursor {
		p.cursor = i
		p.Changed()
	}
}

// Title names the page and the length of its trend.
func (p *Presenter) Title() string {
	return "Trends, " + strconv.Itoa(spans[p.span]) + " days"
}

// Caption is what to say besides the chart, which prints its own definition, n, time
// zone and freshness.
func (p *Presenter) Caption() string {
	switch {
	case p.err != nil:
		return app.Say(p.err) + " Press r to sync, g t to try again."
	case !p.loaded:
		return "Counting…"
	}
	return ""
}

// Columns are those of Cells.
var Columns = []look.Column{
	{Title: "Day", Width: 110}, {Title: "Created", Width: 60, Right: true}, {Title: "High", Width: 44, Right: true}, {Title: "Med", Width: 44, Right: true},
	{Title: "Low", Width: 44, Right: true}, {Title: "Info", Width: 44, Right: true}, {Title: "7-day median", Width: 90, Right: true},
	{Title: "Closed", Width: 60, Right: true}, {Title: "High", Width: 44, Right: true}, {Title: "Med", Width: 44, Right: true},
	{Title: "Low", Width: 44, Right: true}, {Title: "Info", Width: 44, Right: true}, {Title: "7-day median", Width: 90, Right: true}, {Title: "", Width: 40, Flex: 1},
}

// Cells are the figures of one day; the newest day is row 0.
func (p *Presenter) Cells(i int) []look.Cell {
	d := p.trend.Points[len(p.trend.Points)-1-i]
	n := func(v int) look.Cell {
		if v == 0 {
			return look.D("0")
		}
		return look.T(strconv.Itoa(v))
	}
	out := []look.Cell{look.T(d.Date.Format("Mon 2 Jan 2006"))}
	for _, side := range []struct {
		total  int
		by     [int(app.High) + 1]int
		median *float64
	}{{d.TotalCreated(), d.Created, d.CreatedMedian}, {d.TotalClosed(), d.Closed, d.ClosedMedian}} {
		out = append(out, look.Cell{Text: strconv.Itoa(side.total), Bold: true}, n(side.by[app.High]), n(side.by[app.Medium]), n(side.by[app.Low]), n(side.by[app.Informational]))
		m := look.D("–")
		if side.median != nil {
			m = look.T(strconv.FormatFloat(*side.median, 'f', -1, 64))
		}
		out = append(out, m)
	}
	note := ""
	if !d.Complete {
		note = "not complete"
	}
	return append(out, look.D(note))
}
