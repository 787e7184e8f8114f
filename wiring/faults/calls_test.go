package faults_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	appsync "watchfloor/app/sync"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/cloudalerts"
	"watchfloor/integrations/defender"
	"watchfloor/integrations/identity"
	"watchfloor/integrations/posture"
	"watchfloor/integrations/sentinel"
)

// caller makes the calls of one cell with clients of its own.
type caller struct {
	access azure.Access
	cred   azcore.TokenCredential
	behind *tenantBehind
	clock  *standClock
	// pages are the rows of each page that was handed over, ids those of all of them.
	pages []int
	ids   map[string]bool
	// most is how many pages are pulled where the endpoint says fewer; keep and keepFeed
	// store them, nil does not.
	most     int
	keep     func(app.SourceID, app.Page) error
	keepFeed func(app.SourceID, appsync.FeedPage) error
}

// tokens are those of the tenant, asked for by the addresses of a front.
type tokens struct {
	*azure.Credential
	from, to azure.Cloud
}

func (k tokens) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	o.Scopes = slices.Clone(o.Scopes)
	for i, s := range o.Scopes {
		if s == k.from.GraphScope() {
			o.Scopes[i] = k.to.GraphScope()
		}
	}
	return k.Credential.GetToken(ctx, o)
}

// standClock moves when somebody waits on it.
type standClock struct {
	mu     sync.Mutex
	at     time.Time
	waited time.Duration
}

func (c *standClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *standClock) wait(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.waited = c.at.Add(d), c.waited+d
	return ctx.Err()
}

// endpoint is one kind of request of a real client.
type endpoint struct {
	name string
	// match tells its requests; those before the one that from counts are left alone, so
	// that a list is hit in its middle.
	match func(r *http.Request) bool
	from  int
	list  bool
	write bool
	more  bool // of the release dose
	call  func(ctx context.Context, c *caller) error
}

func is(method, suffix string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		return r.Method == method && strings.HasSuffix(strings.ToLower(r.URL.Path), strings.ToLower(suffix))
	}
}

// mostPulls is where a pull that goes on is left. One of risk is left after the users: a
// whole run reads a history for each.
const mostPulls = 12

func (c *caller) pull(ctx context.Context, r app.Remote) error {
	var cur app.Cursor
	for range max(mostPulls, c.most) {
		p, err := r.Pull(ctx, cur)
		if err != nil {
			return err
		}
		if c.keep != nil {
			if err := c.keep(r.ID(), p); err != nil {
				return err
			}
		}
		c.pages = append(c.pages, len(p.Rows))
		for _, row := range p.Rows {
			c.ids[row.Incident.Ref.ID] = true
		}
		if cur = p.Cursor; p.Done {
			return nil
		}
	}
	return nil
}

func (c *caller) feed(ctx context.Context, f appsync.Feed, most int) error {
	var cur app.Cursor
	for range max(most, c.most) {
		p, err := f.Pull(ctx, cur)
		if err != nil {
			return err
		}
		if c.keepFeed != nil {
			if err := c.keepFeed(f.ID(), p); err != nil {
				return err
			}
		}
		c.pages = append(c.pages, p.Rows)
		for _, u := range p.Identity.Users {
			c.ids["user "+u.ID] = true
		}
		for _, s := range p.Identity.SignIns {
			c.ids["sign-in "+s.ID] = true
		}
		for _, a := range p.Posture.Assessments {
			c.ids["assessment "+a.ID+" of "+a.Resource] = true
		}
		if len(p.Lacks) > 0 {
			return fmt.Errorf("%w: %s needs %s", errLack, p.Lacks[0].What, p.Lacks[0].Needs)
		}
		if cur = p.Cursor; p.Done {
			return nil
		}
	}
	return nil
}

var errLack = fmt.Errorf("lack")

func (c *caller) sentinel() (*sentinel.Client, error) {
	s := c.behind.Settings
	return sentinel.New(sentinel.Config{Access: c.access, Credential: c.cred, SubscriptionID: s.SubscriptionID, ResourceGroup: s.ResourceGroup, Workspace: s.Workspace, FirstPage: 6, PageSize: 6})
}

func (c *caller) defender() (*defender.Client, error) {
	return defender.New(defender.Config{Access: c.access, Credential: c.cred, PageSize: 6})
}

func (c *caller) identity() (*identity.Client, error) {
	a := c.access
	a.Now = c.clock.now
	return identity.New(identity.Config{Access: a, Credential: c.cred, Wait: c.clock.wait})
}

func (c *caller) posture() (*posture.Cloud, error) {
	a := c.access
	a.Now, a.AtOnce = c.clock.now, 2
	return posture.NewCloud(posture.CloudConfig{Access: a, Credential: c.cred, Wait: c.clock.wait})
}

// with makes a client and uses it.
func with[T any](make func(*caller) (T, error), use func(context.Context, *caller, T) error) func(context.Context, *caller) error {
	return func(ctx context.Context, c *caller) error {
		client, err := make(c)
		if err != nil {
			return err
		}
		return use(ctx, c, client)
	}
}

// incident is the n-th incident of a source, so that writes of different endpoints do not
// meet.
func (c *caller) incident(source string, n int) string {
	for ref := range c.behind.All() {
		if ref.Source != source {
			continue
		}
		if n--; n < 0 {
			return ref.ID
		}
	}
	return ""
}

// severity changes the severity of an incident, whatever it is.
func severity(ctx context.Context, r app.Remote, id string) error {
	seen, err := r.Get(ctx, id)
	if err != nil {
		return err
	}
	want := seen.Incident.Fields
	if want.Severity++; want.Severity > app.High {
		want.Severity = app.Low
	}
	_, err = r.Update(ctx, seen, want, []app.Field{app.FieldSeverity})
	return err
}

// endpoints are the columns of the matrix.
func endpoints() []endpoint {
	makeSentinel := (*caller).sentinel
	makeDefender := (*caller).defender
	makeIdentity := (*caller).identity
	makePosture := (*caller).posture
	incidents := is("GET", "/incidents")
	return []endpoint{
		{
			name: "sentinel incidents", list: true, from: 2,
			match: func(r *http.Request) bool { return incidents(r) && r.URL.Query().Get("$top") != "1" && !graphs(r) },
			call:  with(makeSentinel, func(ctx context.Context, c *caller, s *sentinel.Client) error { return c.pull(ctx, s) }),
		},
		{
			name: "sentinel incident", from: 1,
			match: func(r *http.Request) bool {
				return r.Method == "GET" && strings.Contains(r.URL.Path, "/incidents/") && !graphs(r)
			},
			call: with(makeSentinel, func(ctx context.Context, c *caller, s *sentinel.Client) error {
				_, err := s.Get(ctx, c.incident("sentinel", 0))
				return err
			}),
		},
		{
			name: "sentinel incident PUT", from: 1, write: true,
			match: func(r *http.Request) bool { return r.Method == "PUT" && !strings.Contains(r.URL.Path, "/comments/") },
			call: with(makeSentinel, func(ctx context.Context, c *caller, s *sentinel.Client) error {
				return severity(ctx, s, c.incident("sentinel", 1))
			}),
		},
		{
			name: "sentinel comment PUT", more: true, from: 1, write: true,
			match: func(r *http.Request) bool { return r.Method == "PUT" && strings.Contains(r.URL.Path, "/comments/") },
			call: with(makeSentinel, func(ctx context.Context, c *caller, s *sentinel.Client) error {
				return s.AddComment(ctx, c.incident("sentinel", 2), app.Comment{ID: "73e01a99-5cd7-4139-a149-9f2736ff2ab5", Text: "Asked the ward."})
			}),
		},
		{
			name: "sentinel entities", more: true, from: 1, match: is("POST", "/entities"),
			call: with(makeSentinel, func(ctx context.Context, c *caller, s *sentinel.Client) error {
				_, err := s.Details(ctx, c.incident("sentinel", 3))
				return err
			}),
		},
		{
			name: "graph incidents", list: true, from: 2, match: func(r *http.Request) bool { return incidents(r) && graphs(r) },
			call: with(makeDefender, func(ctx context.Context, c *caller, d *defender.Client) error { return c.pull(ctx, d) }),
		},
		{
			name: "graph incident PATCH", from: 1, write: true, match: func(r *http.Request) bool { return r.Method == "PATCH" },
			call: with(makeDefender, func(ctx context.Context, c *caller, d *defender.Client) error {
				return severity(ctx, d, c.incident("defender", 1))
			}),
		},
		{
			name: "graph comment POST", more: true, from: 1, write: true, match: is("POST", "/comments"),
			call: with(makeDefender, func(ctx context.Context, c *caller, d *defender.Client) error {
				return d.AddComment(ctx, c.incident("defender", 2), app.Comment{Text: "Asked the ward."})
			}),
		},
		{
			name: "risky users", list: true, from: 1, match: is("GET", "/riskyUsers"),
			call: with(makeIdentity, func(ctx context.Context, c *caller, i *identity.Client) error { return c.feed(ctx, i.Risk(), 4) }),
		},
		{
			name: "sign-ins", more: true, list: true, from: 1, match: is("GET", "/auditLogs/signIns"),
			call: with(makeIdentity, func(ctx context.Context, c *caller, i *identity.Client) error { return c.feed(ctx, i.Log(), mostPulls) }),
		},
		{
			name: "confirm compromised POST", from: 1, write: true, match: is("POST", "/confirmCompromised"),
			call: with(makeIdentity, func(ctx context.Context, c *caller, i *identity.Client) error {
				return i.Risk().Respond(ctx, app.Response{Deed: app.ConfirmCompromised, Subjects: []app.Subject{{Kind: app.SubjectUser, ID: c.behind.RiskyUsers()[0].ID}}})
			}),
		},
		{
			name: "resource graph POST", list: true, from: 1, match: is("POST", "/Microsoft.ResourceGraph/resources"),
			call: with(makePosture, func(ctx context.Context, c *caller, p *posture.Cloud) error { return c.feed(ctx, p, mostPulls) }),
		},
		{
			name: "definitions of controls", more: true, list: true, from: 1, match: is("GET", "/secureScoreControlDefinitions"),
			call: with(makePosture, func(ctx context.Context, c *caller, p *posture.Cloud) error { return c.feed(ctx, p, mostPulls) }),
		},
		{
			name: "contact PUT", more: true, from: 1, write: true, match: is("PUT", "/securityContacts/default"),
			call: with(makePosture, func(ctx context.Context, c *caller, p *posture.Cloud) error {
				return p.Respond(ctx, app.Response{
					Deed: app.EditContact, Set: app.Values{app.PropPhone: "1"},
					Subjects: []app.Subject{{Kind: app.SubjectContact, ID: c.behind.SubscriptionID}},
				})
			}),
		},
		{
			name: "alerts of Defender for Cloud", more: true, list: true, from: 1, match: is("GET", "/Microsoft.Security/alerts"),
			call: with(func(c *caller) (*cloudalerts.Client, error) {
				return cloudalerts.New(cloudalerts.Config{Access: c.access, Credential: c.cred})
			}, func(ctx context.Context, c *caller, a *cloudalerts.Client) error { return c.pull(ctx, a) }),
		},
		{
			name: "Microsoft 365 score", more: true, list: true, from: 1, match: is("GET", "/security/secureScores"),
			call: with(func(c *caller) (*posture.M365, error) {
				a := c.access
				a.Now = c.clock.now
				return posture.NewM365(posture.M365Config{Access: a, Credential: c.cred, Wait: c.clock.wait})
			}, func(ctx context.Context, c *caller, m *posture.M365) error { return c.feed(ctx, m, mostPulls) }),
		},
		{
			name: "subscriptions", more: true, list: true, from: 1, match: is("GET", "/subscriptions"),
			call: with(func(c *caller) (*azure.Subscriptions, error) { return azure.NewSubscriptions(c.access, c.cred) },
				func(ctx context.Context, c *caller, s *azure.Subscriptions) error {
					l, err := s.List(ctx)
					if err == nil {
						c.pages = append(c.pages, len(l))
					}
					return err
				}),
		},
		{
			name: "token", from: 1, match: is("POST", "/oauth2/v2.0/token"),
			call: func(ctx context.Context, c *caller) error {
				s := c.behind.Settings
				cred, err := azure.ClientSecret(c.access.Cloud, c.access.Transport, azure.Identity{Tenant: s.TenantID, Client: s.ClientID}, azure.NewSecret(s.ClientSecret))
				if err != nil {
					return err
				}
				_, err = cred.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{s.Graph + "/.default"}})
				return err
			},
		},
	}
}

func graphs(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/v1.0/") }
