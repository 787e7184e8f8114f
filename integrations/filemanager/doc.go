// Package filemanager asks the desktop of the system for the one thing Watchfloor needs of
// it: to show a folder. It never hands over a file, so that no content decides what
// runs.
package filemanager
