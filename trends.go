package main

import (
	"context"
	"io"
	"time"

	"watchfloor/app/chart"
	"watchfloor/app/metrics"
	"watchfloor/app/report"
	ui "watchfloor/ui/trends"
)

// trends computes, draws and writes the charts of all tenants.
type trends struct{ s *session }

var (
	_ ui.Source      = trends{}
	_ ui.PlaceSource = trends{}
)

// Chart implements ui.Source.
func (t trends) Chart(ctx context.Context, k metrics.Kind, days int) (metrics.Chart, error) {
	return metrics.Load(ctx, t.s.fleet, k, days, t.s.now(), time.Local)
}

// PlaceChart implements ui.PlaceSource.
func (t trends) PlaceChart(ctx context.Context, slot int, k metrics.Kind, days int) (metrics.Chart, error) {
	var src metrics.Sources
	src.Posture, _ = t.s.fleet.Posture(slot).(metrics.PostureSource)
	src.Identity, _ = t.s.fleet.Identity(slot).(metrics.IdentitySource)
	return metrics.LoadPlace(ctx, src, k, days, t.s.now())
}

// Draw implements ui.Source.
func (t trends) Draw(_ context.Context, c metrics.Chart, p ui.Place) (ui.Picture, error) {
	theme := chart.Light
	if p.Dark {
		theme = chart.Dark
	}
	var pic ui.Picture
	pic.Image, pic.Spots = chart.Of(c, theme, p.Axis).Picture(int(float32(p.W)*p.Scale+0.5), int(float32(p.H)*p.Scale+0.5), float64(p.Scale))
	return pic, nil
}

// Sizes of a written chart, in units; PNG has two pixels a unit.
const chartWidth, chartHeight = 1000, 460

// Export implements ui.Source. What is written is light, for paper and other people's
// screens.
func (t trends) Export(ctx context.Context, c metrics.Chart, a chart.Axis, format string) (string, error) {
	return exports(t).write(ctx, c.Kind().File(), format, func(w io.Writer) error {
		switch f := chart.Of(c, chart.Light, a); format {
		case "png":
			return f.PNG(w, 2*chartWidth, 2*chartHeight, 2)
		case "svg":
			return f.SVG(w, chartWidth, chartHeight)
		}
		return report.WriteCSV(w, c.Table())
	})
}
