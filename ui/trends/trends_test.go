package trends

import (
	"context"
	"image"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/chart"
	"watchfloor/app/metrics"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

// source answers with charts of as many days as asked for and remembers what was drawn.
type source struct {
	days    []int
	drawn   []Place
	written []string
	err     error
}

var today = uitest.Now.Truncate(24 * time.Hour)

func (s *source) Chart(_ context.Context, k metrics.Kind, days int) (metrics.Chart, error) {
	s.days = append(s.days, days)
	day := func(i int) time.Time { return today.AddDate(0, 0, i+1-days) }
	switch k {
	case metrics.OpenByAge:
		a := metrics.Ageing{Zone: "UTC", AsOf: uitest.Now, Since: uitest.Now.AddDate(0, 0, -5)}
		for i := range days {
			a.Days = append(a.Days, metrics.AgeDay{
				Slot: metrics.Slot{First: day(i), Last: day(i), At: day(i + 1), Complete: true, Known: i > days-6},
				Ages: metrics.Ages{i % 4, 2, 0, 1, 3},
			})
		}
		return a, s.err
	case metrics.ToAcknowledge, metrics.ToClose:
		var slots []metrics.Slot
		var cases []metrics.Lapse
		for i := range days {
			slots = append(slots, metrics.Slot{First: day(i), Last: day(i)})
			for n := range i % 8 {
				cases = append(cases, metrics.Lapse{Severity: app.High, At: day(i), Took: time.Duration(10+n) * time.Minute})
			}
		}
		return metrics.NewTimes(k, slots, cases, uitest.Now, today.AddDate(0, -1, 0), time.UTC), s.err
	}
	var flow []metrics.Day
	for i := range days + 6 {
		d := metrics.Day{Date: day(i - 6)}
		d.Created[app.High], d.Created[app.Low], d.Closed[app.Medium] = i%3, 2, i%5
		flow = append(flow, d)
	}
	return metrics.NewTrend(flow, days, uitest.Now, time.UTC), s.err
}

// Draw is a blank with its figures in a grid: points 10 apart, series 20.
func (s *source) Draw(_ context.Context, c metrics.Chart, p Place) (Picture, error) {
	s.drawn = append(s.drawn, p)
	pic := Picture{Image: image.NewRGBA(image.Rect(0, 0, int(float32(p.W)*p.Scale), int(float32(p.H)*p.Scale)))}
	for series := range c.Series() {
		for point := range c.Len() {
			pic.Spots = append(pic.Spots, chart.Spot{Series: series, Point: point, X: float64(10 * point), Y: float64(20 * series), Bottom: 300})
		}
	}
	return pic, nil
}

func (s *source) Export(_ context.Context, c metrics.Chart, _ chart.Axis, format string) (string, error) {
	s.written = append(s.written, c.Kind().File()+"."+format)
	return "/exports/x", nil
}

func open() (*Presenter, *source, *work.Line, *time.Time) {
	src, line, now := &source{}, &work.Line{}, uitest.Now
	p := New(src, line.Desk(), func() present.Clock { return present.Clock{Now: now, Zone: time.UTC} })
	p.Load()
	line.Drain()
	return p, src, line, &now
}

func TestTheChartIsDrawnForItsPlace(t *testing.T) {
	p, src, line, _ := open()
	if len(src.drawn) != 0 {
		t.Fatal("drawn before its size was known")
	}
	p.Fit(800, 300, 1, true)
	p.Fit(800, 300, 1, true)
	p.Fit(900, 300, 1, true)
	line.Drain()
	if len(src.drawn) != 2 || src.drawn[1].W != 900 || p.picture.Image.Bounds().Dx() != 900 {
		t.Errorf("drawn %v", src.drawn)
	}
	p.Fit(900, 300, 2, false)
	line.Drain()
	if p.picture.Image.Bounds().Dx() != 1800 || src.drawn[2].Dark {
		t.Errorf("on a denser screen %v, %+v", p.picture.Image.Bounds(), src.drawn[2])
	}
	p.Fit(3, 3, 1, true)
	line.Drain()
	if len(src.drawn) != 3 {
		t.Error("drawn for a window that is not there yet")
	}
}

func TestLengthOfTheChart(t *testing.T) {
	p, src, line, _ := open()
	for range 10 {
		p.Do(keys.Longer, 10)
		line.Drain()
	}
	if got := p.chart.Len(); got != 180 {
		t.Errorf("%d days at most, want 180", got)
	}
	for range 10 {
		p.Do(keys.Shorter, 10)
		line.Drain()
	}
	if got := p.chart.Len(); got != 7 || src.days[0] != 30 {
		t.Errorf("%d days at least; began with %d", got, src.days[0])
	}
}

// A pull changes the cache four times a second; the figures follow at leisure.
func TestEventsDoNotRedrawAllTheTime(t *testing.T) {
	p, src, line, now := open()
	for range 50 {
		p.Stale()
		line.Drain()
	}
	if len(src.days) != 1 {
		t.Errorf("%d reads within a moment", len(src.days))
	}
	*now = now.Add(pause)
	p.Tick()
	line.Drain()
	if len(src.days) != 2 {
		t.Error("the last change is never shown")
	}
	p.Tick()
	line.Drain()
	if len(src.days) != 2 {
		t.Error("read again without a change")
	}
}

// A chart by its key, a figure by arrows, its words under the chart, its rows behind it.
func TestFiguresAreReadOutByKeyboardAlone(t *testing.T) {
	p, _, line, _ := open()
	for _, c := range []struct {
		do           keys.Command
		says, rows   string
		nothingThere bool
	}{
		{keys.Earlier, "Thu 19 Nov 2026: ", "created:2026-11-19", false},
		{keys.Down, "severity High", "created:2026-11-19 sev:high", false},
		{keys.Chart(2), "Fri 20 Nov 2026, end of the day: ", "status:any openat:2026-11-20", false},
		{keys.Down, "under 4 hours.", "status:any openat:2026-11-20 agethen<4h", false},
		{keys.Down, "2 incidents open, 4 to 24 hours.", "status:any openat:2026-11-20 agethen>4h agethen<1d", false},
		{keys.Down, "0 incidents open, 1 to 3 days.", "", true},
		{keys.Home, "Before this cache watched", "", true},
		{keys.Chart(3), "Fri 20 Nov 2026, High: 5 acknowledged; half within 12 min (p50)", "acked:2026-11-20 sev:high", false},
		{keys.Earlier, "Fewer than 5 cases.", "acked:2026-11-19 sev:high", false},
		{keys.Down, "Medium: none acknowledged.", "", true},
		{keys.Chart(4), "5 closed;", "closed:2026-11-20 sev:high", false},
		{keys.Chart(9), "5 closed;", "closed:2026-11-20 sev:high", false},
	} {
		p.Do(c.do, 10)
		line.Drain()
		if got := p.Caption(); !strings.Contains(got, c.says) {
			t.Errorf("after %s: %q, want %q", c.do, got, c.says)
		}
		filter, ok := p.Behind()
		if ok == c.nothingThere || ok && filter != c.rows {
			t.Errorf("after %s: rows %q %v, want %q", c.do, filter, ok, c.rows)
		}
	}
}

func TestTheCursorStaysWithinTheChart(t *testing.T) {
	p, _, line, _ := open()
	for range 40 {
		p.Do(keys.Later, 10)
		p.Do(keys.Up, 10)
	}
	if p.point != 29 || p.series != 0 {
		t.Errorf("point %d, series %d", p.point, p.series)
	}
	for range 40 {
		p.Do(keys.Earlier, 10)
		p.Do(keys.Down, 10)
	}
	if p.point != 0 || p.series != len(p.chart.Series())-1 {
		t.Errorf("point %d, series %d", p.point, p.series)
	}
	p.Do(keys.Longer, 10)
	line.Drain()
	if p.point != 59 {
		t.Errorf("with more days the cursor is on %d, want the last day", p.point)
	}
}

// In the table days are rows, the newest first, and series are columns.
func TestTheTableHoldsTheSameFigures(t *testing.T) {
	for _, k := range metrics.Kinds {
		p, _, line, _ := open()
		p.Show(k)
		p.Do(keys.Table, 10)
		line.Drain()
		for series := range p.chart.Series() {
			for range 3 {
				row := cells(p.chart, p.point, p.series)
				if len(row) != len(columns(p.chart)) {
					t.Fatalf("%v: %d cells under %d columns", k, len(row), len(columns(p.chart)))
				}
				_, n := p.chart.Behind(p.series, p.point)
				found := false
				for _, c := range row {
					found = found || c.Bold && c.Text == count(n).Text
				}
				if !found {
					t.Errorf("%v, series %d, point %d: %d does not stand out in %v", k, series, p.point, n, row)
				}
				p.Do(keys.Down, 10)
			}
			if p.point != 29-3 {
				t.Errorf("%v: three rows down is point %d", k, p.point)
			}
			p.Do(keys.Home, 10)
			p.Do(keys.Later, 10)
		}
	}
}

func TestAClickFindsTheFigure(t *testing.T) {
	p, _, line, _ := open()
	p.Fit(800, 300, 1, true)
	line.Drain()
	if !p.Hit(52, 37) || p.point != 5 || p.series != 2 {
		t.Errorf("point %d, series %d; want 5 and 2", p.point, p.series)
	}
	if s, ok := p.Spot(); !ok || s.X != 50 || s.Y != 40 {
		t.Errorf("the cursor is at %v %v", s, ok)
	}
	if p.Hit(700, 30) || p.Hit(50, 400) {
		t.Error("a click beside the chart found something")
	}
}

// While figures are newer than the picture, no cursor stands at a wrong place.
func TestNoCursorOnAnOldPicture(t *testing.T) {
	p, _, line, _ := open()
	p.Fit(800, 300, 1, true)
	line.Drain()
	p.Do(keys.Longer, 1)
	line.Step() // the figures are read
	line.Step() // and taken; the picture is still to be drawn
	if _, ok := p.Spot(); ok {
		t.Error("the cursor stands on a picture of other figures")
	}
	line.Drain()
	if _, ok := p.Spot(); !ok {
		t.Error("no cursor on the new picture")
	}
}

func TestExportsAreOfTheChartShown(t *testing.T) {
	p, src, line, _ := open()
	p.Do(keys.Chart(2), 1)
	line.Drain()
	for _, format := range []string{"png", "svg", "csv"} {
		if _, err := p.Export(format)(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if got := strings.Join(src.written, " "); got != "ageing.png ageing.svg ageing.csv" {
		t.Errorf("written %q", got)
	}
	empty := New(src, line.Desk(), nil)
	if _, err := empty.Export("png")(t.Context()); app.Say(err) != "There is no chart to write yet." {
		t.Errorf("said %v", err)
	}
}

func TestAnErrorIsASentence(t *testing.T) {
	src, line := &source{err: app.E(app.KindInternal, "The cache cannot be read.", nil)}, &work.Line{}
	p := New(src, line.Desk(), func() present.Clock { return present.Clock{Now: uitest.Now} })
	p.Load()
	line.Drain()
	if got := p.Caption(); got != "The cache cannot be read. Press r to sync, g t to try again." {
		t.Error(got)
	}
	if _, ok := p.Behind(); ok {
		t.Error("there are rows behind a chart that was not read")
	}
	for _, c := range []keys.Command{keys.Later, keys.Down, keys.Table, keys.Home} {
		p.Do(c, 5)
	}
}

func TestTrendsOnScreen(t *testing.T) {
	p, src, line, _ := open()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	var ran []keys.Command
	s := NewScreen(p, Frame{Press: func(string) bool { return false }, Run: func(c keys.Command) { ran = append(ran, c) }, Dark: func() bool { return true }})
	win := test.NewTempWindow(t, s.Root())
	win.SetPadded(false)
	win.Resize(fyne.NewSize(1000, 620))
	line.Drain()
	if n := len(src.drawn); n == 0 || src.drawn[n-1].W != 992 {
		t.Errorf("drawn %v, want the width of the window less its margin", src.drawn)
	}
	if s.plate.picture.Image == nil || s.plate.ring.Hidden {
		t.Error("the picture or its cursor is not on screen")
	}
	test.AssertRendersToMarkup(t, "chart.xml", win.Canvas())
	s.plate.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(inset+52, inset+39)}})
	if p.point != 5 || p.series != 2 || len(ran) != 0 {
		t.Errorf("the mouse over series %d, point %d reads out none of it, or runs %v", p.series, p.point, ran)
	}
	s.plate.Tapped(&fyne.PointEvent{Position: fyne.NewPos(inset+31, inset+1)})
	if p.point != 3 || len(ran) != 1 || ran[0] != keys.Open {
		t.Errorf("a click is on point %d and runs %v", p.point, ran)
	}
	for _, c := range []keys.Command{keys.Table, keys.Chart(3), keys.Chart(2), keys.Scale, keys.Table, keys.Chart(4)} {
		s.Do(c)
		line.Drain()
		if got := s.grid != nil && s.middle.Objects[0] == fyne.CanvasObject(s.grid); got != p.table {
			t.Errorf("after %s the table is shown: %v", c, got)
		}
		if p.table && len(s.grid.Columns) != len(columns(p.chart)) {
			t.Errorf("after %s the table has the columns of another chart", c)
		}
	}
	s.Do(keys.Table)
	test.AssertRendersToMarkup(t, "table.xml", win.Canvas())
}
