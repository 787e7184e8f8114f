package trends

import (
	"context"
	"image"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

// source answers with as many days as asked for and remembers what was drawn.
type source struct {
	days  []int
	drawn []image.Point
	dark  []bool
	err   error
}

func (s *source) Trend(_ context.Context, days int) (metrics.Trend, error) {
	s.days = append(s.days, days)
	var flow []metrics.Day
	for i := range days + 6 {
		d := metrics.Day{Date: uitest.Now.Truncate(24*time.Hour).AddDate(0, 0, i-days-5)}
		d.Created[app.High], d.Created[app.Low], d.Closed[app.Medium] = i%3, 2, i%5
		flow = append(flow, d)
	}
	return metrics.NewTrend(flow, days, uitest.Now, time.UTC), s.err
}

func (s *source) Image(_ context.Context, _ metrics.Trend, dark bool, w, h int, scale float32) (image.Image, error) {
	s.drawn, s.dark = append(s.drawn, image.Pt(w, h)), append(s.dark, dark)
	return image.NewRGBA(image.Rect(0, 0, int(float32(w)*scale), int(float32(h)*scale))), nil
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
	if len(src.drawn) != 2 || src.drawn[1] != image.Pt(900, 300) || p.picture.Bounds().Dx() != 900 {
		t.Errorf("drawn %v", src.drawn)
	}
	p.Fit(900, 300, 2, false)
	line.Drain()
	if p.picture.Bounds().Dx() != 1800 || src.dark[2] {
		t.Errorf("on a denser screen %v, dark %v", p.picture.Bounds(), src.dark)
	}
	p.Fit(3, 3, 1, true)
	line.Drain()
	if len(src.drawn) != 3 {
		t.Error("drawn for a window that is not there yet")
	}
}

func TestLengthOfTheTrend(t *testing.T) {
	p, src, line, _ := open()
	for range 10 {
		p.Do(keys.Longer, 10)
		line.Drain()
	}
	if got := len(p.trend.Points); got != 180 {
		t.Errorf("%d days at most, want 180", got)
	}
	for range 10 {
		p.Do(keys.Shorter, 10)
		line.Drain()
	}
	if got := len(p.trend.Points); got != 7 || src.days[0] != 30 {
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

func TestRowsBehindTheChart(t *testing.T) {
	p, _, _, _ := open()
	c := p.Cells(0)
	if c[0].Text != "Fri 20 Nov 2026" || c[len(c)-1].Text != "not complete" {
		t.Errorf("newest day first: %v", c)
	}
	c = p.Cells(1)
	created, high := p.trend.Points[28].TotalCreated(), p.trend.Points[28].Created[app.High]
	if c[1].Text != string(rune('0'+created)) || c[2].Text != string(rune('0'+high)) || c[6].Text == "–" {
		t.Errorf("yesterday: %v, want %d created, %d high, a median", c, created, high)
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
}

func TestTrendsOnScreen(t *testing.T) {
	p, src, line, _ := open()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	s := NewScreen(p, Frame{Press: func(string) bool { return false }, Run: func(keys.Command) {}, Dark: func() bool { return true }})
	win := test.NewTempWindow(t, s.Root())
	win.SetPadded(false)
	win.Resize(fyne.NewSize(1000, 520))
	line.Drain()
	if n := len(src.drawn); n == 0 || src.drawn[n-1].X != 988 {
		t.Errorf("drawn %v, want the width of the window less its margin", src.drawn)
	}
	if s.chart.Image == nil {
		t.Error("the picture is not on screen")
	}
}
