package sentinel

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	sdk "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/securityinsights/armsecurityinsights/v2"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// Config names one workspace and how to reach it.
type Config struct {
	azure.Access
	Credential                               azcore.TokenCredential
	SubscriptionID, ResourceGroup, Workspace string
	// FirstPage is the size of the very first page, small so that the queue is usable
	// soon [200]; PageSize that of the others [1000, the most the service gives].
	FirstPage, PageSize int32
}

// Client is an app.Remote over one workspace.
type Client struct {
	conf      Config
	pin       azure.Pin
	trail     azure.Trail
	odd       wire.Odd
	incidents *sdk.IncidentsClient
	comments  *sdk.IncidentCommentsClient
	tasks     *sdk.IncidentTasksClient
}

var (
	_ app.Remote = (*Client)(nil)
	_ app.Tasker = (*Client)(nil)
)

const (
	mostPages    = 10_000
	needToRead   = "the role Microsoft Sentinel Reader on the workspace"
	needToChange = "the role Microsoft Sentinel Responder on the workspace"
)

// New makes a client; it sends nothing.
func New(conf Config) (*Client, error) {
	if conf.SubscriptionID == "" || conf.ResourceGroup == "" || conf.Workspace == "" {
		return nil, app.E(app.KindInvalid, "Name the subscription, resource group and workspace of Sentinel.", nil)
	}
	if conf.FirstPage <= 0 {
		conf.FirstPage = 200
	}
	if conf.PageSize <= 0 || conf.PageSize > 1000 {
		conf.PageSize = 1000
	}
	conf.FirstPage = min(conf.FirstPage, conf.PageSize)
	options, pin, err := conf.ClientOptions(conf.Cloud.ARM)
	if err != nil {
		return nil, err
	}
	c := &Client{conf: conf, pin: pin, trail: azure.Trail{Most: mostPages}, odd: wire.Odd{Log: conf.Logger()}}
	o := &arm.ClientOptions{ClientOptions: options, DisableRPRegistration: true}
	if c.incidents, err = sdk.NewIncidentsClient(conf.SubscriptionID, conf.Credential, o); err == nil {
		if c.comments, err = sdk.NewIncidentCommentsClient(conf.SubscriptionID, conf.Credential, o); err == nil {
			c.tasks, err = sdk.NewIncidentTasksClient(conf.SubscriptionID, conf.Credential, o)
		}
	}
	if err != nil {
		return nil, app.E(app.KindInvalid, "The connection to Sentinel is not set up correctly.", err)
	}
	return c, nil
}

// ID implements app.Remote.
func (c *Client) ID() app.SourceID { return app.Sentinel }

// read runs a call that changes nothing and returns its answer as received.
func (c *Client) read(ctx context.Context, f func(context.Context) error) (azure.Reply, error) {
	return c.call(azure.Read(ctx), reading, f)
}

var (
	reading = azure.Intent{Source: app.Sentinel, Need: needToRead}
	writing = azure.Intent{Source: app.Sentinel, Need: needToChange, Write: true}
)

func (c *Client) call(ctx context.Context, i azure.Intent, f func(context.Context) error) (azure.Reply, error) {
	return azure.Call(ctx, i, f)
}
