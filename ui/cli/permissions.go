package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"watchfloor/app/permission"
	"watchfloor/app/profile"
	"watchfloor/app/report"
	"watchfloor/app/text"
)

func (r *runner) permissionsCommand() *cobra.Command {
	var request bool
	cmd := &cobra.Command{
		Use:   "permissions [--request] [--json]",
		Short: "Say what the sign-in of each tenant may do, what is missing and what that would unlock",
		Long: "Ask the services what the sign-in of each connected tenant may do, or of the one named with --profile:\n" +
			"what is granted, what is missing, what each takes. Nothing is changed. A new tenant is read-only until\n" +
			"actions are allowed there; read-only and allow turn that, for one tenant or for all.",
		Example: "  watchfloor permissions --profile Contoso\n" +
			"  watchfloor permissions --request >request.txt\n" +
			"  watchfloor permissions allow Contoso\n" +
			"  watchfloor permissions read-only",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return group(cmd, args)
			}
			return r.connector(cmd.Context(), func(ctx context.Context, c Connector) error { return r.permissions(ctx, c, request) })
		},
	}
	cmd.Flags().BoolVar(&request, "request", false, "print a request for what is missing instead, to send to an administrator")
	r.jsonFlag(cmd)
	cmd.AddCommand(r.switchCommand("allow", "Allow actions at a tenant, or again at all that allow them", false),
		r.switchCommand("read-only", "Change and send nothing at a tenant, or at any; what is queued waits", true))
	return cmd
}

// permissionJSON is a row in --json.
type permissionJSON struct {
	Tenant  string `json:"tenant"`
	Feature string `json:"feature,omitempty"`
	Service string `json:"service"`
	To      string `json:"to"`
	Acts    bool   `json:"acts"`
	State   string `json:"state"` // granted, missing, cannot tell
	Needs   string `json:"needs,omitempty"`
	Unlocks string `json:"unlocks,omitempty"`
	Costs   string `json:"without,omitempty"`
	Said    string `json:"said,omitempty"`
	Checked string `json:"checked"`
	// ReadOnly says that nothing is changed at the tenant, whatever is granted.
	ReadOnly bool `json:"readOnly"`
}

func (r *runner) permissions(ctx context.Context, c Connector, request bool) error {
	out := []permissionJSON{}
	missing := 0
	for i, p := range c.Profiles() {
		rep, err := c.Permissions(ctx, p.Slot)
		if err != nil {
			return err
		}
		rows := rep.Rows()
		missing += permission.Count(rows, permission.Missing)
		switch {
		case r.json:
			out = append(out, permissionRows(rep, rows)...)
		case request:
			if asked := rep.Request(); asked != "" {
				r.say("%s", asked)
			} else {
				r.note("%s lacks nothing that can be told beforehand.", text.Line(p.Name, 60))
			}
		default:
			if i > 0 {
				r.say("")
			}
			if err := r.printPermissions(rep, rows); err != nil {
				return err
			}
		}
	}
	if r.json {
		return report.WriteJSON(r.out, out)
	}
	if missing > 0 && !request {
		r.note("What is missing can be asked for: watchfloor permissions --request.")
	}
	return nil
}

func permissionRows(rep permission.Report, rows []permission.Row) (out []permissionJSON) {
	for _, x := range rows {
		out = append(out, permissionJSON{
			Tenant: rep.Profile.Name, Feature: x.Feature, Service: x.Source, To: x.Check, Acts: x.Write, State: x.Granted, Needs: x.Needs,
			Unlocks: x.Unlocks, Costs: x.Costs, Said: x.Said, Checked: rep.At.UTC().Format(time.RFC3339), ReadOnly: rep.Everywhere || rep.Profile.ReadOnly,
		})
	}
	return out
}

func (r *runner) printPermissions(rep permission.Report, rows []permission.Row) error {
	r.say("%s: %s", text.Line(rep.Profile.Name, 60), switchWords(rep.Everywhere, rep.Profile))
	t := table{header: []string{"STATE", "SERVICE", "TO", "KIND", "NEEDS"}, flex: 4}
	for _, x := range rows {
		kind := "read"
		if x.Write {
			kind = "act"
		}
		needs := x.Needs
		if f, known := permission.ByID(x.Feature); known && x.Granted == permission.Granted {
			needs = f.Least()
		}
		t.rows = append(t.rows, []string{x.Granted, x.Source, x.Check, kind, orElse(needs, "—")})
	}
	return t.print(r.out, r.d.Columns)
}

func switchWords(everywhere bool, p profile.Profile) string {
	switch {
	case everywhere:
		return "read-only, like every tenant; watchfloor permissions allow ends that"
	case p.ReadOnly:
		return "read-only, whatever is granted; watchfloor permissions allow " + quoted(text.Line(p.Name, 60)) + " turns actions on"
	}
	return "actions are on, as far as they are granted"
}

// switchCommand turns the switch of a tenant, or without a name that of all.
func (r *runner) switchCommand(use, short string, on bool) *cobra.Command {
	return &cobra.Command{
		Use: use + " [NAME]", Short: short, Args: cobraRange(0, 1, "the name of a connected tenant, or none for all"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return r.connector(cmd.Context(), func(ctx context.Context, c Connector) error { return r.switchAll(ctx, c, on) })
			}
			return r.one(cmd.Context(), args[0], func(ctx context.Context, c Connector, p profile.Profile) error {
				if err := c.SetReadOnly(ctx, p.Slot, on); err != nil {
					return err
				}
				name := text.Line(p.Name, 60)
				switch {
				case on:
					r.say("%s is read-only: nothing is changed or sent there, and what is queued waits.", name)
				case c.Everywhere():
					r.say("Actions are on at %s, but every tenant is read-only: watchfloor permissions allow ends that.", name)
				default:
					r.say("Actions are on at %s.", name)
				}
				return nil
			})
		},
	}
}

func (r *runner) switchAll(ctx context.Context, c Connector, on bool) error {
	if err := c.SetEverywhere(ctx, on); err != nil {
		return err
	}
	if on {
		r.say("Watchfloor is read-only: nothing is changed or sent at any tenant, and what is queued waits.")
		return nil
	}
	r.say("Actions are allowed again.")
	for _, p := range c.Profiles() {
		if p.ReadOnly {
			r.say("%s stays read-only: watchfloor permissions allow %s turns actions on there.", text.Line(p.Name, 60), quoted(text.Line(p.Name, 60)))
		}
	}
	return nil
}
