package audit

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"

	"watchfloor/app"
)

// maxLine bounds a line of a file that is read; the longest comment fits many times.
const maxLine = 4 << 20

// Write writes the log as lines of JSON, each exactly the bytes its hash is of.
func Write(ctx context.Context, w io.Writer, log Reader) error {
	b := bufio.NewWriter(w)
	err := log.Lines(ctx, func(_ int64, line []byte) error {
		if _, err := b.Write(line); err != nil {
			return err
		}
		return b.WriteByte('\n')
	})
	if err == nil {
		err = b.Flush()
	}
	return err
}

// File reads a log as Write wrote it.
func File(r io.Reader) Reader { return file{r} }

type file struct{ r io.Reader }

// Head implements Reader. It reads to the end.
func (f file) Head(ctx context.Context) (h Head, err error) {
	err = f.Lines(ctx, func(seq int64, line []byte) error {
		h = Head{seq, Sum(line)}
		return nil
	})
	return h, err
}

// Lines implements Reader.
func (f file) Lines(ctx context.Context, fn func(seq int64, line []byte) error) error {
	lines := bufio.NewScanner(f.r)
	lines.Buffer(nil, maxLine)
	lines.Split(onlyNewlines)
	for seq := int64(1); lines.Scan(); seq++ {
		if err := ctx.Err(); err != nil {
			return app.E(app.KindCancelled, "Cancelled.", err)
		}
		if err := fn(seq, append([]byte(nil), lines.Bytes()...)); err != nil {
			return err
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return app.E(app.KindInvalid, "This file has a line longer than any audit log; it is none.", err)
	case err != nil:
		return app.E(app.KindInternal, "The file could not be read.", err)
	}
	return nil
}

// onlyNewlines splits at \n and keeps \r: bytes count.
func onlyNewlines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}
