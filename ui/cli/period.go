package cli

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"watchfloor/app/identity"
	"watchfloor/app/posture"
	"watchfloor/app/report"
)

func (r *runner) identityReport() *cobra.Command {
	return r.periodReport("identity", "Write how the risk of identities moved: users, workloads, detections, sign-ins",
		func(ctx context.Context, p report.Period, to func(*Session, report.Periodic) error) error {
			return r.identity(ctx, func(ctx context.Context, s *Session, reader identity.Reader) error {
				x, err := report.ReadIdentityPeriod(ctx, reader, p, r.d.Now())
				if err != nil {
					return err
				}
				return to(s, x)
			})
		})
}

func (r *runner) postureReport() *cobra.Command {
	return r.periodReport("posture", "Write how posture moved: scores and why, recommendations, compliance, contacts",
		func(ctx context.Context, p report.Period, to func(*Session, report.Periodic) error) error {
			return r.posture(ctx, func(ctx context.Context, s *Session, reader posture.Reader) error {
				x, err := report.ReadPosturePeriod(ctx, reader, p, r.d.Now())
				if err != nil {
					return err
				}
				return to(s, x)
			})
		})
}

func (r *runner) periodReport(use, short string, read func(context.Context, report.Period, func(*Session, report.Periodic) error) error) *cobra.Command {
	var to target
	var days int
	cmd := &cobra.Command{
		Use:     use,
		Short:   short,
		Example: "  watchfloor report " + use + " --days 30 -o " + use + ".html",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			format, err := to.choose(report.PeriodFormats...)
			if err != nil {
				return err
			}
			if err := to.binary(format, "pdf"); err != nil {
				return err
			}
			if days < 1 || days > 3660 {
				return usage("--days takes 1 to 3660")
			}
			now := r.d.Now().UTC()
			p := report.Period{From: now.Truncate(24*time.Hour).AddDate(0, 0, 1-days), To: now}
			return read(cmd.Context(), p, func(s *Session, x report.Periodic) error {
				tenant, err := s.place()
				if err != nil {
					return err
				}
				heads, err := s.heads(cmd.Context(), tenant.Name)
				if err != nil {
					return err
				}
				m := report.Meta{Tenant: tenant.Name, At: r.d.Now(), By: tenant.Me.Label(), Audit: heads}
				return r.write(to, func(w io.Writer) error { return report.WritePeriod(w, x, m, format, s.Fonts) })
			})
		},
	}
	cmd.Flags().IntVar(&days, "days", 30, "UTC days to cover, today included")
	to.flags(cmd, "csv, json, html, md or pdf")
	return cmd
}
