package azure

import (
	"context"
	"errors"
	"io"
	"time"
)

var (
	errTooLarge = errors.New("answer larger than the limit")
	errIdle     = errors.New("no byte of the answer within the limit")
)

// body bounds the size of an answer and the wait between two of its bytes.
type body struct {
	ctx    context.Context
	inner  io.ReadCloser
	cancel context.CancelCauseFunc
	timer  *time.Timer
	idle   time.Duration
	left   int64
}

func newBody(ctx context.Context, inner io.ReadCloser, cancel context.CancelCauseFunc, l Limits) *body {
	b := &body{ctx: ctx, inner: inner, cancel: cancel, idle: l.Idle, left: l.Body}
	b.timer = time.AfterFunc(l.Idle, func() { cancel(errIdle) })
	return b
}

func (b *body) Read(p []byte) (int, error) {
	b.timer.Reset(b.idle)
	n, err := b.inner.Read(p)
	if b.left -= int64(n); b.left < 0 {
		b.cancel(errTooLarge)
		return 0, errTooLarge
	}
	if err == nil {
		return n, nil
	}
	// A server whose connection is given up may still end its answer in good order: what
	// came until then is not the whole.
	switch cause := context.Cause(b.ctx); {
	case errors.Is(cause, errIdle):
		err = errIdle
	case cause != nil && err == io.EOF:
		err = cause
	}
	return n, err
}

func (b *body) Close() error {
	b.timer.Stop()
	err := b.inner.Close()
	b.cancel(nil)
	return err
}
