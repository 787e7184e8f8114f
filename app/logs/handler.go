package logs

import (
	"context"
	"io"
	"log/slog"
)

// New returns a logger that writes to w records of at least a level. Records below info
// are for the person at this computer, who asked for them: they keep names and addresses,
// and no token. Each record reaches w in one Write, which ends with its only line break.
func New(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(&handler{json: slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})})
}

// handler cleans records on their way to json. Attributes that With added are cleaned
// once a record comes, because its level decides how.
type handler struct {
	json slog.Handler
	with []step
}

// step is one call of With or WithGroup.
type step struct {
	group string
	attrs []slog.Attr
}

func (h *handler) Enabled(ctx context.Context, l slog.Level) bool { return h.json.Enabled(ctx, l) }

func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	n := &sieve{strict: r.Level >= slog.LevelInfo}
	attrs := make([]slog.Attr, 0, r.NumAttrs())
	r.Attrs(func(a slog.Attr) bool {
		attrs = append(attrs, n.attr(a))
		return true
	})
	for i := len(h.with) - 1; i >= 0; i-- {
		if s := h.with[i]; s.group != "" {
			attrs = []slog.Attr{{Key: n.key(s.group), Value: slog.GroupValue(attrs...)}}
		} else {
			attrs = append(n.attrs(s.attrs), attrs...)
		}
	}
	clean := slog.NewRecord(r.Time, r.Level, n.text(r.Message), 0)
	clean.AddAttrs(attrs...)
	return h.json.Handle(ctx, clean)
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler { return h.and(step{attrs: attrs}) }

func (h *handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return h.and(step{group: name})
}

func (h *handler) and(s step) slog.Handler {
	return &handler{json: h.json, with: append(h.with[:len(h.with):len(h.with)], s)}
}
