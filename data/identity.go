package data

import (
	"context"
	"sync"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
)

// identities reads the identities of a cache.
type identities struct{ c *Cache }

var _ identity.Reader = identities{}

// Identity is the reader of people and workloads at risk.
func (c *Cache) Identity() identity.Reader { return identities{c} }

// Import implements identity.Reader.
func (r identities) Import(ctx context.Context, origin string, list []identity.HighValue) (int, error) {
	return r.c.importHigh(ctx, origin, list)
}

// HighValue implements identity.Reader.
func (r identities) HighValue(ctx context.Context) (out []identity.HighValue, err error) {
	err = r.c.view(ctx, func(q querier) error {
		out, err = q.highValue()
		return err
	})
	return out, err
}

func (q querier) highValue() (out []identity.HighValue, err error) {
	err = q.each(`SELECT origin, key, name, reason FROM high_value ORDER BY origin, key`, nil, func(scan func(...any) error) error {
		var h identity.HighValue
		err := scan(&h.Origin, &h.Key, &h.Name, &h.Reason)
		out = append(out, h)
		return err
	})
	return out, err
}

// identityCounts remembers how many rows match a filter: every page of a list asks, and
// counting may walk much of a table.
type identityCounts struct {
	mu   sync.Mutex
	at   time.Time
	seen map[string][2]int
}

func (n *identityCounts) forget() {
	n.mu.Lock()
	n.seen = nil
	n.mu.Unlock()
}

// of returns the total and the hidden rows under a key, counting them where that was not
// done within totalsLast.
func (n *identityCounts) of(key string, now time.Time, count func() (int, int, error)) (total, hidden int, err error) {
	n.mu.Lock()
	if n.seen == nil || now.Sub(n.at).Abs() > totalsLast || len(n.seen) > 100 {
		n.seen, n.at = map[string][2]int{}, now
	}
	seen := n.seen
	was, known := seen[key]
	n.mu.Unlock()
	if known {
		return was[0], was[1], nil
	}
	if total, hidden, err = count(); err != nil {
		return 0, 0, err
	}
	n.mu.Lock()
	seen[key] = [2]int{total, hidden}
	n.mu.Unlock()
	return total, hidden, nil
}

// notHere says that a list has no such field or order.
func notHere(what, list string) error {
	return app.E(app.KindInvalid, "The list of "+list+" has no “"+what+"”.", nil)
}

// unknownIdentity replaces the sentence about incidents of wrap.
func unknownIdentity(what string) error {
	return app.E(app.KindNotFound, "This "+what+" is not in the cache.", nil)
}
