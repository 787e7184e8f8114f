package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/app/outbox"
	"watchfloor/app/report"
	"watchfloor/app/text"
	"watchfloor/app/triage"
)

func (r *runner) demoCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Do the whole job once, headless, on the simulated tenant",
		Long:  "Sync from the simulated tenant, print the top of the queue, decide something offline and replay it,\nrender every screen and write the exports. Without --home the cache is a temporary one.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r.o.Simulated = true
			if r.o.Home == "" {
				home, err := os.MkdirTemp("", "watchfloor-demo-")
				if err != nil {
					return app.E(app.KindInternal, "No temporary folder could be made:"+cause(err)+".", err)
				}
				defer os.RemoveAll(home)
				r.o.Home = home
			}
			if err := os.MkdirAll(out, 0o700); err != nil {
				return app.E(app.KindInternal, "The folder "+out+" could not be made:"+cause(err)+".", err)
			}
			r.say("Syncing from the simulated tenant ...")
			return r.with(cmd.Context(), func(ctx context.Context, s *Session) error { return r.demo(ctx, s, out) })
		},
	}
	cmd.Flags().StringVar(&out, "out", "out", "`folder` for pictures and exports")
	return cmd
}

// demo is make run on a machine without a display.
func (r *runner) demo(ctx context.Context, s *Session, out string) error {
	if err := r.pull(ctx, s); err != nil {
		return err
	}
	sel := selection{sort: string(triage.BySeverity), limit: 15}
	q, err := sel.query(s, nil)
	if err != nil {
		return err
	}
	rows, err := sel.collect(ctx, s.Queue, q)
	if err != nil {
		return err
	}
	c, err := s.Queue.Count(ctx, q)
	if err != nil {
		return err
	}
	r.say("%d incidents are in the cache, %d of them open%s.", c.Total, c.Open, freshness(ctx, s, r.d.Now()))
	r.say("\nThe top of the queue (%s, by severity, newest first within):", defaultFilter)
	if err := r.printQueue(rows); err != nil {
		return err
	}
	if len(rows) == 0 {
		return app.E(app.KindInternal, "The simulated tenant has no open incident.", nil)
	}
	if err := r.offlineRound(ctx, s, rows); err != nil {
		return err
	}
	return r.demoFiles(ctx, s, rows[0], out)
}

// offlineRound decides something while offline and sends it afterwards.
func (r *runner) offlineRound(ctx context.Context, s *Session, rows []triage.Row) error {
	pick := rows[0]
	free := selection{sort: string(triage.BySeverity), limit: 1}
	q, err := free.query(s, []string{defaultFilter, "owner:none"})
	if err != nil {
		return err
	}
	if nobodys, err := free.collect(ctx, s.Queue, q); err != nil {
		return err
	} else if len(nobodys) > 0 {
		pick = nobodys[0]
	}
	s.Sync.SetOffline(true)
	action, err := s.Outbox.Do(ctx, outbox.Request{IncidentID: pick.ID, Verb: outbox.Assign, Want: app.Fields{Owner: s.Me}})
	if err != nil {
		return err
	}
	if _, err := s.Outbox.Flush(ctx); err != nil {
		return err
	}
	if action, err = again(ctx, s, action); err != nil {
		return err
	}
	r.say("\nOffline: %s on #%s is %s.", text.Line(action.Describe(), 80), text.Line(pick.Number, 40), action.State)
	s.Sync.SetOffline(false)
	if _, err := s.Outbox.Flush(ctx); err != nil {
		return err
	}
	if action, err = again(ctx, s, action); err != nil {
		return err
	}
	r.say("%s", strings.TrimSpace("Online again: it is "+string(action.State)+". "+text.Line(action.Reason, 200)))
	if action.State != outbox.Done {
		return partlyError{"The offline change was not replayed: it is " + string(action.State) + "."}
	}
	return nil
}

// demoFiles writes exports and pictures and says where they are.
func (r *runner) demoFiles(ctx context.Context, s *Session, row triage.Row, out string) error {
	sel := selection{sort: string(triage.BySeverity)}
	q, err := sel.query(s, nil)
	if err != nil {
		return err
	}
	rows, err := sel.collect(ctx, s.Queue, q)
	if err != nil {
		return err
	}
	c, err := s.Cases.Case(ctx, row.ID)
	if err != nil {
		return err
	}
	t, err := metrics.LoadTrend(ctx, s.Metrics, 30, r.d.Now(), r.d.Local)
	if err != nil {
		return err
	}
	for name, content := range map[string]func(io.Writer) error{
		"queue.csv":       func(w io.Writer) error { return report.QueueCSV(w, rows) },
		"queue.json":      func(w io.Writer) error { return report.QueueJSON(w, rows) },
		"incident.html":   func(w io.Writer) error { return report.CaseHTML(w, c, report.Meta{Tenant: s.Tenant, At: r.d.Now()}) },
		"trend.csv":       chartWriter(t, "csv", false),
		"trend.svg":       chartWriter(t, "svg", false),
		"trend-light.png": chartWriter(t, "png", false),
		"trend-dark.png":  chartWriter(t, "png", true),
	} {
		var b strings.Builder
		if err := content(&b); err != nil {
			return err
		}
		if err := replaceFile(filepath.Join(out, name), []byte(b.String())); err != nil {
			return err
		}
	}
	shots, err := r.shots(ctx, s, filepath.Join(out, "screens"))
	if err != nil {
		return err
	}
	r.say("\nWritten into %s: queue.csv, queue.json, incident.html, trend.csv, trend.svg, trend-light.png, trend-dark.png", out)
	r.say("Screens, %d pictures: %s", len(shots), filepath.Join(out, "screens"))
	r.say("To open the window, run %s --simulated (or make run) on a machine with a display.", r.d.Program)
	return nil
}

func (r *runner) shots(ctx context.Context, s *Session, dir string) ([]string, error) {
	if r.d.Shots == nil {
		return nil, missing("a renderer of screens")
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, app.E(app.KindInternal, "The folder "+dir+" could not be made:"+cause(err)+".", err)
	}
	return r.d.Shots(ctx, s, dir)
}

func (r *runner) shotsCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:    "shots",
		Short:  "Render every screen from the simulated tenant",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r.o.Simulated = true
			if r.o.Home == "" {
				home, err := os.MkdirTemp("", "watchfloor-shots-")
				if err != nil {
					return app.E(app.KindInternal, "No temporary folder could be made:"+cause(err)+".", err)
				}
				defer os.RemoveAll(home)
				r.o.Home = home
			}
			return r.with(cmd.Context(), func(ctx context.Context, s *Session) error {
				if err := r.pull(ctx, s); err != nil {
					return err
				}
				names, err := r.shots(ctx, s, dir)
				for _, n := range names {
					r.say("%s", filepath.Join(dir, filepath.Base(n)))
				}
				return err
			})
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "docs/screens", "`folder` for the pictures")
	return cmd
}
