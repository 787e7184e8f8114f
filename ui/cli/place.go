package cli

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/report"
	"watchfloor/app/text"
)

// place is what a command about identities or posture works on: one tenant, because
// people and scores of different tenants are never mixed.
func (s *Session) place() (fleet.Tenant, error) {
	if s.Roster == nil {
		return fleet.Tenant{Name: s.Tenant, Me: s.Me}, nil
	}
	all := s.Roster.Tenants()
	switch len(all) {
	case 0:
		return fleet.Tenant{}, app.E(app.KindNotFound, "No tenant is connected.", nil)
	case 1:
		return all[0], nil
	}
	return fleet.Tenant{}, usage("several tenants are connected; name one with --profile, because their people and scores are not mixed")
}

// listed prints a list: its chosen columns as a table, or all of it as JSON.
func (r *runner) listed(l report.List, flex string, columns ...string) error {
	if r.json {
		return l.JSON(r.out)
	}
	at := make([]int, len(columns))
	t := table{header: make([]string, len(columns))}
	for i, c := range columns {
		at[i] = slices.Index(l.Columns, c)
		t.header[i] = strings.ToUpper(c)
		if c == flex {
			t.flex = i
		}
	}
	for _, row := range l.Rows {
		cells := make([]string, len(at))
		for i, n := range at {
			cells[i] = row[n]
		}
		t.rows = append(t.rows, cells)
	}
	return t.print(r.out, r.d.Columns)
}

// limited adds the flag for the number of rows.
func limited(cmd *cobra.Command, limit *int) *cobra.Command {
	cmd.Flags().IntVar(limit, "limit", 50, "rows at most; 0 for all")
	return cmd
}

// rowsOf counts what was listed. As many as the limit lets through may not be all.
func rowsOf(n, limit int) string {
	words := strconv.Itoa(n) + " rows"
	if n == 1 {
		words = "1 row"
	}
	if limit > 0 && n >= limit {
		words += ", the first of those that match; --limit 0 lists all"
	}
	return words
}

// pages reads rows window by window up to a limit; 0 reads all.
func pages[T any](limit int, read func(after string, limit int) ([]T, string, error)) (out []T, err error) {
	for after := ""; ; {
		n := pageRows
		if limit > 0 {
			n = min(pageRows, limit-len(out))
		}
		rows, next, err := read(after, n)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
		if after = next; next == "" || len(rows) == 0 || limit > 0 && len(out) >= limit {
			return out, nil
		}
	}
}

// old says how fresh the sources of a place are, and what they do not show.
func (r *runner) old(ctx context.Context, s *Session, sources ...app.SourceID) {
	for _, st := range s.Sync.State().Sources {
		if !slices.Contains(sources, st.Source) {
			continue
		}
		for _, l := range st.Lacks {
			r.note("%s", text.Line(l.Words()+" "+l.Still, 400))
		}
		if st.Problem != "" {
			r.note("%s: %s", st.Source.Label(), st.Problem)
		}
	}
	if line := freshness(ctx, s, r.d.Now()); len(line) > 3 {
		r.note("%s", line[4:])
	}
}
