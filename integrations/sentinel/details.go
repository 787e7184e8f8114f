package sentinel

import (
	"context"
	"net/http"
	"sync"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

// Details implements app.Remote. The five lists are read side by side, bounded by the
// gate. Tasks stay nil where the workspace does not offer them (its API is a preview).
// Sentinel gives no verdicts: the evidence is the entities themselves.
func (c *Client) Details(ctx context.Context, id string) (app.Details, error) {
	var d app.Details
	group, ws := c.conf.ResourceGroup, c.conf.Workspace
	err := together(ctx,
		func(ctx context.Context) (err error) {
			d.Alerts, err = part(ctx, c, "alerts of", id, DecodeAlerts, func(ctx context.Context) error {
				_, err := c.incidents.ListAlerts(ctx, group, ws, id, nil)
				return err
			})
			return err
		},
		func(ctx context.Context) (err error) {
			d.Entities, err = part(ctx, c, "entities of", id, DecodeEntities, func(ctx context.Context) error {
				_, err := c.incidents.ListEntities(ctx, group, ws, id, nil)
				return err
			})
			return err
		},
		func(ctx context.Context) (err error) {
			d.Bookmarks, err = part(ctx, c, "bookmarks of", id, DecodeBookmarks, func(ctx context.Context) error {
				_, err := c.incidents.ListBookmarks(ctx, group, ws, id, nil)
				return err
			})
			return err
		},
		func(ctx context.Context) (err error) {
			d.Comments, err = c.Comments(ctx, id)
			return err
		},
		func(ctx context.Context) (err error) {
			d.Tasks, err = c.Tasks(ctx, id)
			if app.KindOf(err) == app.KindInvalid && azure.StatusOf(err) == http.StatusBadRequest {
				return nil
			}
			return err
		},
	)
	if err != nil {
		return app.Details{}, err
	}
	d.Evidence = make([]app.Evidence, 0, len(d.Entities))
	for _, e := range d.Entities {
		d.Evidence = append(d.Evidence, app.Evidence{Entity: e, Raw: e.Raw})
	}
	return d, nil
}

func part[T any](ctx context.Context, c *Client, what, id string, decode func([]byte) ([]T, int, error), call func(context.Context) error) ([]T, error) {
	reply, err := c.read(ctx, call)
	if err != nil {
		return nil, err
	}
	out, odd, err := decode(reply.Body)
	if err != nil {
		return nil, azure.Malformed(reply.Body, reading, err)
	}
	c.noteOdd(ctx, what, id, odd)
	return out, nil
}

// together runs the functions side by side and returns the first error after all
// ended; the others are then cancelled.
func together(ctx context.Context, fs ...func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	for _, f := range fs {
		wg.Go(func() {
			if err := f(ctx); err != nil {
				once.Do(func() { first = err; cancel() })
			}
		})
	}
	wg.Wait()
	return first
}
