// Package widget has Watchfloor's own widgets. They know Fyne and package look, and no
// domain. Text they are given is shown as it is: one line stays one line, what does
// not fit its place is cut with an ellipsis, nothing overflows.
//
// Keys. Every focusable widget here hands the keys it does not need to its Press
// handler, by name ("j", "Down", "Ctrl+Enter"), so that one router serves the window.
package widget
