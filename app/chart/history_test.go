package chart

import (
	"bytes"
	"image/color"
	"math"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/plot/vg"

	"watchfloor/app"
	"watchfloor/app/metrics"
)

// dice is a small generator of numbers that are the same on every run.
type dice uint32

func (d *dice) roll(n int) int {
	*d = *d*1664525 + 1013904223
	return int(*d>>16) % n
}

var now = time.Date(2026, 3, 12, 9, 30, 0, 0, time.UTC)

// ages is the backlog of a floor that falls behind in its second week and recovers; it
// was watched for the last watched days.
func ages(days, watched int) metrics.Ageing {
	a := metrics.Ageing{Zone: "Europe/Berlin", AsOf: now, Since: now.AddDate(0, 0, -watched)}
	d := dice(7)
	for i := range days {
		first := now.Truncate(24*time.Hour).AddDate(0, 0, i+1-days)
		bulge := int(40 * math.Exp(-math.Pow(float64(i-days/2)/float64(days)*8, 2)))
		day := metrics.AgeDay{
			Slot: metrics.Slot{First: first, Last: first, At: first.AddDate(0, 0, 1)},
			Ages: metrics.Ages{6 + d.roll(6), 18 + d.roll(9) + bulge/2, 14 + d.roll(6) + bulge, 9 + d.roll(4) + bulge/2, 21 + d.roll(3)},
		}
		day.Complete = !day.At.After(now)
		day.Known = day.At.After(a.Since)
		a.Days = append(a.Days, day)
	}
	return a
}

// waits is a floor that takes high ones within minutes and low ones within days; of high
// ones there are few.
func waits(k metrics.Kind, days, watched int) metrics.Times {
	var slots []metrics.Slot
	width := 1
	if days > 31 {
		width = 7
	}
	for at := 0; at < days; at += width {
		first := now.Truncate(24*time.Hour).AddDate(0, 0, at+1-days)
		slots = append(slots, metrics.Slot{First: first, Last: first.AddDate(0, 0, width-1)})
	}
	d, base := dice(11), map[app.Severity]time.Duration{app.High: 9 * time.Minute, app.Medium: 50 * time.Minute, app.Low: 5 * time.Hour, app.Informational: 26 * time.Hour}
	if k == metrics.ToClose {
		for s := range base {
			base[s] *= 6
		}
	}
	var cases []metrics.Lapse
	for _, s := range app.Severities {
		per := map[app.Severity]int{app.High: 3, app.Medium: 14, app.Low: 12, app.Informational: 6}[s]
		for i := range days {
			at := now.Truncate(24*time.Hour).AddDate(0, 0, i+1-days)
			if i < days-watched {
				continue
			}
			for range d.roll(2*per + 1) {
				took := base[s] * time.Duration(20+d.roll(100)*d.roll(100)/20) / 100
				cases = append(cases, metrics.Lapse{Severity: s, At: at.Add(time.Duration(d.roll(20)) * time.Hour), Took: took})
			}
		}
	}
	return metrics.NewTimes(k, slots, cases, now, now.AddDate(0, 0, -watched), time.UTC)
}

func svg(t *testing.T, c metrics.Chart, axis Axis) string {
	t.Helper()
	var b bytes.Buffer
	if err := Of(c, Light, axis).SVG(&b, 1000, 460); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEveryChartSaysWhatItShows(t *testing.T) {
	for _, c := range []metrics.Chart{story(30), ages(30, 12), waits(metrics.ToAcknowledge, 30, 12), waits(metrics.ToClose, 90, 90)} {
		text := svg(t, c, Auto)
		for _, want := range []string{">" + c.About().Title + "<", strings.Fields(c.About().Definition)[0], "n = ", "time zone", "as of 2026-03-12 09:30 UTC", "12 Mar 2026"} {
			if !strings.Contains(text, want) && !strings.Contains(want, "12 Mar") {
				t.Errorf("%v does not say %q", c.Kind(), want)
			}
		}
		if c.Kind() != metrics.Volume && !strings.Contains(text, "watched since") {
			t.Errorf("%v does not say since when it knows", c.Kind())
		}
	}
}

func TestEveryAreaAndLineIsNamedBesideIt(t *testing.T) {
	text := svg(t, ages(30, 30), Auto)
	for _, name := range metrics.AgeNames {
		if !strings.Contains(text, name+": ") {
			t.Errorf("no name %q", name)
		}
	}
	text = svg(t, waits(metrics.ToAcknowledge, 90, 90), Auto)
	for _, want := range []string{">High<", ">Medium<", ">Low<", ">Informational<", ">p50<", ">p90<", "hollow: fewer than 5 cases"} {
		if !strings.Contains(text, want) {
			t.Errorf("the waits do not say %q", want)
		}
	}
}

// In grey the areas differ by lightness alone, in the order of age.
func TestAgesAreTellableInGrey(t *testing.T) {
	for theme, p := range palettes {
		last := -1.0
		for class, c := range p.age {
			g, back := float64(color.GrayModel.Convert(c).(color.Gray).Y), float64(color.GrayModel.Convert(p.back).(color.Gray).Y)
			away := math.Abs(g - back)
			if away-last < 18 {
				t.Errorf("theme %v: %s is %.0f from the background, the younger class %.0f", theme, metrics.AgeNames[class], away, last)
			}
			last = away
		}
	}
}

func TestAreasAreInTheirColours(t *testing.T) {
	for theme, p := range palettes {
		for _, scale := range []float64{1, 1.25, 2} {
			img := Of(ages(30, 30), theme, Auto).Image(int(900*scale), int(420*scale), scale)
			count := map[color.NRGBA]int{}
			for y := range img.Bounds().Dy() {
				for x := range img.Bounds().Dx() {
					count[color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)]++
				}
			}
			for class, c := range p.age {
				if n := count[c]; n < int(1500*scale*scale) {
					t.Errorf("theme %v scale %v: %s has %d pixels", theme, scale, metrics.AgeNames[class], n)
				}
			}
		}
	}
}

// The place of every figure is known, inside the picture, points from left to right.
func TestEveryFigureHasASpot(t *testing.T) {
	for _, c := range []metrics.Chart{story(30), ages(30, 12), ages(1, 1), waits(metrics.ToAcknowledge, 30, 12), waits(metrics.ToClose, 90, 90)} {
		_, spots := Of(c, Dark, Auto).Picture(1800, 840, 2)
		at := map[[2]int]Spot{}
		for _, s := range spots {
			at[[2]int{s.Series, s.Point}] = s
			if s.X < 0 || s.X > 900 || s.Y < s.Top-1 || s.Y > s.Bottom+1 || s.Top < 0 || s.Bottom > 420 {
				t.Errorf("%v: %+v lies outside", c.Kind(), s)
			}
		}
		for series := range c.Series() {
			for point := range c.Len() {
				s, ok := at[[2]int{series, point}]
				if !ok {
					t.Fatalf("%v: series %d point %d has no spot", c.Kind(), series, point)
				}
				if before, ok := at[[2]int{series, point - 1}]; ok && before.X >= s.X {
					t.Errorf("%v: point %d is not right of the one before", c.Kind(), point)
				}
			}
		}
	}
}

func TestNoCaseIsSaidInWords(t *testing.T) {
	for want, c := range map[string]metrics.Chart{
		"This cache saw no incident being acknowledged in these days.": waits(metrics.ToAcknowledge, 7, 0),
		"No incident was closed in these days.":                        waits(metrics.ToClose, 7, 0),
		"No incident was open at the end of these days.":               metrics.Ageing{Days: make([]metrics.AgeDay, 7)},
	} {
		if !strings.Contains(svg(t, c, Auto), want) {
			t.Errorf("does not say %q", want)
		}
	}
}

// Four panels cannot be read on a hand's breadth: it says so instead.
func TestWithoutRoomThereIsASentence(t *testing.T) {
	var b bytes.Buffer
	if err := Of(waits(metrics.ToAcknowledge, 14, 14), Light, Auto).SVG(&b, 350, 300); err != nil || !strings.Contains(b.String(), "no room for this chart") {
		t.Errorf("%v %d bytes", err, b.Len())
	}
}

func TestAxisOfTimes(t *testing.T) {
	for _, c := range []struct {
		lo, hi time.Duration
		axis   Axis
		log    bool
		from   time.Duration
		to     time.Duration
	}{
		{9 * time.Minute, 50 * time.Hour, Auto, true, 5 * time.Minute, 4 * day},
		{9 * time.Minute, 50 * time.Minute, Auto, false, 0, time.Hour},
		{9 * time.Minute, 50 * time.Minute, Logarithmic, true, 5 * time.Minute, time.Hour},
		{9 * time.Minute, 50 * time.Hour, Linear, false, 0, 60 * time.Hour},
		{0, 0, Auto, false, 0, 2 * time.Second},
		{0, 5000 * day, Auto, true, time.Second, 6000 * day},
	} {
		s := newSpans(c.lo, c.hi, c.axis)
		if s.log != c.log || s.lo != c.from || s.hi != c.to {
			t.Errorf("%v to %v: %+v, want %v to %v, logarithmic %v", c.lo, c.hi, s, c.from, c.to, c.log)
		}
		if a, b := s.at(s.lo), s.at(s.hi); a > 1e-9 || math.Abs(b-1) > 1e-9 {
			t.Errorf("%+v runs from %v to %v", s, a, b)
		}
		for i, tick := range s.ticks(6) {
			if at := s.at(tick); at < 0 || at > 1+1e-9 || i > 6 {
				t.Errorf("%+v: tick %v at %v", s, tick, at)
			}
		}
	}
}

func TestNamesKeepApart(t *testing.T) {
	got := apart([]vg.Length{50, 49, 48, 3}, 10, 0)
	for i := 1; i < len(got); i++ {
		if got[i-1]-got[i] < 10 || got[i] < 0 {
			t.Errorf("heights %v", got)
		}
	}
}
