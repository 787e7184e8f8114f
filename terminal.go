package main

import (
	"context"
	"os"

	"golang.org/x/term"

	"watchfloor/app"
)

// asks reports that a person sits at the terminal: both questions and answers are seen.
func asks() bool {
	return term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd())) // #nosec G115 -- a file descriptor is small
}

// hidden reads a line from the terminal without showing it. An interrupt gives the
// terminal back as it was.
func hidden(ctx context.Context) (string, error) {
	fd := int(os.Stdin.Fd()) // #nosec G115 -- a file descriptor is small
	before, err := term.GetState(fd)
	if err != nil {
		return "", app.E(app.KindInvalid, "This terminal cannot hide what is typed; give the secret with --secret-stdin.", err)
	}
	type read struct {
		line []byte
		err  error
	}
	got := make(chan read, 1)
	go func() {
		line, err := term.ReadPassword(fd)
		got <- read{line, err}
	}()
	select {
	case <-ctx.Done():
		_ = term.Restore(fd, before)
		return "", ctx.Err()
	case l := <-got:
		if l.err != nil {
			return "", app.E(app.KindInvalid, "The secret could not be read from the terminal; give it with --secret-stdin.", l.err)
		}
		return string(l.line), nil
	}
}
