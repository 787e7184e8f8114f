package wire

import (
	"context"
	"log/slog"
	"sync"
)

// Odd logs each malformed row once, by its id, however often it is pulled.
type Odd struct {
	Log  *slog.Logger
	mu   sync.Mutex
	seen map[string]bool
}

// mostSeen bounds the memory; a tenant with more odd rows than this is logged again.
const mostSeen = 10_000

// Note logs that the row of the named kind and id was odd.
func (o *Odd) Note(ctx context.Context, kind, id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	key := kind + "\x00" + id
	if o.seen[key] {
		return
	}
	if o.seen == nil || len(o.seen) >= mostSeen {
		o.seen = map[string]bool{}
	}
	o.seen[key] = true
	o.Log.LogAttrs(ctx, slog.LevelWarn, "malformed row kept raw", slog.String("kind", kind), slog.String("id", id))
}
