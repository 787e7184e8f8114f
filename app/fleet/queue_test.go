package fleet

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/app"
	"watchfloor/app/triage"
)

func drawCache(t *rapid.T, name string) *cache {
	ids := rapid.SliceOfNDistinct(rapid.Int64Range(1, 40), 0, 15, func(n int64) int64 { return n }).Draw(t, name)
	c := &cache{}
	for _, id := range ids {
		r := triage.Row{
			ID: id, Number: string(rune('0' + id%10)), Severity: app.Severity(rapid.IntRange(0, 4).Draw(t, "severity")),
			Modified: time.UnixMicro(rapid.Int64Range(1, 5).Draw(t, "modified")),
		}
		if rapid.Bool().Draw(t, "scored") {
			n := rapid.IntRange(0, 3).Draw(t, "score")
			r.Score = &n
		}
		c.rows = append(c.rows, r)
	}
	return c
}

func TestPagesOfSeveralTenantsAreOneList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slots := []int{0, 3, MaxSlot}
		caches := []*cache{drawCache(t, "a"), drawCache(t, "b"), drawCache(t, "c")}
		f, _ := fleetOf(slots, caches...)
		sort := rapid.SampledFrom([]triage.Sort{triage.ByCreated, triage.BySeverity, triage.ByModified, triage.ByScore}).Draw(t, "sort")
		want := union(sort, slots, caches...)
		var got []triage.Row
		q := triage.Query{Sort: sort, Limit: rapid.IntRange(1, 6).Draw(t, "limit")}
		for {
			w, err := f.Window(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, w.Rows...)
			if len(w.Rows) > q.Limit || w.More && len(w.Rows) == 0 || len(got) > len(want) {
				t.Fatalf("window of %d rows, more=%v", len(w.Rows), w.More)
			}
			if !w.More {
				break
			}
			q.After = &got[len(got)-1]
		}
		ids := func(rows []triage.Row) (out []int64) {
			for _, r := range rows {
				out = append(out, r.ID)
			}
			return out
		}
		if !slices.Equal(ids(got), ids(want)) {
			t.Fatalf("by %s: got %v, want %v", sort, ids(got), ids(want))
		}
	})
}

func TestGlobalIDsSplitBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slot, local := rapid.IntRange(0, MaxSlot).Draw(t, "slot"), rapid.Int64Range(1, 1<<slotShift-1).Draw(t, "local")
		id := Global(slot, local)
		if s, l := Split(id); s != slot || l != local || id <= 0 {
			t.Fatalf("%d/%d became %d and %d/%d", slot, local, id, s, l)
		}
	})
	if Global(7, 0) != 0 {
		t.Error("no id became one")
	}
	if id := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro(); Global(0, id) != id {
		t.Error("slot 0 changed an id")
	}
}

func TestTenantTermsChooseMembers(t *testing.T) {
	row := []triage.Row{{ID: 1, Number: "1"}}
	f, _ := fleetOf([]int{0, 1, 2}, &cache{rows: row}, &cache{rows: row}, &cache{rows: row})
	for text, want := range map[string]int{"": 3, `tenant:"tenant b"`: 1, "tenant:TENANT": 3, "-tenant:b": 2, "tenant:b,c": 2, "tenant:zzz": 0} {
		filter, problems := triage.Parse(text)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		w, err := f.Window(t.Context(), triage.Query{Filter: filter})
		n, countErr := f.Count(t.Context(), triage.Query{Filter: filter})
		if err != nil || countErr != nil || len(w.Rows) != want || n.Match != want || n.Total != want {
			t.Errorf("%q: %d rows, %+v, want %d (%v, %v)", text, len(w.Rows), n, want, err, countErr)
		}
	}
}

// The queue of one tenant is asked for by its name, which may be part of another's.
func TestAFullNameChoosesThatTenantAlone(t *testing.T) {
	f, _ := fleetOf([]int{0, 1}, &cache{rows: []triage.Row{{ID: 1}}}, &cache{rows: []triage.Row{{ID: 1}, {ID: 2}}})
	f.Rename(Tenant{Slot: 0, Name: "Contoso"})
	f.Rename(Tenant{Slot: 1, Name: "Contoso West"})
	for text, want := range map[string]int{"tenant:contoso": 1, "tenant:conto": 3, "-tenant:contoso": 2, `tenant:"contoso west"`: 2, "tenant:contoso,west": 3} {
		filter, err := triage.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if w, err := f.Window(context.Background(), triage.Query{Filter: filter}); err != nil || len(w.Rows) != want {
			t.Errorf("%s: %d rows, want %d (%v)", text, len(w.Rows), want, err)
		}
	}
}

func TestEachTenantHasItsOwnMe(t *testing.T) {
	a, b := &cache{}, &cache{}
	f, _ := fleetOf([]int{0, 1}, a, b)
	if _, err := f.Window(t.Context(), triage.Query{Me: "somebody@else.example"}); err != nil {
		t.Fatal(err)
	}
	if a.me != "a@x.example" || b.me != "b@x.example" {
		t.Errorf("me was %q and %q", a.me, b.me)
	}
}

func TestUnreadableTenantIsNamedNotLeftOut(t *testing.T) {
	broken := &cache{err: app.E(app.KindInternal, "The cache cannot be read.", errors.New("disk"))}
	f, _ := fleetOf([]int{0, 1}, &cache{rows: []triage.Row{{ID: 1}}}, broken)
	_, err := f.Window(t.Context(), triage.Query{})
	if app.KindOf(err) != app.KindInternal || app.Say(err) != "Tenant B: The cache cannot be read." {
		t.Errorf("said %q (%v)", app.Say(err), err)
	}
}

func TestNumberOfSeveralTenantsIsAsked(t *testing.T) {
	f, _ := fleetOf([]int{0, 2}, &cache{rows: []triage.Row{{ID: 5, Number: "7"}}}, &cache{rows: []triage.Row{{ID: 9, Number: "7"}, {ID: 8, Number: "8"}}})
	if id, err := f.Find(t.Context(), "8"); err != nil || id != Global(2, 8) {
		t.Errorf("number 8: %d %v", id, err)
	}
	_, err := f.Find(t.Context(), "7")
	if app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), "Tenant A, Tenant B") {
		t.Errorf("number 7: %v", err)
	}
	if _, err := f.Find(t.Context(), "9"); app.KindOf(err) != app.KindNotFound {
		t.Errorf("number 9: %v", err)
	}
}

func TestCaseSpeaksGlobalIDs(t *testing.T) {
	f, _ := fleetOf([]int{4}, &cache{rows: []triage.Row{{ID: 5}}})
	c, err := f.Case(t.Context(), Global(4, 5))
	if err != nil || c.Row.ID != Global(4, 5) || c.Incident.ID != c.Row.ID || c.Twin.ID != Global(4, 6) || c.Changes[0].IncidentID != c.Row.ID {
		t.Errorf("%+v %v", c, err)
	}
	if _, err := f.Case(t.Context(), Global(5, 5)); app.KindOf(err) != app.KindNotFound {
		t.Errorf("of a tenant that is gone: %v", err)
	}
}
