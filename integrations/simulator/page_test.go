package simulator

import (
	"fmt"
	"slices"
	"sort"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/integrations/simulator/odata"
)

// orders that a list can be asked for.
var orders = []odata.Order{
	{Property: odata.Property{ID: propCreated, Kind: odata.Time}, Desc: true},
	{Property: odata.Property{ID: propCreated, Kind: odata.Time}},
	{Property: odata.Property{ID: propModified, Kind: odata.Time}, Desc: true},
	{Property: odata.Property{ID: propModified, Kind: odata.Time}},
	{Property: odata.Property{ID: propNumber, Kind: odata.Int}, Desc: true},
	{Property: odata.Property{ID: propNumber, Kind: odata.Int}},
}

// Whatever happens to a tenant, its shelves hold exactly the incidents that exist, in
// order, and any page size walks through all of them once.
func TestShelvesStayOrderedWhateverHappens(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newHand()
		tn := newTenant(Options{Incidents: rapid.IntRange(1, 60).Draw(rt, "size"), Now: h.now}.withDefaults())
		s := &Server{o: Options{Now: h.now}, t: tn, ids: newIdentities(Options{Now: h.now}, tn.world), posture: newPosture(Options{Now: h.now})}
		rt.Repeat(map[string]func(*rapid.T){
			"tick":  func(*rapid.T) { s.Tick() },
			"later": func(rt *rapid.T) { h.move(time.Duration(rapid.IntRange(0, 5).Draw(rt, "s")) * time.Second) },
			"edit": func(rt *rapid.T) {
				i := rapid.IntRange(0, len(tn.recs)-1).Draw(rt, "which")
				if !tn.recs[i].deleted {
					tn.touch(int32(i), owner{name: "x"})
				}
			},
			"delete": func(rt *rapid.T) {
				i := rapid.IntRange(0, len(tn.recs)-1).Draw(rt, "which")
				if r := &tn.recs[i]; !r.deleted && !r.graph {
					s.DeleteIncident(tn.name(r))
				}
			},
			"": func(rt *rapid.T) {
				for _, sh := range []*shelf{&tn.sen, &tn.gra} {
					checkShelf(rt, tn, sh)
				}
			},
		})
	})
}

func checkShelf(t *rapid.T, tn *tenant, sh *shelf) {
	want := 0
	for i := range tn.recs {
		if r := &tn.recs[i]; !r.deleted && tn.sh(r) == sh {
			want++
		}
	}
	o := rapid.SampledFrom(orders).Draw(t, "order")
	key := func(i int32) int64 {
		return map[int]int64{propCreated: tn.recs[i].created, propModified: tn.recs[i].modified, propNumber: int64(tn.recs[i].number)}[o.Property.ID]
	}
	var all []int32
	q := query{order: o, top: rapid.IntRange(1, 9).Draw(t, "top")}
	for {
		rows, next, err := tn.list(sh, q)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rows...)
		if q.after = next; next == "" {
			break
		}
	}
	if len(all) != want {
		t.Fatalf("%d rows of %d", len(all), want)
	}
	sorted := slices.Clone(all)
	sort.Slice(sorted, func(a, b int) bool {
		ka, kb := key(sorted[a]), key(sorted[b])
		if ka == kb {
			ka, kb = int64(sorted[a]), int64(sorted[b])
		}
		return ka < kb != o.Desc && sorted[a] != sorted[b]
	})
	if !slices.Equal(all, sorted) || len(slices.Compact(slices.Sorted(slices.Values(all)))) != len(all) {
		t.Fatalf("order by %d desc %v: %v, want %v", o.Property.ID, o.Desc, all, sorted)
	}
}

func TestATokenIsGoodForItsQueryOnly(t *testing.T) {
	tok := token(123456789, 42, propCreated, true)
	if k, i, err := readToken(tok, propCreated, true); err != nil || k != 123456789 || i != 42 {
		t.Errorf("%d %d %v", k, i, err)
	}
	for why, bad := range map[string]func() error{
		"another property":  func() error { _, _, err := readToken(tok, propModified, true); return err },
		"another direction": func() error { _, _, err := readToken(tok, propCreated, false); return err },
		"cut":               func() error { _, _, err := readToken(tok[:4], propCreated, true); return err },
		"no token":          func() error { _, _, err := readToken("!", propCreated, true); return err },
	} {
		if bad() == nil {
			t.Errorf("%s was accepted", why)
		}
	}
}

func TestAMillionIncidentsWouldFit(t *testing.T) {
	// The bound of 4 GiB leaves 1.5 KB for each; the record and its places on the
	// shelves, in the index of names and among the numbers are counted here.
	const size = 3000
	perIncident := func(n int) uint64 {
		return allocated(func() any { return newTenant(Options{Incidents: n}.withDefaults()) }) / uint64(n)
	}
	if got := perIncident(size); got > 1500 {
		t.Errorf("%d bytes an incident", got)
	} else {
		t.Log(fmt.Sprint(got, " bytes an incident"))
	}
}
