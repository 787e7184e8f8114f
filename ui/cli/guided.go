package cli

import (
	"context"
	"strings"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/app/text"
)

// choose is the third step: a workspace from the list or typed, and Defender XDR.
func (a *asker) choose(ctx context.Context, c Connector, d profile.Draft) (profile.Draft, error) {
	if d.Problem() == "" {
		return d, nil
	}
	if !a.person {
		return d, app.E(app.KindInvalid, d.Problem(), nil)
	}
	a.r.note("Step 3 of 5: what to read.")
	if !d.Sentinel() {
		var err error
		if d, err = a.place(ctx, c, d); err != nil {
			return d, err
		}
	}
	if d.Cloud != "china" && !d.Defender {
		yes, err := a.yes(ctx, "Also Defender XDR, through Microsoft Graph", d.Method != profile.AzureCLI)
		if err != nil {
			return d, err
		}
		d.Defender = yes
	}
	for _, also := range []struct {
		to       *bool
		question string
		none     bool
	}{
		{&d.Identity, "Also users, workloads and sign-ins at risk (Entra ID)", d.Method != profile.AzureCLI},
		{&d.Posture, "Also secure scores and recommendations (Defender for Cloud, Microsoft 365)", true},
		{&d.CloudAlerts, "Also alerts of Defender for Cloud in the queue, where neither Sentinel nor Defender XDR brings them", false},
	} {
		if *also.to {
			continue
		}
		yes, err := a.yes(ctx, also.question, also.none)
		if err != nil {
			return d, err
		}
		*also.to = yes
	}
	if p := d.Problem(); p != "" {
		return d, app.E(app.KindInvalid, p, nil)
	}
	return d, nil
}

// place asks for a workspace by number.
func (a *asker) place(ctx context.Context, c Connector, d profile.Draft) (profile.Draft, error) {
	places, err := c.Places(ctx, d)
	if err != nil {
		if ctx.Err() != nil {
			return d, err
		}
		a.r.note("%s", app.Say(err))
	}
	var words []string
	none := -1
	for i, p := range places {
		sentinel := "Sentinel is off"
		switch {
		case p.Problem != "":
			sentinel = "Sentinel: not known"
		case p.Sentinel:
			sentinel = "Sentinel is on"
			if none < 0 {
				none = i
			}
		}
		words = append(words, text.Line(strings.Join([]string{p.Workspace, p.ResourceGroup, orElse(p.SubscriptionName, p.Subscription), sentinel}, "  ·  "), 200))
	}
	words = append(words, "no workspace: Defender XDR alone", "type it")
	for {
		if none < 0 {
			none = len(places)
		}
		i, err := a.pick(ctx, "Workspace", none, words)
		if err != nil {
			return d, err
		}
		switch {
		case i == len(places):
			return d, nil
		case i > len(places):
			return a.typed(ctx, d)
		case !places[i].Sentinel && places[i].Problem == "":
			a.r.note("Microsoft Sentinel is not enabled on %s: choose another workspace, or have it enabled there first.", text.Line(places[i].Workspace, 80))
			continue
		}
		d.Subscription, d.ResourceGroup, d.Workspace = places[i].Subscription, places[i].ResourceGroup, places[i].Workspace
		return d, nil
	}
}

// typed asks for the three parts of a workspace.
func (a *asker) typed(ctx context.Context, d profile.Draft) (profile.Draft, error) {
	for _, f := range []struct {
		to             *string
		word, question string
	}{{&d.Subscription, "Subscription", "Subscription id"}, {&d.ResourceGroup, "Resource group", "Resource group"}, {&d.Workspace, "Workspace", "Workspace"}} {
		err := a.until(ctx, f.question, "", func(s string) string {
			*f.to = s
			full := d
			full.Defender = full.Defender && full.Cloud != "china"
			if p := full.Problem(); s == "" || strings.HasPrefix(p, f.word+":") {
				return p
			}
			return ""
		})
		if err != nil {
			return d, err
		}
	}
	return d, nil
}

// yes asks a question that is answered with y or n.
func (a *asker) yes(ctx context.Context, question string, none bool) (bool, error) {
	word := map[bool]string{true: "y", false: "n"}[none]
	out := none
	err := a.until(ctx, question+" (y or n)", word, func(s string) string {
		switch strings.ToLower(s) {
		case "y", "yes":
			out = true
		case "n", "no":
			out = false
		default:
			return "Answer y or n."
		}
		return ""
	})
	return out, err
}

// name is the last step: what to call the tenant.
func (a *asker) name(ctx context.Context, c Connector, d profile.Draft) (profile.Draft, error) {
	name, colour := d.Suggested(c.Profiles())
	asked := d.Name == ""
	if d.Colour == "" {
		d.Colour = colour
	}
	if asked {
		d.Name = name
	}
	wrong := func() string {
		if p := d.NameProblem(); p != "" {
			return p
		}
		return d.Taken(c.Profiles())
	}
	if !a.person || !asked {
		if p := wrong(); p != "" {
			return d, app.E(app.KindInvalid, p, nil)
		}
		return d, nil
	}
	a.r.note("Step 5 of 5: name. It is saved as it is, whatever the test found.")
	if err := a.until(ctx, "Name", d.Name, func(s string) string { d.Name = s; return wrong() }); err != nil {
		return d, err
	}
	at := 0
	for i, x := range profile.Colours {
		if x == d.Colour {
			at = i
		}
	}
	i, err := a.pick(ctx, "Colour", at, profile.Colours)
	if err != nil {
		return d, err
	}
	d.Colour = profile.Colours[i]
	if d.Account, err = a.line(ctx, "Your account, for owner:me and assign me", d.Account); err != nil || !d.ReadOnly {
		return d, err
	}
	a.r.note("It starts read-only: nothing is changed or sent there until actions are allowed.")
	acts, err := a.yes(ctx, "Allow actions there now", false)
	d.ReadOnly = !acts
	return d, err
}
