// Package trends shows what became of the queue over time: charts with their definition,
// a cursor that reads figures out in words, the same figures as a table, and the way to
// the incidents behind each. The chart is an image that somebody else draws.
package trends

import (
	"context"
	"image"

	"watchfloor/app/chart"
	"watchfloor/app/metrics"
)

// Source computes, draws and writes charts. Not for the UI goroutine.
type Source interface {
	// Chart covers the last days calendar days, today included.
	Chart(ctx context.Context, k metrics.Kind, days int) (metrics.Chart, error)
	// Draw draws a chart for a place on screen.
	Draw(ctx context.Context, c metrics.Chart, p Place) (Picture, error)
	// Export writes a chart into a file, as "png", "svg" or "csv", and returns where.
	Export(ctx context.Context, c metrics.Chart, a chart.Axis, format string) (path string, err error)
}

// Place is what a picture is drawn for: W by H device-independent pixels, each Scale
// pixels wide.
type Place struct {
	W, H  int
	Scale float32
	Dark  bool
	Axis  chart.Axis
}

// Picture is a chart as drawn; Spots are in device-independent pixels.
type Picture struct {
	Image image.Image
	Spots []chart.Spot
}
