package azure

import (
	"context"
	"errors"
	"testing"

	"watchfloor/app"
)

// enter starts Enter and reports when it was admitted.
func enter(g *Gate, ctx context.Context) <-chan func() {
	out := make(chan func(), 1)
	go func() {
		if release, err := g.Enter(ctx); err == nil {
			out <- release
		}
	}()
	return out
}

// waiting returns once n requests wait.
func waiting(t *testing.T, g *Gate, n int) {
	t.Helper()
	for range 1_000_000 {
		g.mu.Lock()
		have := len(g.urgent) + len(g.normal)
		g.mu.Unlock()
		if have == n {
			return
		}
	}
	t.Fatalf("never saw %d waiting", n)
}

func TestAPersonGoesFirst(t *testing.T) {
	g := NewGate(2)
	bg, person := context.Background(), app.WithPriority(context.Background())
	first := <-enter(g, bg) // the only slot background work may take
	later := enter(g, bg)
	waiting(t, g, 1)
	mine := <-enter(g, person) // the reserved slot
	next := enter(g, person)
	waiting(t, g, 2)
	first()
	release := <-next // before the background request that came earlier
	select {
	case <-later:
		t.Fatal("background work took the reserved slot")
	default:
	}
	release()
	mine()
	(<-later)()
	if g.slots != 2 {
		t.Errorf("%d slots are free", g.slots)
	}
}

func TestAGivenUpPlaceIsNotLost(t *testing.T) {
	g := NewGate(2)
	held := <-enter(g, context.Background())
	ctx, cancel := context.WithCancel(context.Background())
	failed := make(chan error, 1)
	go func() { _, err := g.Enter(ctx); failed <- err }()
	waiting(t, g, 1)
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	held()
	(<-enter(g, context.Background()))()
	if g.slots != 2 || len(g.normal) != 0 {
		t.Errorf("%d slots, %d waiting", g.slots, len(g.normal))
	}
}

func TestPriorityIsAMarkOnTheContext(t *testing.T) {
	if app.Prioritised(context.Background()) || !app.Prioritised(app.WithPriority(context.Background())) {
		t.Error("the mark does not travel")
	}
}
