package chart

import (
	"bytes"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/metrics"
)

// story is a month of a busy floor: a weekly rhythm, one bad day, closing that
// catches up later. It ends in the middle of a day.
func story(days int) metrics.Trend {
	start := time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 1-days-6)
	flow := make([]metrics.Day, days+6)
	state := uint32(7)
	next := func(n int) int { state = state*1664525 + 1013904223; return int(state>>16) % n }
	for i := range flow {
		d := &flow[i]
		d.Date = start.AddDate(0, 0, i)
		busy := 3
		if wd := d.Date.Weekday(); wd == 0 || wd == 6 {
			busy = 1
		}
		d.Created = [5]int{0, 2*busy + next(4), 4*busy + next(9), 3*busy + next(6), busy + next(3)}
		if i%23 == 15 {
			d.Created[app.High] += 14
		}
		d.Closed = [5]int{0, 2 * busy, 3*busy + next(8), 3 * busy, busy + next(3)}
	}
	last := &flow[len(flow)-1]
	last.Created, last.Closed = [5]int{1, 2, 3, 2, 1}, [5]int{0, 1, 1, 1, 0}
	return metrics.NewTrend(flow, days, time.Date(2026, 3, 12, 9, 30, 0, 0, time.UTC), time.UTC)
}

func TestSameSeriesSameBytes(t *testing.T) {
	render := func() (string, string) {
		var png, svg bytes.Buffer
		f := Trend(story(30), Dark)
		if err := f.PNG(&png, 900, 420, 1); err != nil {
			t.Error(err)
		}
		if err := f.SVG(&svg, 900, 420); err != nil {
			t.Error(err)
		}
		return png.String(), svg.String()
	}
	wantPNG, wantSVG := render()
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if png, svg := render(); png != wantPNG || svg != wantSVG {
				t.Error("the same series drew different bytes")
			}
		})
	}
	all.Wait()
}

func TestImageHasThePixelsAskedFor(t *testing.T) {
	for _, c := range []struct {
		w, h  int
		scale float64
	}{{900, 420, 1}, {1801, 843, 2}, {1125, 525, 1.25}, {1350, 631, 1.5}, {100, 80, 1}, {1, 1, 3}, {640, 400, 0}} {
		if got := Trend(story(14), Light).Image(c.w, c.h, c.scale).Bounds().Size(); got != image.Pt(c.w, c.h) {
			t.Errorf("asked for %dx%d at %v, got %v", c.w, c.h, c.scale, got)
		}
	}
}

// Every severity is there in its own colour, unmixed: an edge off the pixel grid
// would blur it into its neighbour.
func TestColumnsAreCrispAtEveryScale(t *testing.T) {
	for theme, p := range palettes {
		for _, scale := range []float64{1, 1.25, 2} {
			img := Trend(story(30), theme).Image(int(900*scale), int(420*scale), scale)
			count := map[color.NRGBA]int{}
			for y := range img.Bounds().Dy() {
				for x := range img.Bounds().Dx() {
					count[color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)]++
				}
			}
			for _, s := range app.Severities {
				if n := count[p.severity[s]]; n < int(400*scale*scale) {
					t.Errorf("theme %v scale %v: %v has %d pixels of its colour", theme, scale, s, n)
				}
			}
			if n := count[mix(p.severity[app.Medium], p.back, 0.55)]; n == 0 {
				t.Errorf("theme %v scale %v: the running day is not pale", theme, scale)
			}
		}
	}
}

func TestFigureSaysWhatItShows(t *testing.T) {
	var svg bytes.Buffer
	if err := Trend(story(30), Light).SVG(&svg, 1100, 460); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Incidents created and closed per day", "Created:", "High", "Informational", "Closed",
		"7-day median of created", "Twins count once", "n = ", "time zone UTC", "as of 2026-03-12 09:30 UTC", "Pale columns",
		"Unknown", "12 Mar 2026", "Arial",
	} {
		if !strings.Contains(svg.String(), want) {
			t.Errorf("the figure does not say %q", want)
		}
	}
	for _, not := range []string{"<script", "xlink:href=\"http", "url("} {
		if strings.Contains(svg.String(), not) {
			t.Errorf("the drawing holds %q", not)
		}
	}
}

func TestNothingToShowIsSaid(t *testing.T) {
	never := metrics.NewTrend(nil, 30, time.Time{}, time.UTC)
	quiet := metrics.NewTrend(make([]metrics.Day, 9), 9, time.Time{}, time.UTC)
	for want, trend := range map[string]metrics.Trend{
		"There are no days to show.":                       never,
		"No incident was created or closed in these days.": quiet,
	} {
		var svg bytes.Buffer
		if err := Trend(trend, Light).SVG(&svg, 800, 400); err != nil {
			t.Fatal(err)
		}
		for _, w := range []string{want, "never synced"} {
			if !strings.Contains(svg.String(), w) {
				t.Errorf("does not say %q", w)
			}
		}
	}
}

// A year of daily outlines would be noise: closed ones become a median and say so.
func TestYearShowsClosedAsMedian(t *testing.T) {
	for days, want := range map[int]string{30: ">Closed<", 365: "7-day median of closed"} {
		var svg bytes.Buffer
		if err := Trend(story(days), Light).SVG(&svg, 1000, 460); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(svg.String(), want) {
			t.Errorf("%d days: the legend does not say %q", days, want)
		}
	}
}

func TestCountAxisIsRound(t *testing.T) {
	for most, want := range map[int][2]int{0: {1, 1}, 1: {1, 1}, 5: {1, 5}, 6: {2, 6}, 11: {5, 15}, 26: {10, 30}, 99: {20, 100}, 101: {50, 150}, 12_345: {5000, 15_000}} {
		if step, top := scale(most); [2]int{step, top} != want {
			t.Errorf("up to %d: step %d to %d, want %v", most, step, top, want)
		}
	}
	if got := thousands(1234567); got != "1,234,567" {
		t.Errorf("thousands: %s", got)
	}
}

func TestDayLabelsNeverCollide(t *testing.T) {
	for _, days := range []int{1, 7, 14, 30, 60, 90, 180, 365, 1000} {
		for _, width := range []float64{320, 640, 1200, 2400} {
			ticks := dayTicks(dates(story(days)), width)
			for i := 1; i < len(ticks); i++ {
				if room := (ticks[i].Value - ticks[i-1].Value) * width / float64(days); room < 50 {
					t.Errorf("%d days in %v: %q and %q are %.0f apart", days, width, ticks[i-1].Label, ticks[i].Label, room)
				}
			}
		}
	}
}

// WATCHFLOOR_LOOK names a folder to draw into, for eyes.
func TestLook(t *testing.T) {
	dir := os.Getenv("WATCHFLOOR_LOOK")
	if dir == "" {
		t.Skip("WATCHFLOOR_LOOK names no folder to draw into")
	}
	for name, f := range map[string]Figure{
		"light": Trend(story(30), Light), "dark": Trend(story(30), Dark),
		"year": Trend(story(365), Dark), "week": Trend(story(7), Light), "small": Trend(story(30), Dark), "empty": Trend(metrics.Trend{Zone: "UTC"}, Dark),
		"ageing-light": Of(ages(30, 12), Light, Auto), "ageing-dark": Of(ages(90, 90), Dark, Auto), "ageing-small": Of(ages(14, 14), Dark, Auto),
		"ack-light": Of(waits(metrics.ToAcknowledge, 30, 12), Light, Auto), "ack-dark": Of(waits(metrics.ToAcknowledge, 90, 60), Dark, Auto),
		"close-light": Of(waits(metrics.ToClose, 90, 90), Light, Linear), "close-dark": Of(waits(metrics.ToClose, 14, 14), Dark, Auto),
		"ack-small": Of(waits(metrics.ToAcknowledge, 14, 14), Light, Auto),
	} {
		var b bytes.Buffer
		w, h := 2000, 940
		if strings.HasSuffix(name, "small") {
			w, h = 700, 620
		}
		if err := f.PNG(&b, w, h, 2); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".png"), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
