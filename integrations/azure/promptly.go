package azure

import (
	"context"
	"time"
)

// grace is how long a cancelled call may take to say what became of it.
const grace = 100 * time.Millisecond

// Promptly runs f and returns within 0.1 s of ctx ending, even where f waits for
// something that does not listen to ctx, such as another call's sign-in. f then ends
// in the background and its result is dropped.
func Promptly[T any](ctx context.Context, f func(context.Context) (T, error)) (T, error) {
	type result struct {
		v   T
		err error
	}
	done := make(chan result, 1)
	go func() {
		v, err := f(ctx)
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.v, r.err
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case r := <-done:
		return r.v, r.err
	case <-timer.C:
		var zero T
		return zero, ctx.Err()
	}
}
