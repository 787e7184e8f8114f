package directory

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// Config says how to reach the clouds' services, and as whom.
type Config struct {
	azure.Access
	Credential azcore.TokenCredential
}

// Client asks Azure Resource Manager and Microsoft Graph.
type Client struct {
	conf       Config
	arm, graph service
	subs       *azure.Subscriptions
}

// service is one of the two, with a pipeline that stays on its host.
type service struct {
	pipeline    runtime.Pipeline
	pin         azure.Pin
	base, scope string
	intent      azure.Intent
}

// New makes a client; it sends nothing.
func New(conf Config) (*Client, error) {
	c := &Client{conf: conf}
	var err error
	if c.arm, err = c.service(conf.Cloud.ARM, conf.Cloud.ARMScope(), azure.Intent{Name: "Azure"}); err != nil {
		return nil, err
	}
	if c.subs, err = azure.NewSubscriptions(conf.Access, conf.Credential); err != nil {
		return nil, err
	}
	c.graph, err = c.service(conf.Cloud.Graph, conf.Cloud.GraphScope(), azure.Intent{Source: app.Defender})
	return c, err
}

func (c *Client) service(base, scope string, i azure.Intent) (service, error) {
	o, pin, err := c.conf.ClientOptions(base)
	if err != nil {
		return service{}, err
	}
	auth := runtime.NewBearerTokenPolicy(c.conf.Credential, []string{scope}, nil)
	return service{
		pin: pin, base: base, scope: scope, intent: i,
		pipeline: runtime.NewPipeline("watchfloor/directory", "v1", runtime.PipelineOptions{PerRetry: []policy.Policy{auth}}, &o),
	}, nil
}

// get reads address, which must be on the service's host.
func (s service) get(ctx context.Context, address string) ([]byte, error) {
	if err := s.pin.CheckLink(address); err != nil {
		return nil, err
	}
	b, err := azure.Promptly(ctx, func(ctx context.Context) ([]byte, error) {
		req, err := runtime.NewRequest(azure.Read(ctx), http.MethodGet, address)
		if err != nil {
			return nil, err
		}
		req.Raw().Header.Set("Accept", "application/json")
		resp, err := s.pipeline.Do(req)
		if err != nil {
			return nil, err
		}
		if !runtime.HasStatusCode(resp, http.StatusOK) {
			return nil, runtime.NewResponseError(resp)
		}
		return runtime.Payload(resp)
	})
	if err != nil {
		return nil, azure.Explain(err, s.intent)
	}
	return b, nil
}

// try reads one page of a list for the sake of reading it.
func (s service) try(ctx context.Context, path string) error {
	b, err := s.get(ctx, s.base+path)
	if err != nil {
		return err
	}
	if _, err := wire.ReadList(b, "value"); err != nil {
		return azure.Malformed(b, s.intent, err)
	}
	return nil
}

// mostPages bounds a list; the largest tenants have a few thousand subscriptions.
const mostPages = 100

// list reads every page behind path. What was read is returned with an error, too.
func (s service) list(ctx context.Context, path string) ([]json.RawMessage, error) {
	trail := azure.Trail{Most: mostPages}
	var rows []json.RawMessage
	for link := s.base + path; ; {
		b, err := s.get(ctx, link)
		if err != nil {
			return rows, err
		}
		l, err := wire.ReadList(b, "value")
		if err != nil {
			return rows, azure.Malformed(b, s.intent, err)
		}
		rows = append(rows, l.Rows...)
		if err := trail.Step(link, l.Next); err != nil {
			return rows, err
		}
		if link = l.Next; link == "" {
			return rows, nil
		}
	}
}
