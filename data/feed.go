package data

import (
	"context"
	"encoding/json"
	"reflect"

	"watchfloor/app"
	"watchfloor/app/sync"
)

var _ sync.FeedStore = (*Cache)(nil)

// StoreFeed implements sync.FeedStore.
func (c *Cache) StoreFeed(ctx context.Context, src app.SourceID, p sync.FeedPage) error {
	if err := c.roomForPull(); err != nil {
		return err
	}
	cur, err := json.Marshal(p.Cursor)
	if err != nil {
		return wrap(err)
	}
	return c.tx(ctx, func(t *tx) error {
		if !reflect.ValueOf(p.Identity).IsZero() { // screens of what a feed does not bring stay as they are
			if err := t.storeIdentity(p.Identity); err != nil {
				return err
			}
		}
		if !reflect.ValueOf(p.Posture).IsZero() {
			if err := t.storePosture(p.Posture); err != nil {
				return err
			}
		}
		t.topics[app.TopicSync] = true
		return t.exec(`INSERT INTO cursor (source, cursor) VALUES (?,?) ON CONFLICT (source) DO UPDATE SET cursor = excluded.cursor`,
			string(src), string(cur))
	})
}
