// Package trends shows inflow and outflow of incidents as a chart with its definition
// and the rows behind it. The chart is an image that somebody else draws.
package trends

import (
	"context"
	"image"

	"watchfloor/app/metrics"
)

// Source computes trends. Not for the UI goroutine.
type Source interface {
	// Trend covers the last days calendar days, today included.
	Trend(ctx context.Context, days int) (metrics.Trend, error)
	// Image draws a trend on w by h device-independent pixels; the image has scale
	// times as many.
	Image(ctx context.Context, t metrics.Trend, dark bool, w, h int, scale float32) (image.Image, error)
}
