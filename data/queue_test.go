package data

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/app"
	"watchfloor/app/triage"
)

func numbers(rows []triage.Row) string {
	var out []string
	for _, r := range rows {
		out = append(out, r.Number)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// filterFixture has one incident for each thing a filter can ask.
func filterFixture(t *testing.T) *Cache {
	cache, _ := newCache(t)
	mk := func(n string, change func(*app.Incident)) app.Pulled { return pulled(app.Defender, n, change) }
	storePage(t, cache, app.Defender,
		mk("1", func(in *app.Incident) {
			in.Severity, in.Title, in.Rules = app.High, "Encoded PowerShell on WARD-12", []string{"/Rules/Enc-1"}
		}),
		mk("2", func(in *app.Incident) {
			in.Status, in.Owner = app.StatusActive, app.Owner{UPN: "Ana@clinic.example", Name: "Ana"}
		}),
		mk("3", func(in *app.Incident) { in.Status, in.Tags = app.StatusClosed, []string{"Test", "vip"} }),
		mk("4", func(in *app.Incident) { in.Severity, in.Created = app.Low, noon.Add(-10*24*time.Hour) }),
		mk("5", func(in *app.Incident) {
			in.Severity, in.Products, in.Tactics = app.Informational, []string{"Microsoft Defender for Endpoint"}, []string{"Exfiltration"}
		}),
		mk("6", func(in *app.Incident) { in.Severity, in.Status = app.SeverityUnknown, app.StatusAwaiting }))
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "7"))
	if err := cache.StoreDetails(t.Context(), map[int64]app.Details{find(t, cache, "7"): {
		Entities: []app.Entity{{Kind: "ip", Key: "203.0.113.9", Name: "203.0.113.9"}},
		Comments: []app.Comment{{ID: "c", Text: "asked the ward manager"}},
	}}); err != nil {
		t.Fatal(err)
	}
	return cache
}

func TestFilterLanguageOnTheCache(t *testing.T) {
	cache := filterFixture(t)
	for filter, want := range map[string]string{
		"":                        "1 2 3 4 5 6 7",
		"status:open":             "1 2 4 5 6 7",
		"status:new":              "1 4 5 7",
		"status:active,closed":    "2 3",
		"-status:new":             "2 3 6",
		"sev:high,low":            "1 4",
		"sev:unknown":             "6",
		"owner:me":                "2",
		"owner:none":              "1 3 4 5 6 7",
		"owner:ana":               "2",
		"owner:a_a":               "",
		"owner:%":                 "",
		"tag:TEST":                "3",
		"-tag:test status:closed": "",
		"age<3d":                  "1 2 3 5 6 7",
		"age>3d":                  "4",
		"updated<2h sev:high":     "1",
		"product:endpoint":        "5",
		"rule:/rules/enc-1":       "1",
		"rule:enc-1":              "",
		"tactic:exfil":            "5",
		"source:sentinel":         "7",
		"number:4,5":              "4 5",
		"#4":                      "4",
		"powershell":              "1",
		"power":                   "1",
		`"encoded powershell"`:    "1",
		`"powershell encoded"`:    "",
		"-powershell sev:high":    "",
		"203.0.113.9":             "7",
		"entity:203.0.113.9":      "7",
		"ward":                    "1 7",
		"ward manager":            "7",
		"is:queued":               "",
		"is:twin":                 "",
		`"" ( ) * ^ " AND`:        "",
	} {
		t.Run(filter, func(t *testing.T) {
			f, _ := triage.Parse(filter)
			w, err := cache.Window(t.Context(), triage.Query{Filter: f, Me: "ana@clinic.example"})
			if err != nil {
				t.Fatal(err)
			}
			if got := numbers(w.Rows); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			n, err := cache.Count(t.Context(), triage.Query{Filter: f, Me: "ana@clinic.example"})
			if err != nil || n.Match != len(w.Rows) || n.Open != 6 || n.Total != 7 {
				t.Errorf("counts %+v, err %v", n, err)
			}
		})
	}
}

// Whatever is typed, the query is valid SQL and valid FTS5.
func TestGoal44NoFilterTextBreaksTheQuery(t *testing.T) {
	cache := filterFixture(t)
	rapid.Check(t, func(r *rapid.T) {
		f, _ := triage.Parse(rapid.OneOf(rapid.String(), rapid.StringMatching(`-?[a-z]{0,8}[:<>]?["'*()^;%\x00 -]{0,4}.{0,8}`)).Draw(r, "filter"))
		if _, err := cache.Window(context.Background(), triage.Query{Filter: f}); err != nil {
			r.Fatalf("%q: %v", f.String(), err)
		}
	})
}

func TestPagingVisitsEveryRowOnceInEveryOrder(t *testing.T) {
	cache, _ := newCache(t)
	var page []app.Pulled
	for i := range 137 {
		page = append(page, pulled(app.Defender, fmt.Sprint(i), func(in *app.Incident) {
			in.Severity = app.Severity(i % 5)
			in.Created = noon.Add(-time.Duration(i%11) * time.Hour)
			in.Modified = noon.Add(-time.Duration(i%7) * time.Minute)
			if n := i % 10; n > 3 {
				in.Score = &n
			}
		}))
	}
	storePage(t, cache, app.Defender, page...)
	words, _ := triage.Parse("incident")
	for _, sort := range []triage.Sort{triage.ByCreated, triage.BySeverity, triage.ByModified, triage.ByScore} {
		for _, f := range []triage.Filter{{}, words} {
			t.Run(fmt.Sprintf("%s %s", sort, f), func(t *testing.T) {
				q := triage.Query{Sort: sort, Filter: f, Limit: 10}
				seen := map[int64]bool{}
				var last *triage.Row
				for more := true; more; {
					w, err := cache.Window(t.Context(), q)
					if err != nil {
						t.Fatal(err)
					}
					for _, row := range w.Rows {
						if seen[row.ID] {
							t.Fatalf("row %s twice", row.Number)
						}
						if last != nil && before(sort, row, *last) {
							t.Fatalf("row %s is out of order", row.Number)
						}
						seen[row.ID], last = true, &row
					}
					q.After, more = last, w.More
				}
				if len(seen) != len(page) {
					t.Errorf("%d of %d rows", len(seen), len(page))
				}
			})
		}
	}
}

// before reports that a must stand above b.
func before(s triage.Sort, a, b triage.Row) bool {
	key := func(r triage.Row) int64 {
		switch s {
		case triage.BySeverity:
			return int64(r.Severity)
		case triage.ByModified:
			return r.Modified.UnixMicro()
		case triage.ByScore:
			if r.Score == nil {
				return -1
			}
			return int64(*r.Score)
		}
		return 0
	}
	if key(a) != key(b) {
		return key(a) > key(b)
	}
	return a.ID > b.ID
}

func TestNewRowsWaitBehindTheirBar(t *testing.T) {
	cache, clk := newCache(t)
	storePage(t, cache, app.Defender, pulled(app.Defender, "1"))
	shownAt := clk.at
	clk.at = noon.Add(time.Minute)
	storePage(t, cache, app.Defender, pulled(app.Defender, "2"), pulled(app.Defender, "3", func(in *app.Incident) { in.Status = app.StatusClosed }))
	open, _ := triage.Parse("status:open")
	q := triage.Query{Filter: open, Until: shownAt}
	w, err := cache.Window(t.Context(), q)
	if err != nil || numbers(w.Rows) != "1" {
		t.Errorf("rows %v, err %v", numbers(w.Rows), err)
	}
	if n, err := cache.Arrived(t.Context(), q, shownAt); err != nil || n != 1 {
		t.Errorf("%d arrived, err %v", n, err)
	}
}

// The plans that the figures of docs/benchmarks.md rest on: no scan of the whole table
// and no sorting for the orders that have an index.
func TestQueriesUseTheirIndexes(t *testing.T) {
	cache := filterFixture(t)
	open, _ := triage.Parse("status:open")
	for name, q := range map[string]triage.Query{
		"newest": {}, "open, newest": {Filter: open}, "severity": {Sort: triage.BySeverity}, "modified": {Sort: triage.ByModified},
	} {
		text, args := windowSQL(q, noon)
		plan := explain(t, cache, text, args)
		_, inner, _ := strings.Cut(plan, "LIST SUBQUERY")
		inner, _, _ = strings.Cut(inner, "SEARCH t ")
		if strings.Contains(inner, "USE TEMP B-TREE") || strings.Contains(inner, "SCAN i\n") {
			t.Errorf("%s:\n%s", name, plan)
		}
	}
}

func explain(t *testing.T, c *Cache, text string, args []any) string {
	t.Helper()
	var b strings.Builder
	err := c.view(t.Context(), func(q querier) error {
		return q.each("EXPLAIN QUERY PLAN "+text, args, func(scan func(...any) error) error {
			var id, parent, unused sql.NullInt64
			var detail string
			err := scan(&id, &parent, &unused, &detail)
			b.WriteString(detail + "\n")
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What the writer and the pages ask per incident must stay cheap at any size: no
// statement walks a whole table.
func TestNoStatementOfTheWriterWalksATable(t *testing.T) {
	cache := filterFixture(t)
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "8", func(in *app.Incident) {
		in.ProviderName, in.ProviderID = "Microsoft XDR", "1"
	}))
	storePage(t, cache, app.Defender, pulled(app.Defender, "1", func(in *app.Incident) { in.Title = "changed" }))
	if err := cache.MarkGone(t.Context(), app.Ref{Source: app.Defender, ID: "3"}); err != nil {
		t.Fatal(err)
	}
	for query := range cache.writer.stmts {
		if !strings.Contains(query, "WHERE") {
			continue
		}
		args := make([]any, strings.Count(query, "?"))
		plan := explain(t, cache, query, args)
		for line := range strings.Lines(plan) {
			if strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "CONSTANT") && !strings.Contains(line, "VIRTUAL TABLE") {
				t.Errorf("%s\n%s", query, plan)
			}
		}
	}
	for _, query := range []string{
		`SELECT id, source, remote_id FROM incident WHERE source = ? AND redirect_to = ? AND redirect_to <> '' ORDER BY id`,
	} {
		if plan := explain(t, cache, query, []any{"defender", "1"}); strings.HasPrefix(plan, "SCAN") {
			t.Errorf("%s\n%s", query, plan)
		}
	}
}

func TestCountsFollowWhatIsStored(t *testing.T) {
	cache, _ := newCache(t)
	for i := 1; i <= 3; i++ {
		storePage(t, cache, app.Defender, pulled(app.Defender, fmt.Sprint(i)))
		if n, err := cache.Count(t.Context(), triage.Query{}); err != nil || n.Total != i || n.Open != i {
			t.Errorf("after %d incidents: %+v, err %v", i, n, err)
		}
	}
}
