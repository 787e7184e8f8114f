// Package report writes what leaves Watchfloor: the queue as CSV and JSON, a trend as
// CSV, one incident as HTML.
//
// Promises. The same snapshot gives the same bytes: no clock is read, nothing depends
// on the order of a map. In CSV and HTML tenant text is one that cannot act: hidden
// characters are visible, indicators are defanged, a cell never starts a formula, HTML
// has no script, link or outside asset. JSON is for programs and keeps text as it was
// received, with hidden characters escaped. Nothing is written in part without an
// error.
package report
