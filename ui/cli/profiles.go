package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app/profile"
	"watchfloor/app/report"
	"watchfloor/app/text"
)

func (r *runner) profilesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "profiles",
		Short: "List, test, rename, change and remove the connected tenants",
		Long: "List the connected tenants. Each is a profile with a name and a colour; the other commands work on\n" +
			"all of them, or on the one named with --profile.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return group(cmd, args)
			}
			return r.connector(cmd.Context(), func(_ context.Context, c Connector) error { return r.printProfiles(c.Profiles()) })
		},
	}
	r.jsonFlag(cmd)
	cmd.AddCommand(r.profileTest(), r.profileAgain(), r.profileRename(), r.profileSources(), r.profileRemove())
	return cmd
}

func (r *runner) printProfiles(list []profile.Profile) error {
	if r.json {
		if list == nil {
			list = []profile.Profile{}
		}
		return report.WriteJSON(r.out, list)
	}
	if len(list) == 0 {
		r.say("No tenant is connected yet; watchfloor connect connects one.")
		return nil
	}
	t := table{header: []string{"NAME", "COLOUR", "TENANT", "WORKSPACE", "ALSO", "SIGN-IN", "ACCOUNT"}, flex: 3}
	for _, p := range list {
		t.rows = append(t.rows, []string{p.Name, p.Colour, p.TenantID, orElse(p.Workspace, "—"), orElse(strings.Join(p.Also(), ", "), "—"), p.Method.Label(), orElse(p.Account, "—")})
	}
	return t.print(r.out, r.d.Columns)
}

// one opens the connector and finds the named profile.
func (r *runner) one(ctx context.Context, name string, do func(context.Context, Connector, profile.Profile) error) error {
	return r.connector(ctx, func(ctx context.Context, c Connector) error {
		p, err := profile.Find(c.Profiles(), name)
		if err != nil {
			return err
		}
		return do(ctx, c, p)
	})
}

func (r *runner) profileTest() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "test NAME",
		Short: "Say what works, which permission or role is missing and what that costs",
		Args:  exactly(1, "the name of a connected tenant"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.one(cmd.Context(), args[0], func(ctx context.Context, c Connector, p profile.Profile) error {
				findings, err := c.TestSaved(ctx, p.Slot)
				if err != nil {
					return err
				}
				if r.json {
					err = report.WriteJSON(r.out, findings)
				} else {
					err = r.printTest(findings)
				}
				if err != nil {
					return err
				}
				return verdict("", findings)
			})
		},
	}
	return r.jsonFlag(cmd)
}

func (r *runner) profileAgain() *cobra.Command {
	var secretIn bool
	var certificate string
	cmd := &cobra.Command{
		Use:   "sign-in NAME [--secret-stdin] [--certificate FILE]",
		Short: "Sign in again, also with another secret or certificate; what is queued stays",
		Args:  exactly(1, "the name of a connected tenant"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.one(cmd.Context(), args[0], func(ctx context.Context, c Connector, p profile.Profile) error {
				secret, err := r.another(ctx, p, secretIn)
				if err != nil {
					return err
				}
				if secret == "" && certificate == "" {
					r.sayBrowser(p.Method)
					err = c.Again(ctx, p.Slot, r.prompt)
				} else {
					var warning string
					if warning, err = c.Renew(ctx, p.Slot, certificate, secret); warning != "" {
						r.note("%s", warning)
					}
				}
				if err != nil {
					return err
				}
				r.say("%s is signed in again.", p.Name)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&secretIn, "secret-stdin", false, "read another client secret or password from standard input")
	cmd.Flags().StringVar(&certificate, "certificate", "", "another PEM or PFX `file`")
	return cmd
}

// another is the secret that a profile shall have from now on, "" for the one it has.
func (r *runner) another(ctx context.Context, p profile.Profile, secretIn bool) (string, error) {
	holds := p.Method == profile.Secret || p.Method == profile.Certificate
	switch {
	case secretIn && !holds:
		return "", usage("%s signs in by %s and has no secret", text.Line(p.Name, 60), p.Method.Label())
	case secretIn:
		return r.secretIn()
	case holds && r.d.Asks && r.d.Hidden != nil:
		return newAsker(r).secret(ctx, "New secret or password (not shown; Enter tries the one that is kept)")
	}
	return "", nil
}

func (r *runner) profileRename() *cobra.Command {
	var colour, account string
	cmd := &cobra.Command{
		Use:   "rename NAME [NEW-NAME] [--colour C] [--account UPN]",
		Short: "Change name, colour or account",
		Args:  cobraRange(1, 2, "the name of a connected tenant and another one"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && colour == "" && account == "" {
				return usage("name what to change: a new name, --colour or --account")
			}
			if err := flagsProblem(profile.Draft{Profile: profile.Profile{Colour: colour}}, true); err != nil {
				return err
			}
			return r.one(cmd.Context(), args[0], func(ctx context.Context, c Connector, p profile.Profile) error {
				if len(args) == 2 {
					p.Name = args[1]
				}
				p.Colour, p.Account = orElse(colour, p.Colour), orElse(account, p.Account)
				if err := c.Change(ctx, p); err != nil {
					return err
				}
				r.say("%s is changed.", p.Name)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&colour, "colour", "", "its colour")
	cmd.Flags().StringVar(&account, "account", "", "your `UPN`, which owner:me and assign me stand for")
	return cmd
}

func (r *runner) profileRemove() *cobra.Command {
	var sure bool
	cmd := &cobra.Command{
		Use:   "remove NAME",
		Short: "Forget a tenant: its settings, sign-in, secret and cache on this machine",
		Long: "Forget a tenant: its settings, sign-in, secret and cache on this machine. Nothing changes at the\n" +
			"service. A tenant with actions that were not sent is not removed.",
		Args: exactly(1, "the name of a connected tenant"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !sure && !r.d.Asks {
				return usage("add --yes: removing a tenant deletes its cache on this machine")
			}
			return r.one(cmd.Context(), args[0], func(ctx context.Context, c Connector, p profile.Profile) error {
				if !sure {
					yes, err := newAsker(r).yes(ctx, "Delete the cache, sign-in and secret of "+p.Name+" on this machine", false)
					if err != nil {
						return err
					}
					if !yes {
						r.say("%s stays connected.", p.Name)
						return nil
					}
				}
				if err := c.Remove(ctx, p.Slot); err != nil {
					return err
				}
				r.say("%s is no longer connected.", p.Name)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&sure, "yes", false, "do not ask")
	return cmd
}
