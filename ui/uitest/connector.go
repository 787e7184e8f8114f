package uitest

import (
	"context"
	"fmt"
	gosync "sync"

	"watchfloor/app/identity"
	"watchfloor/app/profile"
)

// Connector connects to nothing: it answers from its fields and notes what was asked.
type Connector struct {
	mu       gosync.Mutex
	List     []profile.Profile
	Prompt   profile.Prompt // shown by a device sign-in
	Account  string
	Spots    []profile.Place
	Findings []profile.Finding
	Warning  string
	NoRing   string // what SessionOnly says
	Stock    identity.Kept

	// Errors of the calls; nil lets them succeed.
	SignInErr, PlacesErr, TestErr, SaveErr, ChangeErr, KeptErr, AgainErr, RemoveErr error

	Calls []string // "sign in device", "save contoso", "again 1"
	Saved []profile.Draft
	// Wait, where set, is called in SignIn and Again after the prompt was shown.
	Wait func(ctx context.Context) error
}

func (c *Connector) note(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.Calls = append(c.Calls, fmt.Sprintf(format, args...))
}

// Profiles answers from List.
func (c *Connector) Profiles() []profile.Profile {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]profile.Profile(nil), c.List...)
}

func (c *Connector) prompt(ctx context.Context, m profile.Method, say func(profile.Prompt)) error {
	if m == profile.Device {
		say(c.Prompt)
	}
	if c.Wait != nil {
		return c.Wait(ctx)
	}
	return nil
}

// SignIn shows Prompt to who signs in by device.
func (c *Connector) SignIn(ctx context.Context, d profile.Draft, say func(profile.Prompt)) (string, error) {
	c.note("sign in %s", d.Method)
	if err := c.prompt(ctx, d.Method, say); err != nil {
		return "", err
	}
	return c.Account, c.SignInErr
}

// Places answers from Spots.
func (c *Connector) Places(context.Context, profile.Draft) ([]profile.Place, error) {
	c.note("places")
	return c.Spots, c.PlacesErr
}

// Test answers from Findings.
func (c *Connector) Test(_ context.Context, d profile.Draft) ([]profile.Finding, error) {
	c.note("test %s", d.Workspace)
	return c.Findings, c.TestErr
}

// Save adds to List and Saved.
func (c *Connector) Save(_ context.Context, d profile.Draft) (string, error) {
	c.note("save %s", d.Name)
	if c.SaveErr != nil {
		return "", c.SaveErr
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	d.Slot = len(c.List)
	d.ID = fmt.Sprint("p", d.Slot)
	c.Saved, c.List = append(c.Saved, d), append(c.List, d.Profile)
	return c.Warning, nil
}

// Change replaces the profile of the slot in List.
func (c *Connector) Change(_ context.Context, p profile.Profile) error {
	c.note("change %d %s %s %s", p.Slot, p.Name, p.Colour, p.Account)
	if c.ChangeErr != nil {
		return c.ChangeErr
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.List {
		if c.List[i].Slot == p.Slot {
			c.List[i] = p
		}
	}
	return nil
}

// Kept answers from Stock, with the budget that Keep set.
func (c *Connector) Kept(context.Context, int) (identity.Kept, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Stock, c.KeptErr
}

// Keep sets the budget of Stock.
func (c *Connector) Keep(_ context.Context, slot int, budget int64) error {
	c.note("keep %d %d", slot, budget)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.Stock.Budget = budget
	return nil
}

// TestSaved answers from Findings.
func (c *Connector) TestSaved(_ context.Context, slot int) ([]profile.Finding, error) {
	c.note("test saved %d", slot)
	return c.Findings, c.TestErr
}

// Again shows Prompt where the profile signs in by device.
func (c *Connector) Again(ctx context.Context, slot int, say func(profile.Prompt)) error {
	c.note("again %d", slot)
	var m profile.Method
	for _, p := range c.Profiles() {
		if p.Slot == slot {
			m = p.Method
		}
	}
	if err := c.prompt(ctx, m, say); err != nil {
		return err
	}
	return c.AgainErr
}

// Renew takes the certificate of the slot over.
func (c *Connector) Renew(_ context.Context, slot int, certificate, secret string) (string, error) {
	c.note("renew %d %s %s", slot, certificate, secret)
	return c.Warning, c.AgainErr
}

// Remove takes the slot out of List.
func (c *Connector) Remove(_ context.Context, slot int) error {
	c.note("remove %d", slot)
	if c.RemoveErr != nil {
		return c.RemoveErr
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.List {
		if c.List[i].Slot == slot {
			c.List = append(c.List[:i:i], c.List[i+1:]...)
			break
		}
	}
	return nil
}

// SessionOnly answers from NoRing.
func (c *Connector) SessionOnly() string { return c.NoRing }

// NewConnector is a tenant with two workspaces, one of them without Sentinel, where a
// role is missing.
func NewConnector() *Connector {
	const sub = "aaaaaaaa-0000-0000-0000-000000000001"
	return &Connector{
		Prompt: profile.Prompt{Code: "HJ4K7QWZP", URL: "https://microsoft.com/devicelogin"}, Account: "ana@contoso.example",
		Spots: []profile.Place{
			{Subscription: sub, SubscriptionName: "Production", ResourceGroup: "rg-soc", Workspace: "law-soc-weu", Location: "westeurope", Sentinel: true},
			{Subscription: sub, SubscriptionName: "Production", ResourceGroup: "rg-apps", Workspace: "law-apps", Location: "westeurope"},
			{
				Subscription: "aaaaaaaa-0000-0000-0000-000000000002", SubscriptionName: "Sandbox", ResourceGroup: "rg-lab", Workspace: "law-lab", Location: "northeurope",
				Problem: "This workspace does not tell.",
			},
		},
		Findings: []profile.Finding{
			{Source: "Sign-in", Check: "Sign in as ana@contoso.example", Verdict: profile.Works},
			{Source: "Sentinel", Check: "Read incidents", Verdict: profile.Works},
			{
				Source: "Sentinel", Check: "Change incidents", Verdict: profile.Missing, Needs: "Microsoft Sentinel Responder on the resource group rg-soc",
				Costs: "Incidents can be looked at, not assigned, tagged, commented or closed.", Said: "The service refused (AuthorizationFailed).",
			},
			{
				Source: "Defender XDR", Check: "Read incidents", Verdict: profile.Failed, Needs: "SecurityIncident.Read.All on Microsoft Graph, with an administrator's consent",
				Costs: "No incidents of Defender XDR are shown.", Said: "No answer came within 30 s.",
			},
			{Source: "Defender XDR", Check: "Change incidents", Verdict: profile.Unknown, Needs: "SecurityIncident.ReadWrite.All on Microsoft Graph", Costs: "It shows at the first change."},
		},
	}
}
