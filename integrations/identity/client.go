package identity

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// Filter says which sign-ins are read.
type Filter string

// Filters. Risky are those with a risk of any state and those that risk blocked.
const (
	Risky            Filter = "risky"
	RiskyInteractive Filter = "interactive" // risky ones of a person at a screen
	All              Filter = "all"
)

// Config says how to reach the tenant.
type Config struct {
	azure.Access
	Credential azcore.TokenCredential
	// SignInFilter is Risky where it is empty.
	SignInFilter Filter
	// Workloads reads risky service principals as well; they take a licence of their own.
	Workloads bool
	// Days is how far back the first run reads the sign-in log [30, what it keeps].
	Days int
	// Unpaced asks as fast as the service answers: for a tenant on this computer, which
	// has no limit unless it is told to have one.
	Unpaced bool
	// Wait waits, for tests, on the clock of Now; nil is a timer, whatever Now says.
	Wait func(context.Context, time.Duration) error
}

// Client reaches one tenant. Safe for concurrent use.
type Client struct {
	conf     Config
	pin      azure.Pin
	odd      wire.Odd
	pipeline runtime.Pipeline
	base     string // of Graph v1.0
	// Entra ID Protection and the sign-in log have a pace each; the directory has units
	// that this client does not come near.
	protection, log pace

	risk  Risk
	signs Log
}

var (
	reading = azure.Intent{Source: app.EntraRisk}
	logged  = azure.Intent{Source: app.SignIns, Need: "the permission AuditLog.Read.All and the role Reports Reader"}
)

// New makes a client; it sends nothing.
func New(conf Config) (*Client, error) {
	if conf.SignInFilter == "" {
		conf.SignInFilter = Risky
	}
	if conf.Days <= 0 || conf.Days > 30 {
		conf.Days = 30
	}
	if conf.Now == nil {
		conf.Now = time.Now
	}
	waits := conf.Now // a pace goes by the clock that waiting moves
	if conf.Wait == nil {
		conf.Wait, waits = azure.Timer, time.Now
	}
	o, pin, err := conf.ClientOptions(conf.Cloud.Graph)
	if err != nil {
		return nil, err
	}
	auth := runtime.NewBearerTokenPolicy(conf.Credential, []string{conf.Cloud.GraphScope()}, nil)
	c := &Client{
		conf: conf, pin: pin, odd: wire.Odd{Log: conf.Logger()}, base: conf.Cloud.Graph + "/v1.0/",
		pipeline:   runtime.NewPipeline("watchfloor/identity", "v1", runtime.PipelineOptions{PerRetry: []policy.Policy{auth}}, &o),
		protection: pace{most: 1, in: time.Second, now: waits, wait: conf.Wait, spread: conf.Spread},
		log:        pace{most: 5, in: 10 * time.Second, now: waits, wait: conf.Wait, spread: conf.Spread},
	}
	if conf.Unpaced {
		c.protection.most, c.log.most = 0, 0
	}
	c.risk = Risk{c: c, trail: azure.Trail{Most: mostPages}}
	c.signs = Log{c: c, trail: azure.Trail{Most: mostPages}}
	return c, nil
}

// Risk is Entra ID Protection.
func (c *Client) Risk() *Risk { return &c.risk }

// Log is the sign-in log.
func (c *Client) Log() *Log { return &c.signs }

// mostPages bounds a list.
const mostPages = 10_000

// paceOf is the pace of the part of Graph that an address belongs to, nil without one.
func (c *Client) paceOf(address string) *pace {
	switch path := strings.TrimPrefix(address, c.base); {
	case strings.HasPrefix(path, "identityProtection/"):
		return &c.protection
	case strings.HasPrefix(path, "auditLogs/"):
		return &c.log
	}
	return nil
}

// paced runs a call at its pace; again says that it may be repeated.
func (c *Client) paced(ctx context.Context, address string, again bool, call func() (azure.Reply, error)) (azure.Reply, error) {
	if p := c.paceOf(address); p != nil {
		return p.do(ctx, again, call)
	}
	return call()
}

// get reads address, which must be on the configured host.
func (c *Client) get(ctx context.Context, i azure.Intent, address string) (azure.Reply, error) {
	if err := c.pin.CheckLink(address); err != nil {
		return azure.Reply{}, err
	}
	if c.paceOf(address) != nil { // repeats take their turn as well
		ctx = azure.Once(ctx)
	}
	read := azure.Read(ctx)
	return c.paced(ctx, address, true, func() (azure.Reply, error) { return c.send(read, i, http.MethodGet, address, nil) })
}

// list reads one page and checks its link.
func (c *Client) list(ctx context.Context, i azure.Intent, address string) (wire.List, azure.Reply, error) {
	reply, err := c.get(ctx, i, address)
	if err != nil {
		return wire.List{}, reply, err
	}
	l, err := c.pin.ReadPage(reply.Body, i)
	return l, reply, err
}

func (c *Client) send(ctx context.Context, i azure.Intent, method, address string, body []byte) (azure.Reply, error) {
	return azure.Call(ctx, i, func(ctx context.Context) error {
		err := azure.AskGraph(ctx, c.pipeline, method, address, body)
		var refused *azcore.ResponseError
		if errors.As(err, &refused) && refused.StatusCode == http.StatusForbidden && unlicensed(refused.RawResponse) {
			return azure.Reworded(azure.Explain(err, i), app.KindLicence, "The tenant has no licence for this.")
		}
		return err
	})
}

// unlicensed reads from a refusal that it is for want of a licence. There is no code for
// it everywhere: Entra ID Protection says Forbidden as for a missing right.
func unlicensed(resp *http.Response) bool {
	b, err := runtime.Payload(resp)
	if err != nil {
		return false
	}
	var said struct {
		Error struct{ Code, Message string }
	}
	if json.Unmarshal(b, &said) != nil {
		return false
	}
	text := strings.ToLower(said.Error.Message)
	return strings.HasPrefix(said.Error.Code, "Authentication_RequestFromNonPremiumTenant") ||
		strings.Contains(text, "not licensed") || strings.Contains(text, "premium license")
}

// query is the options of a list in the order of the documentation, spaces as %20.
func query(filter, order, top string) string {
	q := "?$top=" + top
	if filter != "" {
		q += "&$filter=" + escape(filter)
	}
	if order != "" {
		q += "&$orderby=" + escape(order)
	}
	return q
}

func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// since is a time in a filter.
func since(property string, at time.Time) string {
	return property + " ge " + at.UTC().Format("2006-01-02T15:04:05Z")
}

// quote is a text in a filter.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// serverTime is the service's clock, the caller's where the answer does not say.
func (c *Client) serverTime(h http.Header) time.Time {
	if at, ok := azure.Clock(h); ok {
		return at
	}
	return c.conf.Now().UTC()
}
