// Package reports is the place where reports are written: a shift hand-over, the queue
// as a table, the file of one incident. Others make the files; the page chooses, shows
// that it works, and lists what was written. A file is never opened from here, only its
// folder.
package reports
