package defender

import (
	"context"
	"net/http"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// Config says how to reach the tenant.
type Config struct {
	azure.Access
	Credential azcore.TokenCredential
	// PageSize is the number of incidents a page, 1 to 50 [50].
	PageSize int
}

// Client is an app.Remote over one tenant.
type Client struct {
	conf     Config
	pin      azure.Pin
	trail    azure.Trail
	odd      wire.Odd
	pipeline runtime.Pipeline
	security string // address of the security API
	base     string // and of its incidents
}

var (
	_ app.Remote = (*Client)(nil)
	_ app.Merger = (*Client)(nil)
)

// mostPages is half a million incidents; the service keeps them for half a year.
const mostPages = 10_000

var (
	reading = azure.Intent{Source: app.Defender, Need: "the permission SecurityIncident.Read.All"}
	writing = azure.Intent{
		Source: app.Defender, Write: true,
		Need: "the permission SecurityIncident.ReadWrite.All and the role Security Operator",
	}
)

// New makes a client; it sends nothing.
func New(conf Config) (*Client, error) {
	if conf.PageSize < 1 || conf.PageSize > 50 {
		conf.PageSize = 50
	}
	o, pin, err := conf.ClientOptions(conf.Cloud.Graph)
	if err != nil {
		return nil, err
	}
	auth := runtime.NewBearerTokenPolicy(conf.Credential, []string{conf.Cloud.GraphScope()}, nil)
	security := conf.Cloud.Graph + "/v1.0/security"
	return &Client{
		conf: conf, pin: pin, trail: azure.Trail{Most: mostPages}, odd: wire.Odd{Log: conf.Logger()},
		pipeline: runtime.NewPipeline("watchfloor/defender", "v1", runtime.PipelineOptions{PerRetry: []policy.Policy{auth}}, &o),
		security: security, base: security + "/incidents",
	}, nil
}

// ID implements app.Remote.
func (c *Client) ID() app.SourceID { return app.Defender }

func (c *Client) one(id string) string { return c.base + "/" + url.PathEscape(id) }

// get reads address, which must be on the configured host.
func (c *Client) get(ctx context.Context, address string) (azure.Reply, error) {
	return c.send(azure.Read(ctx), reading, http.MethodGet, address, nil)
}

func (c *Client) send(ctx context.Context, i azure.Intent, method, address string, body []byte) (azure.Reply, error) {
	return azure.Call(ctx, i, func(ctx context.Context) error { return azure.AskGraph(ctx, c.pipeline, method, address, body) })
}

// list reads one page and checks its link.
func (c *Client) list(ctx context.Context, address string) (wire.List, azure.Reply, error) {
	if err := c.pin.CheckLink(address); err != nil {
		return wire.List{}, azure.Reply{}, err
	}
	reply, err := c.get(ctx, address)
	if err != nil {
		return wire.List{}, reply, err
	}
	l, err := c.pin.ReadPage(reply.Body, reading)
	return l, reply, err
}
