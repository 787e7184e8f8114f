package azure

import (
	"context"
	"encoding/json"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

// ReadList reads one page of a typed client's list as it was sent: the first of pager,
// or the one link leads to, on the same pipeline and only if it stays on the pinned
// host. The link of the page read is checked as well, so that no other ever reaches a
// cursor. pager must be fresh.
func ReadList[T any](ctx context.Context, pin Pin, pager *runtime.Pager[T], link string, i Intent) (wire.List, Reply, error) {
	if link != "" {
		if err := pin.CheckLink(link); err != nil {
			return wire.List{}, Reply{}, err
		}
		if err := resume(ctx, pager, link); err != nil {
			return wire.List{}, Reply{}, err
		}
	}
	reply, err := Call(Read(ctx), i, func(ctx context.Context) error {
		_, err := pager.NextPage(ctx)
		return err
	})
	if err != nil {
		return wire.List{}, reply, err
	}
	l, err := pin.ReadPage(reply.Body, i)
	return l, reply, err
}

// Call runs f, which makes one request, and returns its answer as received; it ends
// promptly when ctx does. Errors are those of Explain.
func Call(ctx context.Context, i Intent, f func(context.Context) error) (Reply, error) {
	r, err := Promptly(ctx, func(ctx context.Context) (Reply, error) {
		var r Reply
		err := f(WithReply(ctx, &r))
		return r, err
	})
	if err != nil {
		return r, Explain(err, i)
	}
	return r, nil
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
