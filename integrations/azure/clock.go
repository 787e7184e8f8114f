package azure

import (
	"context"
	"net/http"
	"time"
)

// Clock is when a service answered by its own clock, in UTC; false where its answer does
// not say.
func Clock(h http.Header) (time.Time, bool) {
	at, err := http.ParseTime(h.Get("Date"))
	return at.UTC(), err == nil
}

// Timer waits for d; the error is that of ctx where that ends first.
func Timer(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
