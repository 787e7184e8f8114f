package data

import (
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
)

func TestGoal5APageAndItsCursorAreStoredTogether(t *testing.T) {
	cache, _ := newCache(t)
	cur := app.Cursor{Ahead: noon, Next: "https://example/next"}
	if err := cache.StorePage(t.Context(), app.Sentinel, app.Page{Rows: []app.Pulled{pulled(app.Sentinel, "7")}, Cursor: cur}); err != nil {
		t.Fatal(err)
	}
	got, last, err := cache.Cursor(t.Context(), app.Sentinel)
	if err != nil || got != cur || !last.IsZero() {
		t.Errorf("cursor %+v, last success %v, err %v", got, last, err)
	}
	if err := cache.Finish(t.Context(), app.Sentinel, noon); err != nil {
		t.Fatal(err)
	}
	if _, last, _ = cache.Cursor(t.Context(), app.Sentinel); !last.Equal(noon) {
		t.Errorf("last success %v", last)
	}
}

func TestGoal5StoringAPageTwiceChangesNothing(t *testing.T) {
	cache, _ := newCache(t)
	p := pulled(app.Sentinel, "7")
	storePage(t, cache, app.Sentinel, p)
	first := readCase(t, cache, find(t, cache, "7"))
	storePage(t, cache, app.Sentinel, p, p)
	again := readCase(t, cache, find(t, cache, "7"))
	if len(window(t, cache, "")) != 1 || len(again.Changes) != 0 || again.Incident.ID != first.Incident.ID {
		t.Errorf("stored twice: %+v", again)
	}
}

func TestEachFieldThatDiffersIsAChange(t *testing.T) {
	cache, clk := newCache(t)
	storePage(t, cache, app.Defender, pulled(app.Defender, "7"))
	clk.at = noon.Add(time.Minute)
	storePage(t, cache, app.Defender, pulled(app.Defender, "7", func(in *app.Incident) {
		in.Title, in.Status, in.Severity = "New title", app.StatusActive, app.High
		in.Owner = app.Owner{UPN: "bo@clinic.example", Name: "Bo"}
		in.Tags = []string{"vip"}
		in.Modified, in.ModifiedBy = noon.Add(30*time.Second), "bo@clinic.example"
	}))
	cs := readCase(t, cache, find(t, cache, "7"))
	want := map[app.Field][2]string{
		app.FieldTitle: {"Incident 7", "New title"}, app.FieldStatus: {"New", "In progress"},
		app.FieldSeverity: {"Medium", "High"}, app.FieldOwner: {"", "Bo"}, app.FieldTags: {"", "vip"},
	}
	if len(cs.Changes) != len(want) {
		t.Errorf("%d changes, want %d", len(cs.Changes), len(want))
	}
	for _, c := range cs.Changes {
		if w := want[c.Field]; w != [2]string{c.From, c.To} {
			t.Errorf("%s: %q to %q, want %v", c.Field, c.From, c.To, w)
		}
		if c.Who != "bo@clinic.example" || !c.At.Equal(noon.Add(30*time.Second)) || !c.Seen.Equal(clk.at) || c.Origin != app.OriginPull {
			t.Errorf("change without its circumstances: %+v", c)
		}
	}
}

func TestTwinsShowAsOneRowWhicheverComesFirst(t *testing.T) {
	defender := pulled(app.Defender, "4711")
	sentinel := pulled(app.Sentinel, "aaaa-bbbb", func(in *app.Incident) {
		in.Number, in.ProviderName, in.ProviderID = "12", "Microsoft XDR", "4711"
	})
	orders := map[string][]app.Pulled{"defender first": {defender, sentinel}, "sentinel first": {sentinel, defender}}
	for name, order := range orders {
		t.Run(name, func(t *testing.T) {
			cache, _ := newCache(t)
			for _, p := range order {
				storePage(t, cache, p.Incident.Source, p)
			}
			rows := window(t, cache, "")
			if len(rows) != 1 || rows[0].Number != "4711" || rows[0].Twin != "12" || rows[0].Disagree {
				t.Fatalf("rows %+v", rows)
			}
			if find(t, cache, "12") != find(t, cache, "#4711") {
				t.Error("both numbers should lead to the same row")
			}
			if len(window(t, cache, "source:sentinel")) != 1 {
				t.Error("the row belongs to both sources")
			}
		})
	}
}

func TestSentinelsOwnNumberIsNoTwin(t *testing.T) {
	cache, _ := newCache(t)
	storePage(t, cache, app.Defender, pulled(app.Defender, "12"))
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "aaaa", func(in *app.Incident) {
		in.ProviderName, in.ProviderID = "Azure Sentinel", "12"
	}))
	if rows := window(t, cache, ""); len(rows) != 2 {
		t.Errorf("%d rows", len(rows))
	}
}

func TestTwinsThatDisagreeForLongAreMarked(t *testing.T) {
	for age, marked := range map[time.Duration]bool{time.Hour: true, 5 * time.Minute: false} {
		cache, _ := newCache(t)
		storePage(t, cache, app.Defender, pulled(app.Defender, "4711"))
		storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "aaaa", func(in *app.Incident) {
			in.ProviderName, in.ProviderID, in.Status, in.Modified = "Microsoft XDR", "4711", app.StatusClosed, noon.Add(-age)
		}))
		if err := cache.Finish(t.Context(), app.Sentinel, noon); err != nil {
			t.Fatal(err)
		}
		if rows := window(t, cache, "is:disagree"); (len(rows) == 1) != marked {
			t.Errorf("changed %v before the last sync: rows %+v", age, rows)
		}
		if rows := window(t, cache, ""); len(rows) != 1 || rows[0].Disagree != marked {
			t.Errorf("changed %v before the last sync: rows %+v", age, rows)
		}
	}
}

func TestAMergedIncidentLivesOnUnderItsSurvivor(t *testing.T) {
	cache, _ := newCache(t)
	merged := pulled(app.Defender, "1", func(in *app.Incident) { in.Status, in.RedirectTo = app.StatusRedirected, "2" })
	merged.Details = &app.Details{Comments: []app.Comment{{ID: "c1", Text: "seen before the merge", Created: noon}}}
	storePage(t, cache, app.Defender, merged, pulled(app.Defender, "2"))
	if rows := window(t, cache, ""); len(rows) != 1 || rows[0].Number != "2" {
		t.Fatalf("rows %+v", rows)
	}
	if rows := window(t, cache, "status:merged"); len(rows) != 1 || rows[0].Number != "1" {
		t.Fatalf("merged rows %+v", rows)
	}
	cs := readCase(t, cache, find(t, cache, "2"))
	if len(cs.Merged) != 1 || len(cs.Comments) != 1 || cs.Comments[0].Text != "seen before the merge" {
		t.Errorf("survivor %+v", cs)
	}
}

func TestADeletedIncidentStaysAndSaysSo(t *testing.T) {
	cache, _ := newCache(t)
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "7"))
	if err := cache.MarkGone(t.Context(), app.Ref{Source: app.Sentinel, ID: "7"}); err != nil {
		t.Fatal(err)
	}
	if rows := window(t, cache, ""); len(rows) != 0 {
		t.Error("still in the queue")
	}
	cs := readCase(t, cache, find(t, cache, "7"))
	if !cs.Row.Deleted || len(cs.Changes) != 1 || cs.Changes[0].Field != app.FieldDeleted {
		t.Errorf("case %+v", cs)
	}
}

func TestDetailsAreDueForOpenAndRecentlyClosed(t *testing.T) {
	cache, _ := newCache(t)
	closed := func(age time.Duration) func(*app.Incident) {
		return func(in *app.Incident) { in.Status, in.Modified = app.StatusClosed, noon.Add(-age) }
	}
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "open"),
		pulled(app.Sentinel, "recent", closed(6*24*time.Hour)), pulled(app.Sentinel, "old", closed(8*24*time.Hour)))
	due, err := cache.DetailsDue(t.Context(), app.Sentinel, 10)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, d := range due {
		ids = append(ids, d.Ref.ID)
	}
	slices.Sort(ids)
	if !slices.Equal(ids, []string{"open", "recent"}) {
		t.Errorf("due %v", ids)
	}
	if err := cache.StoreDetails(t.Context(), map[int64]app.Details{due[0].ID: {Alerts: []app.Alert{{ID: "a", Title: "Alert"}}}}); err != nil {
		t.Fatal(err)
	}
	if n, _ := cache.DetailsDueCount(t.Context(), app.Sentinel); n != 1 {
		t.Errorf("%d due after storing one", n)
	}
}

func TestDetailsAreReplacedAndNewCommentsAreChanges(t *testing.T) {
	cache, _ := newCache(t)
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "7"))
	id := find(t, cache, "7")
	host := app.Entity{Kind: "host", Key: "ward-12", Name: "WARD-12"}
	first := app.Details{
		Alerts: []app.Alert{{ID: "a1", Title: "One"}, {ID: "a2", Title: "Two"}}, Entities: []app.Entity{host, {Kind: "account", Key: "jo", Name: "jo"}},
		Evidence: []app.Evidence{{AlertID: "a1", Entity: host, Verdict: "malicious", Roles: []string{"compromised", "source"}}},
		Comments: []app.Comment{{ID: "c1", Author: "Bo", Text: "first"}}, Tasks: []app.Task{{ID: "t", Title: "Call", Done: true}},
		Bookmarks: []app.Bookmark{{ID: "b", Title: "Mark"}},
	}
	put := func(d app.Details) {
		t.Helper()
		if err := cache.StoreDetails(t.Context(), map[int64]app.Details{id: d}); err != nil {
			t.Fatal(err)
		}
	}
	put(first)
	put(first)
	cs := readCase(t, cache, id)
	if len(cs.Alerts) != 2 || len(cs.Entities) != 2 || len(cs.Evidence) != 1 || len(cs.Comments) != 1 || len(cs.Tasks) != 1 || len(cs.Bookmarks) != 1 {
		t.Fatalf("details %+v", cs.Details)
	}
	if cs.Evidence[0].Entity.Name != "WARD-12" || !slices.Equal(cs.Evidence[0].Roles, []string{"compromised", "source"}) {
		t.Errorf("evidence %+v", cs.Evidence[0])
	}
	if cs.Row.Entities != "1 account · 1 host" || len(cs.Changes) != 0 {
		t.Errorf("summary %q, changes %v", cs.Row.Entities, cs.Changes)
	}
	first.Alerts = first.Alerts[:1]
	first.Comments = append(first.Comments, app.Comment{ID: "c2", Author: "Cy", Text: "second", Created: noon})
	put(first)
	cs = readCase(t, cache, id)
	if len(cs.Alerts) != 1 || len(cs.Comments) != 2 {
		t.Errorf("not replaced: %+v", cs.Details)
	}
	if len(cs.Changes) != 1 || cs.Changes[0].Who != "Cy" || cs.Changes[0].To != "second" {
		t.Errorf("changes %+v", cs.Changes)
	}
}

func TestIDsFollowCreationAndStayUnique(t *testing.T) {
	cache, _ := newCache(t)
	var page []app.Pulled
	for i := range 50 { // half of them created in the same second
		at := noon.Add(-time.Duration(i/25) * time.Hour)
		page = append(page, pulled(app.Sentinel, string(rune('A'+i)), func(in *app.Incident) { in.Created = at }))
	}
	storePage(t, cache, app.Sentinel, page...)
	rows := window(t, cache, "")
	if len(rows) != 50 {
		t.Fatalf("%d rows", len(rows))
	}
	for i := 1; i < len(rows); i++ {
		if rows[i].Created.After(rows[i-1].Created) || rows[i].ID >= rows[i-1].ID {
			t.Fatalf("row %d is out of order", i)
		}
	}
}

func TestEvidenceOfATwinIsNotShownTwice(t *testing.T) {
	cache, _ := newCache(t)
	host, ip := app.Entity{Kind: "host", Key: "ward-12", Name: "WARD-12"}, app.Entity{Kind: "ip", Key: "203.0.113.9", Name: "203.0.113.9"}
	d := pulled(app.Defender, "4711")
	d.Details = &app.Details{Evidence: []app.Evidence{{AlertID: "a", Entity: host, Verdict: "malicious"}}}
	storePage(t, cache, app.Defender, d)
	s := pulled(app.Sentinel, "aaaa", func(in *app.Incident) { in.ProviderName, in.ProviderID = "Microsoft XDR", "4711" })
	s.Details = &app.Details{Evidence: []app.Evidence{{Entity: host}, {Entity: ip}}}
	storePage(t, cache, app.Sentinel, s)

	cs := readCase(t, cache, find(t, cache, "4711"))

	if len(cs.Evidence) != 2 || cs.Evidence[0].Verdict != "malicious" || cs.Evidence[1].Entity.Key != ip.Key {
		t.Errorf("evidence %+v", cs.Evidence)
	}
}

func TestAlertsOfATwinAreNotShownTwice(t *testing.T) {
	cache, _ := newCache(t)
	alert := func(id, title string, at time.Time) app.Alert { return app.Alert{ID: id, Title: title, First: at} }
	d := pulled(app.Defender, "4711")
	d.Details = &app.Details{Alerts: []app.Alert{alert("x1", "Spray", noon), alert("x2", "Spray", noon.Add(time.Hour)), alert("x3", "Rule", noon)}}
	storePage(t, cache, app.Defender, d)
	s := pulled(app.Sentinel, "aaaa", func(in *app.Incident) { in.ProviderName, in.ProviderID = "Microsoft XDR", "4711" })
	s.Details = &app.Details{Alerts: []app.Alert{alert("s1", "Spray", noon.Add(40*time.Second)), alert("s2", "Spray", noon.Add(50*time.Second)), alert("s4", "Only here", noon)}}
	storePage(t, cache, app.Sentinel, s)

	var ids []string
	for _, a := range readCase(t, cache, find(t, cache, "4711")).Alerts {
		if ids = append(ids, a.ID); a.TwinOnly != strings.HasPrefix(a.ID, "s") {
			t.Errorf("%s: only at the twin: %v", a.ID, a.TwinOnly)
		}
	}
	slices.Sort(ids)

	if want := []string{"s2", "s4", "x1", "x2", "x3"}; !slices.Equal(ids, want) {
		t.Errorf("alerts %v, want %v: each of the twin's stands for one of ours at most", ids, want)
	}
}

func TestAChangeThatTheTwinFollowsIsLoggedOnce(t *testing.T) {
	cache, clk := newCache(t)
	asTwin := func(in *app.Incident) { in.ProviderName, in.ProviderID = "Microsoft XDR", "4711" }
	storePage(t, cache, app.Defender, pulled(app.Defender, "4711"))
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "aaaa", asTwin))
	clk.at = noon.Add(time.Minute)
	storePage(t, cache, app.Defender, pulled(app.Defender, "4711", func(in *app.Incident) { in.Severity, in.Modified = app.High, clk.at }))
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "aaaa", asTwin, func(in *app.Incident) {
		in.Severity, in.Modified, in.Tags = app.High, clk.at.Add(time.Minute), []string{"only-here"}
	}))

	got := map[app.Field]int{}
	for _, c := range readCase(t, cache, find(t, cache, "4711")).Changes {
		got[c.Field]++
	}

	if len(got) != 2 || got[app.FieldSeverity] != 1 || got[app.FieldTags] != 1 {
		t.Errorf("changes %v", got)
	}
}
