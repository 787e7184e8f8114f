package cli

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/chart"
	"watchfloor/app/metrics"
	"watchfloor/app/report"
)

func (r *runner) trendReport() *cobra.Command {
	var to target
	var days int
	var dark bool
	var name string
	cmd := &cobra.Command{
		Use:   "trend",
		Short: "Write a chart as CSV, PNG or SVG: incidents per day, open by age, time to acknowledge or close; secure score, recommendations, risk",
		Example: "  watchfloor report trend -o trend.svg\n  watchfloor report trend --chart ageing --days 90 -o backlog.png\n" +
			"  watchfloor report trend --chart close\n  watchfloor report trend --chart score --days 365 -o score.svg",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if days < 1 || days > 3660 {
				return usage("--days takes 1 to 3660")
			}
			kind, err := chartNamed(name)
			if err != nil {
				return err
			}
			format, err := to.choose("csv", "png", "svg")
			if err != nil {
				return err
			}
			return r.with(cmd.Context(), func(ctx context.Context, s *Session) error {
				c, err := r.chart(ctx, s, kind, days)
				if err != nil {
					return err
				}
				return r.write(to, chartWriter(c, format, dark))
			})
		},
	}
	cmd.Flags().StringVar(&name, "chart", metrics.Volume.File(), "which `chart`: "+strings.Join(chartNames(), ", "))
	cmd.Flags().IntVar(&days, "days", 30, "calendar days to show, today included")
	cmd.Flags().BoolVar(&dark, "dark", false, "dark theme")
	to.flags(cmd, "csv, png or svg")
	return cmd
}

// chart reads a chart: of the incidents of all tenants, or of the posture or identities of
// one.
func (r *runner) chart(ctx context.Context, s *Session, k metrics.Kind, days int) (metrics.Chart, error) {
	if !k.OfPlace() {
		return metrics.Load(ctx, s.Metrics, k, days, r.d.Now(), r.d.Local)
	}
	tenant, err := s.place()
	if err != nil {
		return nil, err
	}
	var src metrics.Sources
	if s.Posture != nil {
		src.Posture, _ = s.Posture(tenant.Slot).(metrics.PostureSource)
	}
	if s.Identity != nil {
		src.Identity, _ = s.Identity(tenant.Slot).(metrics.IdentitySource)
	}
	if ofPeople := k == metrics.RiskHeat || k == metrics.RiskFunnel; ofPeople && src.Identity == nil {
		return nil, app.E(app.KindNotFound, "No identities are kept for this tenant; connect it with --identity.", nil)
	} else if !ofPeople && src.Posture == nil {
		return nil, app.E(app.KindNotFound, "No posture is kept for this tenant; connect it with --posture.", nil)
	}
	return metrics.LoadPlace(ctx, src, k, days, r.d.Now())
}

var chartKinds = slices.Concat(metrics.Kinds, metrics.PlaceKinds)

func chartNames() []string {
	var out []string
	for _, k := range chartKinds {
		out = append(out, k.File())
	}
	return out
}

func chartNamed(name string) (metrics.Kind, error) {
	for _, k := range chartKinds {
		if strings.EqualFold(name, k.File()) {
			return k, nil
		}
	}
	return 0, usage("--chart takes one of %s, not %q", strings.Join(chartNames(), ", "), name)
}

// Sizes of a written chart, in units; PNG has two pixels a unit.
const chartWidth, chartHeight = 1000, 460

func chartWriter(c metrics.Chart, format string, dark bool) func(io.Writer) error {
	theme := chart.Light
	if dark {
		theme = chart.Dark
	}
	return func(w io.Writer) error {
		switch f := chart.Of(c, theme, chart.Auto); format {
		case "png":
			return f.PNG(w, 2*chartWidth, 2*chartHeight, 2)
		case "svg":
			return f.SVG(w, chartWidth, chartHeight)
		}
		return report.WriteCSV(w, c.Table())
	}
}
