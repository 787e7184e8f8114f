package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/report"
	"watchfloor/app/text"
	"watchfloor/app/triage"
)

// defaultFilter is the queue of somebody who asked for nothing in particular.
const defaultFilter = "status:open"

const filterHelp = `The filter is the one of the window; without one: status:open.

  status:open|new|active|awaiting|closed|merged|any   sev:high,medium
  owner:me|none|NAME    tag:x    -tag:x (not)    source:sentinel|defender
  product:x  entity:x  tactic:x  number:48213  age<3d  updated>12h
  is:queued|conflict|twin|disagree    and words, searched in title, description,
  entities and comments. Quote for your shell: 'age<3d' 'owner:"jo doe"'.`

// selection is how queue and export choose rows.
type selection struct {
	sort  string
	limit int
}

func (s *selection) flags(cmd *cobra.Command, limit int) {
	cmd.Flags().StringVar(&s.sort, "sort", string(triage.BySeverity), "`order`: severity, created, modified or score")
	cmd.Flags().IntVar(&s.limit, "limit", limit, "rows at most; 0 for all")
}

func (r *runner) queueCommand() *cobra.Command {
	var sel selection
	cmd := &cobra.Command{
		Use:     "queue [FILTER...]",
		Short:   "List incidents of the cache",
		Long:    "List incidents of the cache, without asking the services.\n\n" + filterHelp,
		Example: "  watchfloor queue sev:high owner:none 'age<1d'\n  watchfloor queue --json status:any powershell",
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.with(cmd.Context(), func(ctx context.Context, s *Session) error {
				q, err := sel.query(s, args)
				if err != nil {
					return err
				}
				rows, err := sel.collect(ctx, s.Queue, q)
				if err != nil {
					return err
				}
				if r.json {
					return report.QueueJSON(r.out, rows)
				}
				if err := r.printQueue(rows); err != nil {
					return err
				}
				return r.queueFooter(ctx, s, q, len(rows))
			})
		},
	}
	sel.flags(cmd, 50)
	return r.jsonFlag(cmd)
}

// query builds the query of the arguments; parts that look like a mistake are one.
func (s selection) query(session *Session, args []string) (triage.Query, error) {
	filter := strings.Join(args, " ")
	if strings.TrimSpace(filter) == "" {
		filter = defaultFilter
	}
	f, problems := triage.Parse(filter)
	if len(problems) > 0 {
		return triage.Query{}, usage("%s", text.Line(strings.Join(problems, "; "), 300))
	}
	order := triage.Sort(s.sort)
	switch order {
	case triage.ByCreated, triage.BySeverity, triage.ByModified, triage.ByScore:
	default:
		return triage.Query{}, usage("--sort takes severity, created, modified or score")
	}
	if s.limit < 0 {
		return triage.Query{}, usage("--limit takes 0 (all) or more")
	}
	return triage.Query{Filter: f, Sort: order, Me: session.Me.UPN}, nil
}

// pageRows is how many rows are asked for at once.
const pageRows = 500

// collect reads rows window by window up to the limit.
func (s selection) collect(ctx context.Context, queue triage.Queue, q triage.Query) ([]triage.Row, error) {
	var rows []triage.Row
	for {
		q.Limit = pageRows
		if s.limit > 0 {
			q.Limit = min(pageRows, s.limit-len(rows))
		}
		w, err := queue.Window(ctx, q)
		if err != nil {
			return nil, err
		}
		rows = append(rows, w.Rows...)
		if !w.More || len(w.Rows) == 0 || s.limit > 0 && len(rows) >= s.limit {
			return rows, nil
		}
		last := w.Rows[len(w.Rows)-1]
		q.After = &last
	}
}

var glyphs = map[app.Severity]string{app.High: "▲", app.Medium: "◆", app.Low: "●", app.Informational: "○", app.SeverityUnknown: "?"}

// colours of severities on a terminal; the shape and the word say the same.
var colours = map[app.Severity]string{app.High: "\x1b[31m", app.Medium: "\x1b[33m", app.Low: "\x1b[36m", app.Informational: "\x1b[2m"}

func (r *runner) printQueue(rows []triage.Row) error {
	t := table{header: []string{"SEV", "SCORE", "NUMBER", "TITLE", "SOURCE", "ENTITIES", "STATUS", "OWNER", "ACK", "AGE"}, flex: 3}
	now := r.d.Now()
	for _, row := range rows {
		score, clock := "", ""
		if row.Score != nil {
			score = strconv.Itoa(*row.Score)
		}
		if left, runs := triage.DefaultTargets.AckClock(row, now); runs {
			clock = triage.Span(left) + " left"
			if left < 0 {
				clock = triage.Span(left) + " late"
			}
		}
		t.rows = append(t.rows, []string{
			glyphs[row.Severity] + " " + row.Severity.Short(), score, numberOf(row), text.Defang(row.Title),
			sourceOf(row), text.Line(row.Entities, 30), statusOf(row), text.Line(row.Owner, 24), clock, triage.Span(now.Sub(row.Created)),
		})
	}
	if r.d.Colour && r.d.Terminal {
		t.paint = func(col, at int, cell string) string {
			if code := colours[rows[at].Severity]; col == 0 && code != "" {
				return code + cell + "\x1b[0m"
			}
			return cell
		}
	}
	return t.print(r.out, r.d.Columns)
}

func numberOf(row triage.Row) string {
	n := "#" + row.Number
	if row.Twin != "" {
		n += " =" + row.Twin
	}
	return n
}

func sourceOf(row triage.Row) string {
	if row.Twin != "" {
		return row.Ref.Source.Code() + "+" + row.TwinRef.Source.Code()
	}
	return row.Ref.Source.Code()
}

// statusOf adds what is not yet so at the service.
func statusOf(row triage.Row) string {
	s := row.Status.String()
	switch {
	case row.Deleted:
		s += " (deleted)"
	case row.Conflict:
		s += " (needs you)"
	case row.Queued > 0:
		s += " (queued)"
	case row.Disagree:
		s += " (twins differ)"
	}
	return s
}

func (r *runner) queueFooter(ctx context.Context, s *Session, q triage.Query, shown int) error {
	c, err := s.Queue.Count(ctx, q)
	if err != nil {
		return err
	}
	match := strconv.Itoa(c.Match)
	if c.Capped {
		match += "+"
	}
	line := fmt.Sprintf("%d of %s that match · %d open, %d in the cache", shown, match, c.Open, c.Total)
	if c.Total == 0 {
		line = "The cache is empty; run watchfloor sync first."
	}
	r.note("%s%s", line, freshness(ctx, s, r.d.Now()))
	return nil
}
