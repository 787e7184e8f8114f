package azure

import (
	"context"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

// Subscription is one that the sign-in can see.
type Subscription struct{ ID, Name string }

// Label is the name, else the id.
func (s Subscription) Label() string { return wire.First(s.Name, s.ID) }

// Subscriptions reads the list of subscriptions of a sign-in.
type Subscriptions struct {
	pipeline runtime.Pipeline
	pin      Pin
	first    string
}

const (
	subscriptionsVersion  = "2022-12-01"
	mostSubscriptionPages = 100
)

// NewSubscriptions makes a reader; it sends nothing.
func NewSubscriptions(a Access, cred azcore.TokenCredential) (*Subscriptions, error) {
	o, pin, err := a.ClientOptions(a.Cloud.ARM)
	if err != nil {
		return nil, err
	}
	auth := runtime.NewBearerTokenPolicy(cred, []string{a.Cloud.ARMScope()}, nil)
	return &Subscriptions{
		pin: pin, first: a.Cloud.ARM + "/subscriptions?api-version=" + subscriptionsVersion,
		pipeline: runtime.NewPipeline("watchfloor/subscriptions", "v1", runtime.PipelineOptions{PerRetry: []policy.Policy{auth}}, &o),
	}, nil
}

var listing = Intent{Name: "Azure", Need: "the role Reader on a subscription"}

// List reads those that are not deleted, in the service's order.
func (s *Subscriptions) List(ctx context.Context) ([]Subscription, error) {
	trail := Trail{Most: mostSubscriptionPages}
	var out []Subscription
	for link := s.first; ; {
		reply, err := Call(Read(ctx), listing, func(ctx context.Context) error { return s.get(ctx, link) })
		if err != nil {
			return nil, err
		}
		l, err := s.pin.ReadPage(reply.Body, listing)
		if err != nil {
			return nil, err
		}
		for _, raw := range l.Rows {
			row := wire.ReadRow(raw)
			if id := row.ID("subscriptionId"); id != "" && !strings.EqualFold(row.Text("state"), "Deleted") {
				out = append(out, Subscription{ID: id, Name: row.Text("displayName")})
			}
		}
		if err := trail.Step(link, l.Next); err != nil {
			return nil, err
		}
		if link = l.Next; link == "" {
			return out, nil
		}
	}
}

func (s *Subscriptions) get(ctx context.Context, address string) error {
	req, err := runtime.NewRequest(ctx, http.MethodGet, address)
	if err != nil {
		return err
	}
	req.Raw().Header.Set("Accept", "application/json")
	resp, err := s.pipeline.Do(req)
	if err != nil {
		return err
	}
	if !runtime.HasStatusCode(resp, http.StatusOK) {
		return runtime.NewResponseError(resp)
	}
	return nil
}

// Choose is what to read: the subscriptions named, with the names of those that the
// sign-in sees; all it sees where none is named. Where the list cannot be read, those
// named go without names.
func (s *Subscriptions) Choose(ctx context.Context, named []string) ([]Subscription, error) {
	seen, err := s.List(ctx)
	if len(named) == 0 || app.KindOf(err) == app.KindCancelled {
		return seen, err
	}
	out := make([]Subscription, 0, len(named))
	for _, id := range named {
		chosen := Subscription{ID: id}
		for _, there := range seen {
			if strings.EqualFold(there.ID, id) {
				chosen.Name = there.Name
			}
		}
		out = append(out, chosen)
	}
	return out, nil
}
