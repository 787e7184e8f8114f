package directory

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/integrations/azure"
)

const (
	scoresVersion   = "2020-01-01"
	readScore       = "SecurityEvents.Read.All"
	writeScore      = "SecurityEvents.ReadWrite.All"
	changeContacts  = "Microsoft.Security/securityContacts/write"
	dismissAlerts   = "Microsoft.Security/locations/alerts/dismiss/action"
	subscriptionIAM = " on the subscriptions (Azure portal: Access control (IAM) of each)"
)

var (
	scoreRead  = need{readScore, "Security Reader", readers}
	scoreWrite = need{writeScore, "Security Administrator", operators[1:]}
)

// cloudChecks and scoreChecks are what Watchfloor does with posture, with what each takes.
func cloudChecks() []profile.Finding {
	const source = "Defender for Cloud"
	return []profile.Finding{
		{Source: source, Check: "Read scores and recommendations", Needs: "Role Security Reader" + subscriptionIAM, Costs: "No secure score, recommendation, compliance or contact of Azure is shown."},
		{Source: source, Check: "Change contacts", Needs: "Role Security Admin" + subscriptionIAM, Costs: "Security contacts can be read only."},
		{Source: source, Check: "Change alerts", Needs: "Role Security Admin" + subscriptionIAM, Costs: "Alerts of Defender for Cloud can be read only."},
	}
}

func scoreChecks(person bool) []profile.Finding {
	const source = "Microsoft 365 score"
	return []profile.Finding{
		{Source: source, Check: "Read the score", Needs: scoreRead.words(person), Costs: "The Microsoft 365 secure score and its controls are not shown."},
		{Source: source, Check: "Change control states", Needs: scoreWrite.words(person), Costs: "States of controls can be read only."},
	}
}

func (c *Client) testCloud(ctx context.Context, p profile.Profile) []profile.Finding {
	checks := cloudChecks()
	subs := p.SubscriptionIDs()
	if len(subs) == 0 {
		places, err := c.subscriptions(ctx)
		if err != nil {
			checks[0] = failed(checks[0], err)
			return append(checks[:1], untried(checks[1:], "Not tried: the subscriptions could not be listed.")...)
		}
		for _, place := range places {
			subs = append(subs, place.Subscription)
		}
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
	for i, action := range map[int]string{1: changeContacts, 2: dismissAlerts} {
		switch {
		case err != nil:
			checks[i] = untried(checks[i:i+1], "Azure does not tell this sign-in what it may do here; it shows at the first use.")[0]
		case may(rights, action):
			checks[i] = works(checks[i])
		default:
			checks[i].Verdict, checks[i].Said = profile.Missing, "The sign-in may not do this at the subscription "+subs[0]+" (action "+action+")."
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
	checks := scoreChecks(person)
	if err == nil {
		err = c.graph.try(ctx, "/v1.0/security/secureScores?$top=1")
	}
	switch {
	case err == nil:
		checks[0] = works(checks[0])
	case app.KindOf(err) == app.KindPermission:
		checks[0].Verdict, checks[0].Said = profile.Missing, "Microsoft Graph refuses to show the score to this sign-in."
	default:
		checks[0] = failed(checks[0], err)
	}
	checks[1] = judge(checks[1], said, scoreWrite, known)
	return checks
}
