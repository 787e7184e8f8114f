// Package cli is the command line: it parses, asks a Session, and prints. It knows no
// window, no SQL and no HTTP; main hands it what opens those.
//
// Promises. Standard output carries results only, standard error everything else, so
// that --json output can be piped. Tenant text passes through package text before it
// is printed as a table and is plain data in JSON. Every failure is one sentence and
// an exit code of the list in exit.go. Without a terminal nothing is coloured and
// nothing is asked.
package cli
