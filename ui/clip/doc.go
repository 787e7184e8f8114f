// Package clip is the one way to the clipboard. What Watchfloor puts there, by its own
// commands or by the toolkit's text fields, is taken away again after a while and when the
// window closes, but only if it is still there: what another program copied since stays.
// Programs that keep a history of the clipboard may have seen it; the toolkit offers no
// way to ask them not to.
//
// Everything here belongs to the UI goroutine.
package clip
