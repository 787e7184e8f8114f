package cli

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/posture"
	"watchfloor/app/report"
)

func (r *runner) postureCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "posture",
		Short: "Secure scores, recommendations, compliance and contacts",
		Long:  "List what the cache holds of posture, without asking the services. Scores of different models do not compare.",
		RunE:  group,
	}
	var a posture.Ask
	recommendations := r.postureList("recommendations [WORDS...]", "List recommendations with unhealthy resources", cobra.ArbitraryArgs,
		func(ctx context.Context, p posture.Reader, args []string) (report.List, error) {
			a.Words = strings.Join(args, " ")
			if !slices.Contains(orders, a.Order) {
				return report.List{}, usage("--sort takes increase, risk or age")
			}
			if a.Group != "" && !slices.Contains(posture.Groups, a.Group) {
				return report.List{}, usage("--group takes one of %s", groupNames())
			}
			rows, err := p.Recommendations(ctx, a)
			return report.Recommendations(rows), err
		}, "recommendation", "severity", "risk", "recommendation", "group", "unhealthy", "healthy", "potential increase", "owner", "due", "marks", "id")
	recommendations.Flags().StringVar((*string)(&a.Order), "sort", string(posture.ByIncrease), "`order`: increase, risk or age")
	recommendations.Flags().StringVar((*string)(&a.Group), "group", "", "only this `group`, such as Machines")
	recommendations.Flags().BoolVar(&a.Healthy, "all", false, "those without unhealthy resources too")
	model := string(posture.M365)
	controls := r.postureList("controls", "List the controls of a model", cobra.NoArgs, func(ctx context.Context, p posture.Reader, _ []string) (report.List, error) {
		switch posture.Model(model) {
		case posture.CloudClassic, posture.CloudRisk, posture.M365:
		default:
			return report.List{}, usage("--model takes %s, %q or %s", posture.CloudClassic, posture.CloudRisk, posture.M365)
		}
		rows, err := p.Controls(ctx, posture.Model(model))
		return report.Controls(rows), err
	}, "control", "control", "maximum", "state", "note", "tier", "cost")
	controls.Flags().StringVar(&model, "model", model, "`model`: cloud, \"cloud risk\" or m365")
	cmd.AddCommand(
		r.postureList("scores", "List the newest score of each model and scope", cobra.NoArgs, func(ctx context.Context, p posture.Reader, _ []string) (report.List, error) {
			rows, err := p.Latest(ctx)
			return report.Scores(rows), err
		}, "scope", "model", "scope", "day", "current", "maximum", "percent"),
		recommendations,
		r.postureList("resources RECOMMENDATION", "List the resources of a recommendation, by the id that stands behind it in the list", exactly(1, "the id of a recommendation"),
			func(ctx context.Context, p posture.Reader, args []string) (report.List, error) {
				rows, err := pages(0, func(after string, limit int) ([]posture.Assessment, string, error) {
					rows, err := p.Resources(ctx, args[0], after, limit)
					if err != nil || len(rows) < limit {
						return rows, "", err
					}
					return rows, rows[len(rows)-1].Resource, nil
				})
				return report.Resources(rows), err
			}, "resource", "result", "resource", "cause", "risk", "findings", "since"),
		r.postureList("compliance", "List compliance standards", cobra.NoArgs, func(ctx context.Context, p posture.Reader, _ []string) (report.List, error) {
			rows, err := p.Standards(ctx)
			return report.Standards(rows), err
		}, "standard", "subscription", "standard", "state", "passed", "failed", "skipped", "unsupported"),
		r.postureList("contacts", "List who is notified, and what is missing there", cobra.NoArgs, func(ctx context.Context, p posture.Reader, _ []string) (report.List, error) {
			rows, err := p.Contacts(ctx)
			return report.Contacts(rows), err
		}, "missing", "subscription", "e-mails", "phone", "on", "roles", "alerts from", "missing"),
		controls)
	return cmd
}

var orders = []posture.Order{posture.ByIncrease, posture.ByRisk, posture.ByAge}

func groupNames() string {
	var out []string
	for _, g := range posture.Groups {
		out = append(out, strconv.Quote(string(g)))
	}
	return strings.Join(out, ", ")
}

func (r *runner) postureList(use, short string, args cobra.PositionalArgs, read func(context.Context, posture.Reader, []string) (report.List, error), flex string, columns ...string) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: args, RunE: func(cmd *cobra.Command, args []string) error {
		return r.posture(cmd.Context(), func(ctx context.Context, s *Session, reader posture.Reader) error {
			l, err := read(ctx, reader, args)
			if err != nil {
				return err
			}
			if err := r.listed(l, flex, columns...); err != nil || r.json {
				return err
			}
			r.note("%s", rowsOf(len(l.Rows), 0))
			r.old(ctx, s, app.CloudPosture, app.M365Score)
			return nil
		})
	}}
	return r.jsonFlag(cmd)
}

// posture opens the posture of the tenant that a command works on.
func (r *runner) posture(ctx context.Context, do func(context.Context, *Session, posture.Reader) error) error {
	return r.with(ctx, func(ctx context.Context, s *Session) error {
		tenant, err := s.place()
		if err != nil {
			return err
		}
		var reader posture.Reader
		if s.Posture != nil {
			reader = s.Posture(tenant.Slot)
		}
		if reader == nil {
			return app.E(app.KindNotFound, "No posture is kept for this tenant; connect it with --posture.", nil)
		}
		return do(ctx, s, reader)
	})
}
