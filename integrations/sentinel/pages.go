package sentinel

import (
	"context"
	"encoding/json"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// page reads one page: the first of pager, or the one link leads to, on the same
// pipeline and only if it stays on the configured host. The link of the page read is
// checked as well, so that no other ever reaches a cursor.
func page[T any](ctx context.Context, c *Client, pager *runtime.Pager[T], link string) (wire.List, azure.Reply, error) {
	if link != "" {
		if err := c.pin.CheckLink(link); err != nil {
			return wire.List{}, azure.Reply{}, err
		}
		if err := resume(ctx, pager, link); err != nil {
			return wire.List{}, azure.Reply{}, err
		}
	}
	reply, err := c.read(ctx, func(ctx context.Context) error {
		_, err := pager.NextPage(ctx)
		return err
	})
	if err != nil {
		return wire.List{}, reply, err
	}
	l, err := c.pin.ReadPage(reply.Body, reading)
	return l, reply, err
}

// resume puts pager behind a page that had link. A pager that was handed a page gives
// that one back first (azcore runtime/pager.go v1.24.0).
func resume[T any](ctx context.Context, pager *runtime.Pager[T], link string) error {
	b, err := json.Marshal(map[string]string{"nextLink": link})
	if err == nil {
		if err = pager.UnmarshalJSON(b); err == nil {
			_, err = pager.NextPage(ctx)
		}
	}
	if err != nil {
		return app.E(app.KindInternal, "The pull cannot continue at its link.", err)
	}
	return nil
}

// all reads every page of a short list. newPager makes a fresh pager for each page.
func all[T any](ctx context.Context, c *Client, newPager func() *runtime.Pager[T]) ([]json.RawMessage, error) {
	trail := azure.Trail{Most: mostPages}
	rows := []json.RawMessage{}
	for link := ""; ; {
		l, _, err := page(ctx, c, newPager(), link)
		if err != nil {
			return nil, err
		}
		rows = append(rows, l.Rows...)
		if err := trail.Step(link, l.Next); err != nil {
			return nil, err
		}
		if link = l.Next; link == "" {
			return rows, nil
		}
	}
}
