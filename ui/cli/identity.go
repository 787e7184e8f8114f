package cli

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/report"
	"watchfloor/app/text"
)

func (r *runner) identityCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "identity",
		Short: "Users, workloads, sign-ins and detections of Entra ID Protection",
		Long: "List what the cache holds of identities at risk, without asking the service. Filters are those of\n" +
			"the window: level:high state:atRisk is:high changed<3d, country:NL app:x ip:203. result:failed at<24h,\n" +
			"type:x, and words. Quote for your shell: 'at<24h'.",
		RunE: group,
	}
	cmd.AddCommand(
		r.identityList("users [FILTER...]", "List users at risk", func(ctx context.Context, read identity.Reader, q identity.Query, limit int) (report.List, error) {
			rows, err := pages(limit, windows(ctx, q, read.Users))
			return report.Users(rows, r.d.Now()), err
		}, "user", "level", "state", "user", "high value", "changed", "detections", "queued", "marks"),
		r.identityList("workloads [FILTER...]", "List workload identities at risk", func(ctx context.Context, read identity.Reader, q identity.Query, limit int) (report.List, error) {
			rows, err := pages(limit, windows(ctx, q, read.Workloads))
			return report.Workloads(rows, r.d.Now()), err
		}, "name", "level", "state", "name", "app id", "changed", "detections", "queued", "marks"),
		r.identityList("sign-ins [FILTER...]", "List sign-ins", func(ctx context.Context, read identity.Reader, q identity.Query, limit int) (report.List, error) {
			rows, err := pages(limit, windows(ctx, q, read.SignIns))
			return report.SignInList(rows, r.d.Now()), err
		}, "user", "time", "user", "app", "ip", "country", "conditional access", "error", "risk aggregated", "marks"),
		r.identityList("detections [FILTER...]", "List risk detections", func(ctx context.Context, read identity.Reader, q identity.Query, limit int) (report.List, error) {
			rows, err := pages(limit, windows(ctx, q, read.Detections))
			return report.Detections(rows, r.d.Now()), err
		}, "user", "time", "type", "level", "state", "user", "ip", "country", "marks"),
		r.personCommand(), r.respondCommand(), r.importCommand())
	return cmd
}

// windows turns a method of the reader into pages.
func windows[T any](ctx context.Context, q identity.Query, read func(context.Context, identity.Query) (identity.Window[T], error)) func(string, int) ([]T, string, error) {
	return func(after string, limit int) ([]T, string, error) {
		q.After, q.Limit = after, limit
		w, err := read(ctx, q)
		return w.Rows, w.Next, err
	}
}

func (r *runner) identityList(use, short string, read func(context.Context, identity.Reader, identity.Query, int) (report.List, error), flex string, columns ...string) *cobra.Command {
	var limit int
	cmd := &cobra.Command{Use: use, Short: short, RunE: func(cmd *cobra.Command, args []string) error {
		f, err := identity.Parse(strings.Join(args, " "), r.d.Now())
		if err != nil {
			return usage("%s", text.Line(app.Say(err), 300))
		}
		return r.identity(cmd.Context(), func(ctx context.Context, s *Session, reader identity.Reader) error {
			l, err := read(ctx, reader, identity.Query{Filter: f}, limit)
			if err != nil {
				return err
			}
			if err := r.listed(l, flex, columns...); err != nil || r.json {
				return err
			}
			r.note("%s", rowsOf(len(l.Rows), limit))
			r.old(ctx, s, app.EntraRisk, app.SignIns)
			return nil
		})
	}}
	return r.jsonFlag(limited(cmd, &limit))
}

// identity opens the identities of the tenant that a command works on.
func (r *runner) identity(ctx context.Context, do func(context.Context, *Session, identity.Reader) error) error {
	return r.with(ctx, func(ctx context.Context, s *Session) error {
		tenant, err := s.place()
		if err != nil {
			return err
		}
		var reader identity.Reader
		if s.Identity != nil {
			reader = s.Identity(tenant.Slot)
		}
		if reader == nil {
			return app.E(app.KindNotFound, "No identities are kept for this tenant; connect it with --identity.", nil)
		}
		return do(ctx, s, reader)
	})
}

func (r *runner) personCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "person WHO",
		Short: "Show one person: risk, history, sign-ins, incidents and what was done",
		Long:  "WHO is a UPN, an object id, a SID or DOMAIN\\name.",
		Args:  exactly(1, "one UPN, object id, SID or DOMAIN\\name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.identity(cmd.Context(), func(ctx context.Context, s *Session, reader identity.Reader) error {
				p, err := reader.Person(ctx, keyOf(args[0]))
				if err != nil {
					return err
				}
				return r.printPerson(p)
			})
		},
	}
}

// keyOf tells by its form what kind of name a person typed.
func keyOf(who string) identity.Key {
	who = strings.TrimSpace(who)
	switch {
	case strings.Contains(who, "@"):
		return identity.Key{UPN: who}
	case strings.HasPrefix(strings.ToUpper(who), "S-1-"):
		return identity.Key{SID: who}
	case strings.Contains(who, `\`):
		return identity.Key{SAM: who}
	}
	return identity.Key{ObjectID: who}
}

func (r *runner) printPerson(p identity.Person) error {
	inert := func(s string) string { return text.Defang(text.Line(s, 300)) }
	fact := func(name, value string) {
		if value != "" {
			r.say("  %-15s %s", name, inert(value))
		}
	}
	r.say("%s", inert(p.Account.Name))
	if p.Account.UPN != "" {
		r.say("  %-15s %s", "UPN", text.Line(p.Account.UPN, 300)) // to be pasted into a portal
	}
	fact("Object id", p.Account.ID)
	fact("SID", p.Account.SID)
	fact("On premises", p.Account.SAM)
	fact("Enabled", p.Account.Enabled)
	fact("Roles", strings.Join(p.Account.Roles, ", "))
	for _, h := range p.High {
		fact("High value", h.Reason)
	}
	if p.User != nil {
		fact("Risk", strings.Join([]string{string(p.User.Level), string(p.User.State), p.User.Detail}, " · "))
		fact("Risk changed", clock(p.User.Changed))
	}
	for _, c := range p.Conflicts {
		fact("Conflict", c)
	}
	for _, part := range []struct {
		title string
		t     table
		rows  [][]string
	}{
		{"Risk history", table{header: []string{"AT", "LEVEL", "STATE", "DETAIL"}, flex: 3}, cellsOf(p.Turns, func(t identity.Turn) []string {
			return []string{clock(t.At), string(t.Level), string(t.State), t.Detail}
		})},
		{"Detections", table{header: []string{"AT", "TYPE", "LEVEL", "STATE", "IP", "COUNTRY"}, flex: 1}, cellsOf(p.Detections, func(d identity.Detection) []string {
			return []string{clock(d.At), d.Type, string(d.Level), string(d.State), d.IP, d.Place.Country}
		})},
		{"Sign-ins", table{header: []string{"AT", "APP", "IP", "COUNTRY", "ACCESS", "RISK"}, flex: 1}, cellsOf(p.SignIns, func(s identity.SignIn) []string {
			return []string{clock(s.At), s.App, s.IP, s.Place.Country, s.Access, string(s.Aggregated)}
		})},
		{"Incidents", table{header: []string{"NUMBER", "TITLE", "SEVERITY", "STATUS", "FOUND BY"}, flex: 1}, cellsOf(p.Incidents, func(m identity.Mention) []string {
			return []string{"#" + m.Number, m.Title, m.Severity, m.Status, m.By}
		})},
		{"Done here", table{header: []string{"SEQ", "ACTION", "STATE", "AT", "REASON"}, flex: 4}, cellsOf(p.Actions, func(d identity.Done) []string {
			return []string{strconv.FormatInt(d.Seq, 10), d.What, d.State, clock(d.At), d.Reason}
		})},
	} {
		if len(part.rows) == 0 {
			continue
		}
		r.say("\n%s (%d)", part.title, len(part.rows))
		part.t.rows = part.rows
		if err := part.t.print(r.out, r.d.Columns); err != nil {
			return err
		}
	}
	return nil
}

// cellsOf are rows of a table, inert.
func cellsOf[T any](rows []T, cells func(T) []string) [][]string {
	var out [][]string
	for _, row := range rows {
		line := cells(row)
		for i := range line {
			line[i] = text.Defang(text.Line(line[i], 200))
		}
		out = append(out, line)
	}
	return out
}
