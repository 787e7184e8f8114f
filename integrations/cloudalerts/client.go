package cloudalerts

import (
	"context"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	sdk "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/security/armsecurity"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// Config says how to reach Defender for Cloud.
type Config struct {
	azure.Access
	Credential azcore.TokenCredential
	// Subscriptions to read, by id; empty means all that the sign-in sees.
	Subscriptions []string
}

// Client is an app.Remote over several subscriptions.
type Client struct {
	conf          Config
	pin           azure.Pin
	options       *arm.ClientOptions
	trail         azure.Trail
	odd           wire.Odd
	subscriptions *azure.Subscriptions

	mu      sync.Mutex
	subs    []string         // of the run, sorted, in lower case
	refused error            // the last subscription of the run that could not be read
	read    int              // how many could
	known   map[string]known // alerts as they were in pages that are stored
	pending map[string]known // and in the page before, until it is known to be stored
	after   app.Cursor       // the cursor of that page
}

// known is what is remembered of an alert.
type known struct {
	print string
	open  bool
}

var (
	_ app.Remote  = (*Client)(nil)
	_ app.Limited = (*Client)(nil)
)

const (
	mostPages    = 10_000
	needToRead   = "the role Security Reader on the subscription"
	needToChange = "the role Security Admin on the subscription"
)

var (
	reading = azure.Intent{Source: app.Cloud, Need: needToRead}
	writing = azure.Intent{Source: app.Cloud, Need: needToChange, Write: true}
)

// New makes a client; it sends nothing.
func New(conf Config) (*Client, error) {
	if conf.Now == nil {
		conf.Now = time.Now
	}
	o, pin, err := conf.ClientOptions(conf.Cloud.ARM)
	if err != nil {
		return nil, err
	}
	c := &Client{
		conf: conf, pin: pin, trail: azure.Trail{Most: mostPages}, odd: wire.Odd{Log: conf.Logger()},
		options: &arm.ClientOptions{ClientOptions: o, DisableRPRegistration: true}, known: map[string]known{},
	}
	c.subscriptions, err = azure.NewSubscriptions(conf.Access, conf.Credential)
	return c, err
}

// ID implements app.Remote.
func (c *Client) ID() app.SourceID { return app.Cloud }

// Lacks implements app.Limited: only the state of an alert can be changed.
func (c *Client) Lacks(f app.Field) string {
	switch f {
	case app.FieldStatus, app.FieldClassification, app.FieldDetermination, app.FieldClosingNote:
		return "" // of a closing, see Update
	case app.FieldOwner:
		return "Defender for Cloud keeps no owner of an alert."
	case app.FieldSeverity:
		return "Defender for Cloud does not let people change the severity of an alert."
	case app.FieldTags:
		return "Defender for Cloud keeps no tags of an alert."
	case app.FieldComment:
		return "Defender for Cloud keeps no comments on an alert."
	case app.FieldTask:
		return "Defender for Cloud keeps no tasks of an alert."
	}
	return "Defender for Cloud does not let people change this of an alert."
}

func (c *Client) alerts(sub string) (*sdk.AlertsClient, error) {
	a, err := sdk.NewAlertsClient(sub, c.conf.Credential, c.options)
	if err != nil {
		return nil, app.E(app.KindInvalid, "The connection to Defender for Cloud is not set up correctly.", err)
	}
	return a, nil
}

// list reads one page of a subscription's alerts.
func (c *Client) list(ctx context.Context, sub, link string) (wire.List, azure.Reply, error) {
	a, err := c.alerts(sub)
	if err != nil {
		return wire.List{}, azure.Reply{}, err
	}
	return azure.ReadList(ctx, c.pin, a.NewListPager(nil), link, reading)
}
