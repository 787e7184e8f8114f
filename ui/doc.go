// Package ui is the window: rail, pages, status line, help and the routing of keys.
//
// Promises. Nothing here or below blocks the UI goroutine: services are called on
// other goroutines, their results come back through Services.Poster with a
// generation, and calls are cancelled when their page or the window goes. Single
// letters act only while no text field has the focus; nothing acts under an open
// dialog but the dialog itself. All exported methods of Shell belong to the UI
// goroutine.
package ui
