package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/report"
	"watchfloor/app/text"
	"watchfloor/app/triage"
)

func (r *runner) showCommand() *cobra.Command {
	var fresh, raw bool
	cmd := &cobra.Command{
		Use:   "show NUMBER",
		Short: "Show one incident with everything beneath it",
		Args:  exactly(1, "one incident number"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.with(cmd.Context(), func(ctx context.Context, s *Session) error {
				id, err := find(ctx, s, args[0])
				if err != nil {
					return err
				}
				if fresh {
					if err := s.Sync.Read(ctx, id); err != nil {
						return err
					}
				}
				if raw {
					json, err := s.Cases.Raw(ctx, id)
					if err != nil {
						return err
					}
					r.say("%s", text.Block(json, 0))
					return nil
				}
				c, err := s.Cases.Case(ctx, id)
				if err != nil {
					return err
				}
				if r.json {
					return report.CaseJSON(r.out, c, report.Meta{})
				}
				return r.printCase(c)
			})
		},
	}
	cmd.Flags().BoolVar(&fresh, "fresh", false, "read it from the service first")
	cmd.Flags().BoolVar(&raw, "raw", false, "print the JSON as the source sent it")
	return r.jsonFlag(cmd)
}

// find resolves what a person types as a number.
func find(ctx context.Context, s *Session, number string) (int64, error) {
	id, err := s.Queue.Find(ctx, strings.TrimPrefix(strings.TrimSpace(number), "#"))
	if app.KindOf(err) == app.KindNotFound {
		return 0, app.E(app.KindNotFound, "There is no incident "+text.Line(number, 40)+" in the cache; watchfloor sync may bring it.", err)
	}
	return id, err
}

// printCase writes an incident as plain text, its indicators defanged.
func (r *runner) printCase(c triage.Case) error {
	inert := func(s string) string { return text.Defang(text.Line(s, 0)) }
	row, inc := c.Row, c.Incident
	r.say("%s %s  %s  %s", glyphs[row.Severity], row.Severity, inert(numberOf(row)), inert(row.Title))
	fact := func(name, value string) {
		if value != "" {
			r.say("  %-15s %s", name, inert(value))
		}
	}
	fact("Status", statusOf(row))
	fact("Owner", orElse(row.Owner, "nobody"))
	fact("Source", sourceOf(row))
	if inc.Classification != app.Unclassified {
		fact("Classification", strings.TrimSuffix(inc.Classification.Label()+" · "+inc.Determination, " · "))
		fact("Closing note", inc.ClosingNote)
	}
	fact("Created", clock(inc.Created)+" ("+triage.Span(r.d.Now().Sub(inc.Created))+" ago)")
	fact("Changed", strings.TrimSuffix(clock(inc.Modified)+" by "+inc.ModifiedBy, " by "))
	fact("Tags", strings.Join(inc.Tags, ", "))
	fact("Products", strings.Join(inc.Products, ", "))
	fact("Tactics", strings.Join(inc.Tactics, ", "))
	fact("Details read", clock(c.DetailsAt))
	if inc.Description != "" {
		r.say("\n%s", text.Defang(text.Block(inc.Description, 4000)))
	}
	return r.printParts(c)
}

func (r *runner) printParts(c triage.Case) error {
	parts := []struct {
		title string
		n     int
		t     table
	}{
		{"Alerts", len(c.Alerts), table{header: []string{"TIME", "SEV", "ALERT", "PRODUCT", "STATUS"}, flex: 2}},
		{"Entities", len(c.Entities), table{header: []string{"KIND", "NAME", "KEY"}, flex: 2}},
		{"Evidence", len(c.Evidence), table{header: []string{"KIND", "NAME", "VERDICT", "REMEDIATION"}, flex: 1}},
		{"Tasks", len(c.Tasks), table{header: []string{"DONE", "TASK"}, flex: 1}},
		{"Bookmarks", len(c.Bookmarks), table{header: []string{"TIME", "BOOKMARK", "BY"}, flex: 1}},
		{"Log", len(c.Changes), table{header: []string{"AT", "WHO", "FIELD", "FROM", "TO"}, flex: 4}},
	}
	add := func(part int, cells ...string) {
		for i := range cells {
			cells[i] = text.Defang(text.Line(cells[i], 200))
		}
		parts[part].t.rows = append(parts[part].t.rows, cells)
	}
	for _, a := range c.Alerts {
		add(0, clock(a.Created), glyphs[a.Severity]+" "+a.Severity.Short(), a.Title, a.Product, report.AlertStatus(a.Status))
	}
	for _, e := range c.Entities {
		add(1, string(e.Kind), e.Name, e.Key)
	}
	for _, e := range c.Evidence {
		add(2, string(e.Entity.Kind), e.Entity.Name, e.Verdict, e.Remediation)
	}
	for _, t := range c.Tasks {
		done := "open"
		if t.Done {
			done = "done"
		}
		add(3, done, t.Title)
	}
	for _, b := range c.Bookmarks {
		add(4, clock(b.EventTime), b.Title, b.CreatedBy)
	}
	for _, ch := range c.Changes {
		add(5, clock(ch.At), ch.Who, string(ch.Field), text.Line(ch.From, 40), ch.To)
	}
	for _, p := range parts {
		if p.n == 0 {
			continue
		}
		r.say("\n%s (%d)", p.title, p.n)
		if err := p.t.print(r.out, r.d.Columns); err != nil {
			return err
		}
	}
	for i, cm := range c.Comments {
		if i == 0 {
			r.say("\nComments (%d)", len(c.Comments))
		}
		pending := ""
		if cm.Pending {
			pending = " (not sent yet)"
		}
		r.say("%s  %s%s\n    %s", clock(cm.Created), text.Line(cm.Author, 60), pending,
			strings.ReplaceAll(text.Defang(text.Block(cm.Text, 0)), "\n", "\n    "))
	}
	if c.DetailsAt.IsZero() {
		r.say("\nAlerts, entities and comments were not read yet; add --fresh to read them now.")
	}
	if c.Draft != "" {
		r.say("\nThere is an unfinished comment of %d characters.", len([]rune(c.Draft)))
	}
	return nil
}

func orElse(s, none string) string {
	if s == "" {
		return none
	}
	return s
}
