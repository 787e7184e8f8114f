package identity

import (
	"context"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/ui/keys"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

// torn reads lists, and nothing of what stands beside them while it is down.
type torn struct {
	*uitest.Identity
	down bool
}

func (r *torn) fault() error {
	if r.down {
		return app.E(app.KindInternal, "The cache cannot be read.", nil)
	}
	return nil
}

func (r *torn) Heat(ctx context.Context, f identity.Filter, top int) (identity.Heat, error) {
	if err := r.fault(); err != nil {
		return identity.Heat{}, err
	}
	return r.Identity.Heat(ctx, f, top)
}

func (r *torn) Person(ctx context.Context, k identity.Key) (identity.Person, error) {
	if err := r.fault(); err != nil {
		return identity.Person{}, err
	}
	return r.Identity.Person(ctx, k)
}

// What cannot be read beside a list is said; the list stays, and the words go with the
// trouble. Somebody of whom no more is known is no trouble.
func TestTroubleBesideAListIsSaid(t *testing.T) {
	for _, tab := range []Tab{Users, Detections} {
		r, line := &torn{Identity: uitest.NewIdentity(8), down: true}, &work.Line{}
		p := New(Deps{Reader: func(int) identity.Reader { return r }, Desk: line.Desk(), Prefs: &uitest.Prefs{}, Clock: clock, Parse: identity.Parse})
		p.Use(0, "contoso.example")
		line.Drain()
		p.Open(tab)
		line.Drain()
		p.Do(keys.Home, 20)
		line.Drain()
		if !strings.HasPrefix(p.Trouble(), "The cache cannot be read.") || len(p.list().rows) == 0 {
			t.Errorf("%s: %q over %d rows", tabNames[tab], p.Trouble(), len(p.list().rows))
		}
		r.down = false
		r.Change(func(f *uitest.Identity) { clear(f.Persons) })
		p.Refresh()
		line.Drain()
		if p.Trouble() != "" {
			t.Errorf("%s: %q stays", tabNames[tab], p.Trouble())
		}
	}
}
