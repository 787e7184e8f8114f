// Package chart draws figures from series of package metrics: one figure, rendered
// for the screen, PNG or SVG, light or dark.
//
// Promises. The same series, theme and size give the same bytes. A figure states its
// definition, n, time zone and freshness. Colour carries severity, ages are one hue; both are
// named beside the drawing. Edges of columns and grid lie on whole pixels at any scale.
// Everything is safe for concurrent use; drawing takes tens of milliseconds and does
// not belong on the UI goroutine.
package chart
