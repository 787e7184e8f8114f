package posture

import (
	"context"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resourcegraph/armresourcegraph"

	"watchfloor/app"
	appsync "watchfloor/app/sync"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// CloudConfig says how to reach Defender for Cloud.
type CloudConfig struct {
	azure.Access
	Credential azcore.TokenCredential
	// Subscriptions to read, by id; empty means all that the sign-in sees.
	Subscriptions []string
	// Wait waits as long as it is told; nil means a timer.
	Wait func(context.Context, time.Duration) error
}

// Cloud reads the posture of several subscriptions and changes their security contacts.
type Cloud struct {
	conf          CloudConfig
	pin           azure.Pin
	options       *arm.ClientOptions
	graph         *armresourcegraph.Client
	subscriptions *azure.Subscriptions
	runs          *runner
	odd           wire.Odd
	// arm and quota pace requests to Azure Resource Manager and Resource Graph.
	arm, quota pace

	mu       sync.Mutex
	contacts map[string][]byte // as last read, by subscription
}

var (
	_ appsync.Feed  = (*Cloud)(nil)
	_ app.Responder = (*Cloud)(nil)
)

const (
	needReader = "the role Security Reader on the subscription"
	needAdmin  = "the role Security Admin on the subscription"
	cloudName  = "Defender for Cloud"
)

var (
	readingCloud = azure.Intent{Name: cloudName, Need: needReader}
	writingCloud = azure.Intent{Name: cloudName, Need: needAdmin, Write: true}
)

// rowsAPage is about how many rows are stored in one transaction.
const rowsAPage = 1000

// NewCloud makes a client; it sends nothing.
func NewCloud(conf CloudConfig) (*Cloud, error) {
	if conf.Now == nil {
		conf.Now = time.Now
	}
	if conf.Wait == nil {
		conf.Wait = azure.Timer
	}
	if conf.AtOnce == 0 {
		conf.AtOnce = 8
	}
	options, pin, err := conf.ClientOptions(conf.Cloud.ARM)
	if err != nil {
		return nil, err
	}
	c := &Cloud{
		conf: conf, pin: pin, odd: wire.Odd{Log: conf.Logger()}, contacts: map[string][]byte{},
		arm: pace{now: conf.Now, wait: conf.Wait, spread: conf.Spread}, quota: pace{now: conf.Now, wait: conf.Wait, spread: conf.Spread},
		options: &arm.ClientOptions{ClientOptions: options, DisableRPRegistration: true},
	}
	if c.subscriptions, err = azure.NewSubscriptions(conf.Access, conf.Credential); err != nil {
		return nil, err
	}
	if c.graph, err = armresourcegraph.NewClient(conf.Credential, c.options); err != nil {
		return nil, app.E(app.KindInvalid, "The connection to Azure Resource Graph is not set up correctly.", err)
	}
	c.runs = newRunner(runner{log: conf.Logger(), now: conf.Now, atOnce: max(1, conf.AtOnce-1), enough: rowsAPage, begin: c.begin})
	return c, nil
}

// ID implements sync.Feed and app.Responder.
func (c *Cloud) ID() app.SourceID { return app.CloudPosture }

// Every implements sync.Feed.
func (c *Cloud) Every() time.Duration { return time.Hour }

// Pull implements sync.Feed. A subscription without the right, or without Defender for
// Cloud, is a Lack that names it; the others go on.
func (c *Cloud) Pull(ctx context.Context, cur app.Cursor) (appsync.FeedPage, error) {
	return c.runs.Pull(ctx, cur)
}
