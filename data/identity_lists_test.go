package data

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/app/identity"
)

func riskyPeople(t *testing.T, c *Cache) {
	t.Helper()
	var b identity.Batch
	for i := range 57 {
		id := fmt.Sprintf("u%02d", i)
		u := identity.User{
			ID: id, UPN: id + "@clinic.example", Name: fmt.Sprintf("Person %d", i%13), Changed: noon.Add(-time.Duration(i%17) * time.Hour),
			Level: []identity.Level{"low", "Medium", "high", "hidden", "severe"}[i%5], State: []identity.State{"atRisk", "dismissed", "remediated", "asleep"}[i%4],
			Deleted: i%10 == 0, Detail: "none", Raw: []byte(`{"id":"` + id + `"}`),
		}
		b.Users = append(b.Users, u)
		b.Workloads = append(b.Workloads, identity.Workload{ID: id, Name: u.Name, Type: "Application", Level: u.Level, State: u.State, Changed: u.Changed})
		for k := range i % 3 {
			b.Detections = append(b.Detections, detection(fmt.Sprintf("d%d-%d", i, k), func(d *identity.Detection) { d.Subject, d.UPN = id, u.UPN }))
		}
	}
	b.Accounts = []identity.Account{{ID: "u03", UPN: "u03@clinic.example", Roles: []string{"Global Reader", "User Administrator"}}}
	b.HighValue, b.Origins = []identity.HighValue{{Key: "u07@clinic.example", Reason: "list: board", Origin: "list"}}, []string{"list"}
	storeIdentity(t, c, b)
}

func users(t testing.TB, c *Cache, q identity.Query) identity.Window[identity.UserRow] {
	t.Helper()
	w, err := c.Identity().Users(t.Context(), q)
	if err != nil {
		t.Fatalf("%s: %v", q.Filter, err)
	}
	return w
}

func TestFiltersOfUsersAtRisk(t *testing.T) {
	c, _ := newCache(t)
	riskyPeople(t, c)
	for line, ok := range map[string]func(u identity.UserRow) bool{
		"level:high,medium":   func(u identity.UserRow) bool { return u.Level == "high" || u.Level == "Medium" },
		"level:other":         func(u identity.UserRow) bool { return u.Level == "severe" },
		`-state:"at risk"`:    func(u identity.UserRow) bool { return u.State != "atRisk" },
		"state:other":         func(u identity.UserRow) bool { return u.State == "asleep" },
		"is:deleted":          func(u identity.UserRow) bool { return u.Deleted },
		"is:high":             func(u identity.UserRow) bool { return u.High == "list: board" },
		"is:queued":           func(u identity.UserRow) bool { return u.Queued > 0 },
		"role:administrator":  func(u identity.UserRow) bool { return len(u.Roles) == 2 },
		"changed<3h":          func(u identity.UserRow) bool { return !u.Changed.Before(noon.Add(-3 * time.Hour)) },
		"age>3h -is:deleted":  func(u identity.UserRow) bool { return u.Changed.Before(noon.Add(-3*time.Hour)) && !u.Deleted },
		"from:2026-03-02":     func(u identity.UserRow) bool { return !u.Changed.Before(noon.Add(-12 * time.Hour)) },
		`"Person 1" user:u01`: func(u identity.UserRow) bool { return u.ID == "u01" },
		`-"person 1"`:         func(u identity.UserRow) bool { return !strings.HasPrefix(u.Name, "Person 1") },
		"100%":                func(u identity.UserRow) bool { return false },
	} {
		all := users(t, c, identity.Query{Limit: 500})
		want := 0
		for _, u := range all.Rows {
			if ok(u) {
				want++
			}
		}
		got := users(t, c, identity.Query{Filter: parsed(t, line), Limit: 500})
		if len(got.Rows) != want || got.Total != want || got.Hidden != len(all.Rows)-want || slices.ContainsFunc(got.Rows, func(u identity.UserRow) bool { return !ok(u) }) {
			t.Errorf("%s: %d rows, %d in all, %d hidden, want %d", line, len(got.Rows), got.Total, got.Hidden, want)
		}
	}
	if u := users(t, c, identity.Query{Filter: parsed(t, "user:u05@")}).Rows[0]; u.Detections != 2 || string(u.Raw) != `{"id":"u05"}` {
		t.Errorf("%+v", u)
	}
}

func TestEveryOrderOfTheListsVisitsEachRowOnce(t *testing.T) {
	c, _ := newCache(t)
	riskyPeople(t, c)
	r := c.Identity()
	walk := func(page func(q identity.Query) (ids []string, next string, err error), sort string, down bool) (out []string) {
		q := identity.Query{Sort: sort, Down: down, Limit: 7}
		for {
			ids, next, err := page(q)
			if err != nil {
				t.Fatalf("%s: %v", sort, err)
			}
			out = append(out, ids...)
			if q.After = next; next == "" || len(out) > 1000 {
				return out
			}
		}
	}
	lists := map[string]func(q identity.Query) ([]string, string, error){
		"users": func(q identity.Query) (ids []string, next string, err error) {
			w, err := r.Users(t.Context(), q)
			for _, u := range w.Rows {
				ids = append(ids, u.ID)
			}
			return ids, w.Next, err
		},
		"workloads": func(q identity.Query) (ids []string, next string, err error) {
			w, err := r.Workloads(t.Context(), q)
			for _, u := range w.Rows {
				ids = append(ids, u.ID)
			}
			return ids, w.Next, err
		},
		"detections": func(q identity.Query) (ids []string, next string, err error) {
			w, err := r.Detections(t.Context(), q)
			for _, d := range w.Rows {
				ids = append(ids, d.ID)
			}
			return ids, w.Next, err
		},
	}
	for name, sorts := range map[string][]string{
		"users":      {"", identity.ByTime, identity.ByUser, identity.ByRisk, identity.ByState, identity.ByDetections},
		"workloads":  {"", identity.ByTime, identity.ByUser, identity.ByRisk, identity.ByDetections},
		"detections": {"", identity.ByTime, identity.ByUser, identity.ByType, identity.ByCountry, identity.ByRisk, identity.ByState, identity.ByIP},
	} {
		for _, sort := range sorts {
			for _, down := range []bool{false, true} {
				got := walk(lists[name], sort, down)
				once := slices.Compact(slices.Sorted(slices.Values(got)))
				whole, _, _ := lists[name](identity.Query{Sort: sort, Down: down, Limit: 500})
				if len(once) != 57 && name != "detections" || len(once) != len(got) || !slices.Equal(got, whole) {
					t.Errorf("%s by %q, down %v: %d rows, %d different", name, sort, down, len(got), len(once))
				}
			}
		}
	}
	ranks := users(t, c, identity.Query{Sort: identity.ByRisk, Down: true, Limit: 500}).Rows
	if !slices.IsSortedFunc(ranks, func(a, b identity.UserRow) int { return b.Level.Rank() - a.Level.Rank() }) {
		t.Error("worst risk is not first")
	}
}

func TestAUserIsReplacedByWhatIsNewer(t *testing.T) {
	c, _ := newCache(t)
	at := func(state identity.State, changed time.Time) identity.Batch {
		return identity.Batch{Users: []identity.User{{ID: "u1", State: state, Changed: changed}}}
	}
	future := noon.AddDate(900, 0, 0)
	for i, step := range []struct {
		in   identity.Batch
		want identity.State
	}{
		{at("atRisk", noon), "atRisk"},
		{at("dismissed", noon.Add(-time.Hour)), "atRisk"},
		{at("dismissed", noon), "dismissed"},
		{at("remediated", future), "remediated"},
		{at("atRisk", noon), "atRisk"},
		{at("none", time.Time{}), "none"},
	} {
		storeIdentity(t, c, step.in)
		if got := users(t, c, identity.Query{}).Rows; len(got) != 1 || got[0].State != step.want {
			t.Errorf("step %d: %+v, want %s", i, got, step.want)
		}
	}
	storeIdentity(t, c, identity.Batch{Users: []identity.User{{UPN: "noid@x.example"}, {UPN: "other@x.example"}}})
	got := users(t, c, identity.Query{Filter: parsed(t, "x.example")}).Rows
	if len(got) != 2 || got[0].ID != "" || !slices.Contains(got[0].Marks(noon), identity.MarkNoID) {
		t.Errorf("users without an id: %+v", got)
	}
}

func TestADetectionComesBackAsItWent(t *testing.T) {
	c, _ := newCache(t)
	want := detection("d1")
	want.Raw = nil // a list is without the JSON
	storeIdentity(t, c, identity.Batch{Detections: []identity.Detection{detection("d1")}})
	w, err := c.Identity().Detections(t.Context(), identity.Query{})
	if err != nil || len(w.Rows) != 1 || !reflect.DeepEqual(w.Rows[0], want) {
		t.Fatalf("%+v\nwant %+v (%v)", w.Rows, want, err)
	}
	storeIdentity(t, c, identity.Batch{Detections: []identity.Detection{detection("D1", func(d *identity.Detection) { d.Type = "leakedCredentials" })}})
	if w, err = c.Identity().Detections(t.Context(), identity.Query{}); err != nil || len(w.Rows) != 1 || !w.Rows[0].Twice {
		t.Errorf("%+v %v", w.Rows, err)
	}
}

// Whatever is stored, replaced and trimmed, the counted table is that of a recount.
func TestTheHeatTableIsThatOfARecount(t *testing.T) {
	c, _ := newCache(t)
	rapid.Check(t, func(rt *rapid.T) { // each adds to what those before left
		draw := rapid.Custom(func(rt *rapid.T) identity.Detection {
			return detection(fmt.Sprint(rapid.IntRange(0, 12).Draw(rt, "id")), func(d *identity.Detection) {
				d.Type = rapid.SampledFrom([]string{"a", "A", "b", ""}).Draw(rt, "type")
				d.Place.Country = rapid.SampledFrom([]string{"DE", "NG", ""}).Draw(rt, "country")
				d.At = noon.Add(-time.Duration(rapid.IntRange(-3, 90).Draw(rt, "hours")) * time.Hour)
				if rapid.IntRange(0, 9).Draw(rt, "timeless") == 0 {
					d.At, d.Detected = time.Time{}, time.Time{}
				}
			})
		})
		for range rapid.IntRange(1, 4).Draw(rt, "pages") {
			storeIdentity(t, c, identity.Batch{Detections: rapid.SliceOfN(draw, 0, 12).Draw(rt, "page")})
			if rapid.Bool().Draw(rt, "trim") {
				if _, err := c.Trim(t.Context(), rapid.Int64Range(1, 12*detectionBytes).Draw(rt, "budget")); err != nil {
					rt.Fatal(err)
				}
			}
		}
		for _, line := range []string{"", "from:2026-03-01", "to:2026-03-01 -country:de", "type:a"} {
			f := parsed(t, line)
			h, err := c.Identity().Heat(t.Context(), f, 0)
			if err != nil {
				rt.Fatal(err)
			}
			slow := f
			slow.Words = append(slow.Words, "a") // Ana: all rows, by the way without the counters
			again, err := c.Identity().Heat(t.Context(), slow, 0)
			if err != nil || h.N != again.N || !reflect.DeepEqual(h.Count, again.Count) || !slices.Equal(h.Types, again.Types) {
				rt.Fatalf("%q: %+v, recounted %+v (%v)", line, h, again, err)
			}
		}
	})
}

func TestTheHeatTableFoldsWhatIsRare(t *testing.T) {
	h := identity.Table(map[identity.Cell]int{{Type: "a", Country: "DE"}: 5, {Type: "b", Country: "DE"}: 3, {Type: "c", Country: ""}: 3, {Type: "d", Country: "NG"}: 1}, 2)
	if want := [][]int{{5, 0, 0}, {3, 0, 0}, {0, 3, 1}}; !reflect.DeepEqual(h.Count, want) || h.N != 12 ||
		!slices.Equal(h.Types, []string{"a", "b", identity.Rest}) || !slices.Equal(h.Countries, []string{"DE", "", identity.Rest}) {
		t.Errorf("%+v", h)
	}
}
