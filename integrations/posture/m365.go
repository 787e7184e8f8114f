package posture

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"watchfloor/app"
	appsync "watchfloor/app/sync"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// M365Config says how to reach the tenant.
type M365Config struct {
	azure.Access
	Credential azcore.TokenCredential
	// Wait waits as long as it is told; nil means a timer.
	Wait func(context.Context, time.Duration) error
}

// M365 reads the Microsoft 365 secure score and changes the state of its controls.
type M365 struct {
	conf     M365Config
	pin      azure.Pin
	pipeline runtime.Pipeline
	base     string
	runs     *runner
	pace     pace
	odd      wire.Odd

	mu       sync.Mutex
	profiles map[string][]byte // as last read, by id
}

var (
	_ appsync.Feed  = (*M365)(nil)
	_ app.Responder = (*M365)(nil)
)

// Limits of the service (sheet part 0.3), and how long it keeps scores.
const (
	requestsAMinute = 150
	requestsAtOnce  = 4
	daysKept        = 90
)

var (
	readingM365 = azure.Intent{Source: app.M365Score, Need: "the permission SecurityEvents.Read.All"}
	writingM365 = azure.Intent{
		Source: app.M365Score, Write: true,
		Need: "the permission SecurityEvents.ReadWrite.All and the role Security Administrator",
	}
)

// NewM365 makes a client; it sends nothing.
func NewM365(conf M365Config) (*M365, error) {
	if conf.Now == nil {
		conf.Now = time.Now
	}
	if conf.Wait == nil {
		conf.Wait = azure.Timer
	}
	o, pin, err := conf.ClientOptions(conf.Cloud.Graph)
	if err != nil {
		return nil, err
	}
	auth := runtime.NewBearerTokenPolicy(conf.Credential, []string{conf.Cloud.GraphScope()}, nil)
	c := &M365{
		conf: conf, pin: pin, base: conf.Cloud.Graph + "/v1.0/security/", odd: wire.Odd{Log: conf.Logger()}, profiles: map[string][]byte{},
		pace:     pace{now: conf.Now, wait: conf.Wait, spread: conf.Spread, most: requestsAMinute, per: time.Minute, slots: make(chan struct{}, requestsAtOnce)},
		pipeline: runtime.NewPipeline("watchfloor/posture", "v1", runtime.PipelineOptions{PerRetry: []policy.Policy{auth}}, &o),
	}
	c.runs = newRunner(runner{log: conf.Logger(), now: conf.Now, atOnce: requestsAtOnce - 1, enough: rowsAPage, begin: c.begin})
	return c, nil
}

// ID implements sync.Feed and app.Responder.
func (c *M365) ID() app.SourceID { return app.M365Score }

// Every implements sync.Feed.
func (c *M365) Every() time.Duration { return time.Hour }

// Pull implements sync.Feed: the controls, then the scores of the 90 days that the
// service keeps, later those since the last run. A missing permission is a Lack.
func (c *M365) Pull(ctx context.Context, cur app.Cursor) (appsync.FeedPage, error) {
	return c.runs.Pull(ctx, cur)
}

// pages reads a list of Graph.
func (c *M365) pages(path string) pages {
	return func(ctx context.Context, link string) (wire.List, azure.Reply, error) {
		if link == "" {
			link = c.base + path
		}
		if err := c.pin.CheckLink(link); err != nil {
			return wire.List{}, azure.Reply{}, err
		}
		reply, err := c.get(ctx, link)
		if err != nil {
			return wire.List{}, reply, err
		}
		l, err := c.pin.ReadPage(reply.Body, readingM365)
		return l, reply, err
	}
}

func (c *M365) get(ctx context.Context, address string) (azure.Reply, error) {
	return c.pace.call(ctx, func(ctx context.Context) (azure.Reply, error) {
		return c.send(azure.Read(ctx), readingM365, http.MethodGet, address, nil)
	})
}

func (c *M365) send(ctx context.Context, i azure.Intent, method, address string, body []byte) (azure.Reply, error) {
	return azure.Call(ctx, i, func(ctx context.Context) error { return azure.AskGraph(ctx, c.pipeline, method, address, body) })
}

// keep remembers a profile as read, for requests that are only shown.
func (c *M365) keep(id string, raw []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.profiles[id] = raw
}

func (c *M365) kept(id string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.profiles[id]
}
