package directory

import (
	"context"
	"slices"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/app/permission"
	"watchfloor/app/profile"
	"watchfloor/integrations/azure"
)

// Sources as findings name them.
const (
	signIn = "Sign-in"
	nobody = "Not tried: the sign-in does not work yet."
)

// Test tries what a profile reads and finds out what it may change, without changing
// anything. The sign-in is the first finding; then come the sources of the profile.
func (c *Client) Test(ctx context.Context, p profile.Profile) []profile.Finding {
	parts := c.parts(p)
	scope := c.graph.scope
	if p.Sentinel() {
		scope = c.arm.scope
	}
	first, works := c.signedIn(ctx, p, scope)
	found := make([][]profile.Finding, len(parts))
	var wg sync.WaitGroup
	for i, part := range parts {
		if !works {
			found[i] = untried(part.checks, nobody)
			continue
		}
		wg.Go(func() { found[i] = part.test(ctx, p) })
	}
	wg.Wait()
	return append([]profile.Finding{first}, slices.Concat(found...)...)
}

// part is a source of a profile: what is checked, and how.
type part struct {
	checks []profile.Finding
	test   func(context.Context, profile.Profile) []profile.Finding
}

// parts are the sources that a profile reads.
func (c *Client) parts(p profile.Profile) (out []part) {
	for _, x := range []struct {
		on     bool
		source string
		test   func(context.Context, profile.Profile) []profile.Finding
	}{
		{p.Sentinel(), permission.Sentinel, c.testSentinel},
		{p.Defender, permission.Defender, c.testDefender},
		{p.Identity, permission.Entra, c.testIdentity},
		{p.Posture || p.CloudAlerts, permission.Cloud, c.testCloud},
		{p.Posture, permission.Score, c.testScore},
	} {
		if x.on {
			out = append(out, part{checksOf(permission.Of(x.source), p.Method.Person(), p), x.test})
		}
	}
	return out
}

func (c *Client) signedIn(ctx context.Context, p profile.Profile, scope string) (profile.Finding, bool) {
	f := profile.Finding{Source: signIn, Check: p.Method.Label(), Verdict: profile.Works}
	claims, err := c.claims(ctx, scope)
	if err != nil {
		f.Verdict, f.Said = profile.Failed, app.Say(err)
		f.Costs = "Nothing new is read and no action is sent; what was read before stays readable."
		return f, false
	}
	switch {
	case claims.UPN != "":
		f.Said = "Signed in as " + claims.UPN + "."
	case claims.Object != "" && !claims.Person():
		f.Said = "Signed in as an application."
	}
	return f, true
}

// claims gets a token and reads what it says; empty where it cannot be read.
func (c *Client) claims(ctx context.Context, scope string) (azure.Claims, error) {
	t, err := azure.Promptly(ctx, func(ctx context.Context) (string, error) {
		t, err := c.conf.Credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}, EnableCAE: true})
		return t.Token, err
	})
	if err != nil {
		return azure.Claims{}, azure.Explain(err, azure.Intent{Name: "Entra"})
	}
	said, _ := azure.ClaimsOf(t)
	return said, nil
}

// untried turns checks into findings that nobody made.
func untried(checks []profile.Finding, why string) []profile.Finding {
	for i := range checks {
		checks[i].Verdict, checks[i].Said = profile.Unknown, why
	}
	return checks
}

// failed is a check that ended with an error.
func failed(f profile.Finding, err error) profile.Finding {
	f.Verdict, f.Said = profile.Failed, app.Say(err)
	if app.KindOf(err) == app.KindPermission {
		f.Verdict = profile.Missing
	}
	return f
}

func works(f profile.Finding) profile.Finding {
	f.Verdict, f.Costs = profile.Works, ""
	return f
}
