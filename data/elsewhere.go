package data

import (
	"context"

	"watchfloor/app"
)

// ChangedElsewhere reports whether another process has changed the cache since the last
// call, and tells the hub so; what this one changed does not count. The first call only
// begins.
func (c *Cache) ChangedElsewhere(ctx context.Context) (bool, error) {
	now, err := c.dataVersion(ctx)
	if err != nil {
		return false, c.suspected(wrap(err))
	}
	if was := c.elsewhere.Swap(now); was == 0 || was == now {
		return false, nil
	}
	c.publish(&tx{topics: map[app.Topic]bool{app.TopicIncidents: true, app.TopicOutbox: true}})
	return true, nil
}

// dataVersion moves with every commit that is not the writer's own.
func (c *Cache) dataVersion(ctx context.Context) (n int64, err error) {
	if err := c.writer.acquire(ctx); err != nil {
		return 0, err
	}
	defer c.writer.release()
	s, err := c.writer.statement("PRAGMA data_version")
	if err != nil {
		return 0, err
	}
	err = s.QueryRow().Scan(&n)
	return n, err
}
