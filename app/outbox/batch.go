package outbox

import "context"

type batchKey struct{}

// batchID is the batch of one DoMany that spans several outboxes.
type batchID struct{ id string }

// WithBatch has every DoMany under ctx use one batch: the first makes its id.
func WithBatch(ctx context.Context) context.Context {
	return context.WithValue(ctx, batchKey{}, &batchID{})
}

// batchOf is the id of the batch to use, made by newID where there is none yet.
func batchOf(ctx context.Context, newID func() string) string {
	b, ok := ctx.Value(batchKey{}).(*batchID)
	if !ok {
		return newID()
	}
	if b.id == "" {
		b.id = newID()
	}
	return b.id
}
