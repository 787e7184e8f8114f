package cli

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"watchfloor/app/report"
)

func (r *runner) reportCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "report", Short: "Write one incident, a shift hand-over, a trend, identity risk or posture", RunE: group}
	cmd.AddCommand(r.incidentReport(), r.handoverReport(), r.trendReport(), r.identityReport(), r.postureReport())
	return cmd
}

// meta is what a report of a session says about itself.
func (r *runner) meta(ctx context.Context, s *Session) (report.Meta, error) {
	heads, err := s.heads(ctx)
	return report.Meta{Tenant: s.Tenant, At: r.d.Now(), By: s.Me.Label(), Audit: heads}, err
}

// binary refuses to write a format that is no text to standard output.
func (t target) binary(format string, those ...string) error {
	for _, b := range those {
		if t.file == "-" && format == b {
			return usage("%s is not text: name a file with --out", format)
		}
	}
	return nil
}

func (r *runner) incidentReport() *cobra.Command {
	var to target
	cmd := &cobra.Command{
		Use:     "incident NUMBER",
		Aliases: []string{"case"},
		Short:   "Write the file of one incident: no script, no outside asset, indicators defanged",
		Example: "  watchfloor report incident 48213 -o case.pdf\n  watchfloor report case 48213 --format md",
		Args:    exactly(1, "one incident number"),
		RunE: func(cmd *cobra.Command, args []string) error {
			format, err := to.choose("html", "md", "pdf", "json")
			if err != nil {
				return err
			}
			if err := to.binary(format, "pdf"); err != nil {
				return err
			}
			return r.with(cmd.Context(), func(ctx context.Context, s *Session) error {
				id, err := find(ctx, s, args[0])
				if err != nil {
					return err
				}
				c, err := s.Cases.Case(ctx, id)
				if err != nil {
					return err
				}
				meta, err := r.meta(ctx, s)
				if err != nil {
					return err
				}
				return r.write(to, func(w io.Writer) error {
					if format == "json" {
						return report.CaseJSON(w, c, meta)
					}
					return report.Case(c, meta).Write(w, format, s.Fonts)
				})
			})
		},
	}
	to.flags(cmd, "html, md, pdf or json")
	return cmd
}

func (r *runner) handoverReport() *cobra.Command {
	var to target
	var hours int
	var since, note string
	cmd := &cobra.Command{
		Use:   "handover",
		Short: "Write what one shift leaves to the next: came in, closed, still open, what needs a person",
		Example: "  watchfloor report handover -o shift.pdf --note \"Watch srv-07\"\n" +
			"  watchfloor report handover --since 2026-03-12T04:00:00Z --format md",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			format, err := to.choose("html", "md", "pdf")
			if err != nil {
				return err
			}
			if err := to.binary(format, "pdf"); err != nil {
				return err
			}
			period, err := r.period(hours, since)
			if err != nil {
				return err
			}
			return r.with(cmd.Context(), func(ctx context.Context, s *Session) error {
				if s.Handover == nil {
					return missing("a hand-over")
				}
				h, err := s.Handover.Handover(ctx, period, report.ListLimit)
				if err != nil {
					return err
				}
				charts, err := report.HandoverCharts(ctx, s.Metrics, period.To)
				if err != nil {
					return err
				}
				meta, err := r.meta(ctx, s)
				if err != nil {
					return err
				}
				return r.write(to, func(w io.Writer) error {
					return report.HandoverReport(h, note, meta, charts...).Write(w, format, s.Fonts)
				})
			})
		},
	}
	cmd.Flags().IntVar(&hours, "hours", 8, "length of the period that ends now, in hours")
	cmd.Flags().StringVar(&since, "since", "", "begin of the period instead, as a `time` (RFC 3339)")
	cmd.Flags().StringVar(&note, "note", "", "what the next shift must know, in your words")
	to.flags(cmd, "html, md or pdf")
	return cmd
}

// mostHours bounds a hand-over: a year.
const mostHours = 24 * 366

func (r *runner) period(hours int, since string) (report.Period, error) {
	now := r.d.Now().UTC()
	if since == "" {
		if hours < 1 || hours > mostHours {
			return report.Period{}, usage("--hours takes 1 to %d", mostHours)
		}
		return report.Period{From: now.Add(-time.Duration(hours) * time.Hour), To: now}, nil
	}
	from, err := time.Parse(time.RFC3339, since)
	if err != nil {
		return report.Period{}, usage("--since takes a time such as 2026-03-12T04:00:00Z")
	}
	if !from.Before(now) || now.Sub(from) > mostHours*time.Hour {
		return report.Period{}, usage("--since takes a time in the past, a year at most")
	}
	return report.Period{From: from.UTC(), To: now}, nil
}
