package directory

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"watchfloor/app"
	"watchfloor/app/permission"
	"watchfloor/app/profile"
	"watchfloor/integrations/azure"
)

const scoresVersion = "2020-01-01"

func (c *Client) testCloud(ctx context.Context, p profile.Profile) []profile.Finding {
	features := permission.Of(permission.Cloud)
	checks := checksOf(features, true, p)
	subs, err := c.subscriptionsOf(ctx, p)
	if err != nil {
		checks[0] = failed(checks[0], err)
		return append(checks[:1], untried(checks[1:], "Not tried: the subscriptions could not be listed.")...)
	}
	if len(subs) == 0 {
		checks[0].Verdict, checks[0].Said = profile.Missing, "This sign-in sees no subscription of Azure."
		return append(checks[:1], untried(checks[1:], "Not tried: there is no subscription.")...)
	}
	errs := make([]error, len(subs))
	each(len(subs), func(i int) {
		errs[i] = c.arm.try(ctx, "/subscriptions/"+url.PathEscape(subs[i])+"/providers/Microsoft.Security/secureScores?api-version="+scoresVersion)
	})
	checks[0] = readable(checks[0], subs, errs)
	if checks[0].Verdict == profile.Failed {
		return append(checks[:1], untried(checks[1:], "Not tried: scores could not be read.")...)
	}
	rights, err := c.rights(ctx, "/subscriptions/"+url.PathEscape(subs[0]))
	for i := 1; i < len(checks); i++ {
		checks[i] = allowed(checks[i], features[i], rights, err, "the subscription "+subs[0])
		if len(subs) > 1 { // the others may differ
			checks[i].Sure = false
		}
	}
	return checks
}

// readable says of how many subscriptions the scores can be read.
func readable(f profile.Finding, subs []string, errs []error) profile.Finding {
	var bad error
	refused := 0
	for _, err := range errs {
		switch {
		case err == nil:
		case app.KindOf(err) == app.KindPermission, azure.StatusOf(err) == http.StatusNotFound, azure.StatusOf(err) == http.StatusConflict:
			refused++ // no role there, or Defender for Cloud is not on
		default:
			bad = err
		}
	}
	switch {
	case bad != nil && refused+1 >= len(subs):
		return failed(f, bad)
	case refused == len(subs):
		f.Verdict, f.Said = profile.Missing, "None of the subscriptions shows its score to this sign-in."
	case refused > 0 || bad != nil:
		f = works(f)
		f.Said = fmt.Sprintf("%d of %d subscriptions show their score; the others are left out.", len(subs)-refused, len(subs))
	default:
		return works(f)
	}
	return f
}

func (c *Client) testScore(ctx context.Context, p profile.Profile) []profile.Finding {
	said, person, known, err := c.bearer(ctx, p)
	features := permission.Of(permission.Score)
	checks := checksOf(features, person, p)
	if err == nil {
		err = c.graph.try(ctx, "/v1.0/security/secureScores?$top=1")
	}
	switch {
	case err == nil:
		checks[0] = works(checks[0])
	case app.KindOf(err) == app.KindPermission:
		checks[0].Verdict, checks[0].Sure, checks[0].Said = profile.Missing, true, "Microsoft Graph refuses to show the score to this sign-in."
	default:
		checks[0] = failed(checks[0], err)
	}
	checks[1] = judge(checks[1], said, features[1], known)
	return checks
}
