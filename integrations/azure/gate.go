package azure

import (
	"context"
	"net/http"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
)

// Gate bounds how many requests run at once and lets those of a person pass first:
// background requests never take the last slot, and a free slot goes to a waiting
// prioritised request before a waiting background one. First come, first served
// within each. Pauses between retries hold no slot.
type Gate struct {
	mu             sync.Mutex
	slots          int // free now
	reserve        int // slots background work leaves free
	urgent, normal []chan struct{}
}

// NewGate makes a gate of n slots, at least 2.
func NewGate(n int) *Gate { return &Gate{slots: max(n, 2), reserve: 1} }

// Do implements policy.Policy; its place is among PerRetryPolicies.
func (g *Gate) Do(req *policy.Request) (*http.Response, error) {
	release, err := g.Enter(req.Raw().Context())
	if err != nil {
		return nil, err
	}
	defer release()
	return req.Next()
}

// Enter waits for a slot until ctx ends. Call release once.
func (g *Gate) Enter(ctx context.Context) (release func(), err error) {
	urgent := app.Prioritised(ctx)
	turn := make(chan struct{}, 1)
	g.mu.Lock()
	if urgent {
		g.urgent = append(g.urgent, turn)
	} else {
		g.normal = append(g.normal, turn)
	}
	g.admit()
	g.mu.Unlock()
	select {
	case <-turn:
		return g.leave, nil
	case <-ctx.Done():
		g.mu.Lock()
		defer g.mu.Unlock()
		if !drop(&g.urgent, turn) && !drop(&g.normal, turn) { // admitted meanwhile
			g.slots++
			g.admit()
		}
		return nil, ctx.Err()
	}
}

func (g *Gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.slots++
	g.admit()
}

// admit hands out free slots; g.mu is held.
func (g *Gate) admit() {
	for g.slots > 0 && len(g.urgent) > 0 {
		g.urgent[0] <- struct{}{}
		g.urgent = g.urgent[1:]
		g.slots--
	}
	for g.slots > g.reserve && len(g.normal) > 0 {
		g.normal[0] <- struct{}{}
		g.normal = g.normal[1:]
		g.slots--
	}
}

func drop(list *[]chan struct{}, c chan struct{}) bool {
	for i, have := range *list {
		if have == c {
			*list = append((*list)[:i], (*list)[i+1:]...)
			return true
		}
	}
	return false
}
