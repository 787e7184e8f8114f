package sentinel

import (
	"context"
	"encoding/json"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// page reads one page: the first of pager, or the one link leads to.
func page[T any](ctx context.Context, c *Client, pager *runtime.Pager[T], link string) (wire.List, azure.Reply, error) {
	return azure.ReadList(ctx, c.pin, pager, link, reading)
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
