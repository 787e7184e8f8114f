package app

import "context"

type priorityKey struct{}

// WithPriority marks ctx as serving something a person waits for. Remotes send such
// requests before background ones.
func WithPriority(ctx context.Context) context.Context {
	return context.WithValue(ctx, priorityKey{}, true)
}

// Prioritised reports whether ctx was marked by WithPriority.
func Prioritised(ctx context.Context) bool {
	on, _ := ctx.Value(priorityKey{}).(bool)
	return on
}
