package shots

import (
	"context"
	"time"

	"watchfloor/app/permission"
	"watchfloor/app/profile"
	"watchfloor/ui"
)

// posed answers the guided dialog like a tenant that nobody has: the same in every
// picture, whatever is connected. A device code is never entered.
type posed struct {
	ui.Connector
	said chan struct{} // gets a value when a code is shown
}

const (
	posedTenant = "contoso.example"
	posedID     = "11111111-2222-4333-8444-555555555555"
	posedUser   = "ana@contoso.example"
)

// SignIn implements ui.Connector.
func (p posed) SignIn(ctx context.Context, d profile.Draft, say func(profile.Prompt)) (string, error) {
	if d.Method != profile.Device {
		return posedUser, nil
	}
	say(profile.Prompt{Code: "F7Q2KD9XW", URL: "https://microsoft.com/devicelogin"})
	p.said <- struct{}{}
	<-ctx.Done()
	return "", ctx.Err()
}

// Places implements ui.Connector.
func (posed) Places(context.Context, profile.Draft) ([]profile.Place, error) {
	place := func(sub, group, name string, on bool) profile.Place {
		return profile.Place{Subscription: posedID, SubscriptionName: sub, ResourceGroup: group, Workspace: name, Location: "westeurope", Sentinel: on}
	}
	return []profile.Place{
		place("Contoso Security", "rg-soc", "law-soc", true), place("Contoso Security", "rg-soc-lab", "law-soc-lab", true),
		place("Contoso Platform", "rg-platform", "law-platform", false),
	}, nil
}

// Test implements ui.Connector: reading works, acting not yet.
func (posed) Test(context.Context, profile.Draft) ([]profile.Finding, error) {
	sentinel := "Role Microsoft Sentinel Responder on the resource group rg-soc (Azure portal: Access control (IAM) of the group)"
	return []profile.Finding{
		{Source: "Sign-in", Check: "Browser", Verdict: profile.Works, Said: "Signed in as " + posedUser + "."},
		{Source: "Sentinel", Check: "Read incidents", Verdict: profile.Works, Needs: "Role Microsoft Sentinel Reader on the resource group rg-soc"},
		{Source: "Sentinel", Check: "Change incidents", Verdict: profile.Missing, Needs: sentinel, Costs: "Status, severity, owner and labels stay as they are at Sentinel; such actions are not sent."},
		{Source: "Sentinel", Check: "Comment", Verdict: profile.Missing, Needs: sentinel, Costs: "Comments do not reach Sentinel."},
		{Source: "Defender XDR", Check: "Read incidents", Verdict: profile.Works, Needs: "Delegated permission SecurityIncident.Read.All"},
	}, nil
}

// guard has no tenant read-only, and turns its switch in memory: nothing of what is
// connected changes for a picture.
type guard struct {
	ui.Guard
	all bool
	at  time.Time
}

// ReadOnly implements ui.Guard.
func (g *guard) ReadOnly(int) string {
	if g.all {
		return permission.Everywhere
	}
	return ""
}

// Everywhere implements ui.Guard.
func (g *guard) Everywhere() bool { return g.all }

// SetEverywhere implements ui.Guard.
func (g *guard) SetEverywhere(_ context.Context, on bool) error {
	g.all = on
	return nil
}

// Permissions implements ui.Guard: reading is granted, acting in part.
func (g *guard) Permissions(context.Context, int) (permission.Report, error) {
	r := permission.Report{At: g.at}
	for _, f := range permission.All() {
		row := profile.Finding{Feature: f.ID, Source: f.Source, Check: f.Does, Verdict: profile.Works, Needs: f.Needs(true, "rg-soc")}
		switch {
		case f.Write && f.Source == permission.Cloud:
			row.Verdict, row.Costs, row.Said = profile.Unknown, f.Costs, "Azure does not tell this sign-in what it may do here; it shows at the first use."
		case f.Write && f.Source != permission.Sentinel:
			row.Verdict, row.Costs, row.Said = profile.Missing, f.Costs, "The permission "+f.Least()+" is not in the token."
		}
		r.Findings = append(r.Findings, row)
	}
	return r, nil
}

// SessionOnly implements ui.Connector: the keyring of this machine is nobody's picture.
func (posed) SessionOnly() string { return "" }
