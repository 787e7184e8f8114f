package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/profile"
)

func (r *runner) profileSources() *cobra.Command {
	var on profile.Profile
	var budget string
	cmd := &cobra.Command{
		Use:   "sources NAME [--defender=false] [--identity] [--sign-ins W] [--posture] [--cloud-alerts] [--keep SIZE]",
		Short: "Choose what is read besides the workspace, and how much of it is kept",
		Long: "Choose what is read besides the workspace: name what changes, with =false what is left out. A source\n" +
			"that actions have not reached yet is not left out, and what was read of one stays in the cache.",
		Example: "  watchfloor profiles sources Contoso --identity --sign-ins all --keep 4GiB\n" +
			"  watchfloor profiles sources Contoso --cloud-alerts=false",
		Args: exactly(1, "the name of a connected tenant"),
		RunE: func(cmd *cobra.Command, args []string) error {
			given := func(flag string) bool { return cmd.Flags().Changed(flag) }
			if !sourceGiven(given) && !given("keep") {
				return usage("name what to change, such as --identity, --posture=false or --keep 2GiB")
			}
			bytes, problem := int64(0), ""
			if given("keep") {
				if bytes, problem = identity.ParseBudget(budget); problem != "" {
					return usage("--keep takes a size of at least 64 MiB, such as 512MiB or 2GiB, or none")
				}
			}
			return r.one(cmd.Context(), args[0], func(ctx context.Context, c Connector, p profile.Profile) error {
				now := withSources(p, on, given)
				if why := now.SourcesProblem(); why != "" {
					return app.E(app.KindInvalid, why, nil)
				}
				if now != p {
					if err := c.Change(ctx, now); err != nil {
						return err
					}
				}
				if given("keep") {
					if err := c.Keep(ctx, p.Slot, bytes); err != nil {
						return err
					}
					r.say("%s keeps sign-ins and detections %s.", p.Name, identity.BudgetWords(bytes))
				}
				if sourceGiven(given) {
					r.say("%s reads %s.", p.Name, now.Sources())
				}
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.BoolVar(&on.Defender, "defender", false, "Defender XDR, through Microsoft Graph")
	f.BoolVar(&on.Identity, "identity", false, "users, workloads and sign-ins at risk (Entra ID)")
	f.StringVar((*string)(&on.SignIns), "sign-ins", "", "which sign-ins to keep from now on: risky, interactive (risky, of a person at a screen), all")
	f.BoolVar(&on.Posture, "posture", false, "secure scores and recommendations (Defender for Cloud, Microsoft 365)")
	f.BoolVar(&on.CloudAlerts, "cloud-alerts", false, "alerts of Defender for Cloud in the queue")
	f.StringVar(&on.Subscriptions, "posture-subscriptions", "", "`ids` of the subscriptions, separated by commas, that posture and cloud alerts are read of; empty for all")
	f.StringVar(&budget, "keep", "", "the most that sign-ins and detections may take: a `size` of at least 64MiB, or none")
	return cmd
}

func sourceGiven(given func(string) bool) bool {
	for _, flag := range []string{"defender", "identity", "sign-ins", "posture", "cloud-alerts", "posture-subscriptions"} {
		if given(flag) {
			return true
		}
	}
	return false
}

// withSources is p with what was given of on.
func withSources(p, on profile.Profile, given func(string) bool) profile.Profile {
	for flag, x := range map[string]struct{ to, from *bool }{
		"defender": {&p.Defender, &on.Defender}, "identity": {&p.Identity, &on.Identity},
		"posture": {&p.Posture, &on.Posture}, "cloud-alerts": {&p.CloudAlerts, &on.CloudAlerts},
	} {
		if given(flag) {
			*x.to = *x.from
		}
	}
	if given("sign-ins") {
		p.SignIns = on.SignIns
	}
	if given("posture-subscriptions") {
		p.Subscriptions = strings.TrimSpace(on.Subscriptions)
	}
	return p
}
