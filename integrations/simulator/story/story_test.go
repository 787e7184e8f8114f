package story

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestTheSameSeedAndClockTellTheSameStory(t *testing.T) {
	a, b := NewWorld(7), NewWorld(7)
	x, y := a.Schedule(500, noon), b.Schedule(500, noon)
	if len(x) != len(y) {
		t.Fatalf("%d and %d slots", len(x), len(y))
	}
	for i := range x {
		if x[i].Plan != y[i].Plan || x[i].Life != y[i].Life || fmt.Sprint(a.Alerts(x[i].Plan, x[i].Created, x[i].Life.LastAlert)) != fmt.Sprint(b.Alerts(y[i].Plan, y[i].Created, y[i].Life.LastAlert)) {
			t.Fatalf("slot %d differs", i)
		}
	}
	if other := NewWorld(8).Schedule(500, noon); other[0].Seed == x[0].Seed {
		t.Error("another seed tells the same story")
	}
}

func TestEveryPlaceInEveryTextIsFilledAndNoNameIsReal(t *testing.T) {
	w := NewWorld(1)
	check := func(p Plan) {
		t.Helper()
		h := w.Head(p)
		all := h.Title + h.Description + w.Query(p)
		for _, a := range w.Alerts(p, noon, noon.Add(time.Hour)) {
			all += a.Title + a.Description
			if len(a.Things) == 0 || len(a.Techniques) == 0 || a.First.After(a.Last) || a.Last.After(a.Created) {
				t.Errorf("%q: an alert without things, techniques or sense of time: %+v", h.Title, a)
			}
			for _, x := range a.Things {
				if x.Name == "" {
					t.Errorf("%q: a thing of kind %d has no name", h.Title, x.Kind)
				}
				if at := strings.IndexByte(x.Name, '@'); at >= 0 && !strings.HasSuffix(x.Name, ".example") {
					t.Errorf("%q is outside of the reserved domains", x.Name)
				}
			}
		}
		if p.Sort != SortHostile && strings.ContainsAny(all, "{}") {
			t.Errorf("unfilled place in %q", all)
		}
		if h.Rule == "" || len(h.Tactics) == 0 || h.Score < 1 || h.Score > 100 {
			t.Errorf("%q: rule %q, tactics %v, score %d", h.Title, h.Rule, h.Tactics, h.Score)
		}
	}
	for k, s := range scenarios {
		for i := range s.stages {
			check(Plan{Seed: uint64(k*10 + i), Campaign: uint64(k), Template: uint16(k), Stage: uint8(i)})
		}
	}
	for k := range noise {
		check(Plan{Seed: uint64(k), Campaign: uint64(k), Template: uint16(k), Sort: SortNoise})
	}
	for k := range hostile {
		check(Plan{Seed: uint64(k), Template: uint16(k), Sort: SortHostile})
	}
}

func TestAnAttackUnfoldsOverDaysAcrossProductsAndSharesItsPeople(t *testing.T) {
	if len(scenarios) < 12 {
		t.Fatalf("only %d scenarios", len(scenarios))
	}
	w := NewWorld(3)
	for k, s := range scenarios {
		products := map[Product]bool{}
		seen := map[string]int{}
		for i, st := range s.stages {
			for _, a := range w.Alerts(Plan{Seed: uint64(i), Campaign: 99, Template: uint16(k), Stage: uint8(i)}, noon, noon) {
				products[a.Product] = true
				for _, x := range a.Things {
					seen[x.Key()] |= 1 << i
				}
			}
			if i > 0 && st.after <= s.stages[i-1].after {
				t.Errorf("%s: stage %d comes before the one it follows", s.name, i)
			}
		}
		shared := 0
		for _, stages := range seen {
			if stages&(stages-1) != 0 {
				shared++
			}
		}
		if len(s.stages) < 3 || len(products) < 2 || shared == 0 {
			t.Errorf("%s: %d stages, %d products, %d shared entities", s.name, len(s.stages), len(products), shared)
		}
	}
}

func TestTheTenantHasTheShapeOfARealQueue(t *testing.T) {
	slots := NewWorld(1).Schedule(1000, noon)
	incidents, open, twins, merged, reopened, hostileTitles := 0, 0, 0, 0, 0, 0
	owners, names := map[int]bool{}, map[uint16]bool{}
	var lastWeek int
	for i, s := range slots {
		n := 1
		if s.Side == Both {
			n = 2
			twins++
		}
		incidents += n
		if s.Life.Status != Closed && s.Life.Status != Redirected {
			open += n
		}
		if s.Life.MergedInto >= 0 {
			merged++
			if s.Life.MergedInto >= i || s.Life.Status != Redirected {
				t.Errorf("slot %d was merged into %d with status %d", i, s.Life.MergedInto, s.Life.Status)
			}
		}
		if !s.Life.Reopened.IsZero() {
			reopened++
		}
		if s.Sort == SortHostile {
			hostileTitles++
		}
		if s.Sort == SortScenario {
			names[s.Template] = true
		}
		owners[s.Life.Owner] = true
		if noon.Sub(s.Created) < 7*day {
			lastWeek += n
		}
		if i > 0 && s.Created.Before(slots[i-1].Created) || s.Created.After(noon) || noon.Sub(s.Created) > Span+3*day {
			t.Errorf("slot %d was created at %s", i, s.Created)
		}
		for _, at := range []time.Time{s.Life.Acked, s.Life.ClosedAt, s.Life.Reopened, s.Life.CommentedAt, s.Life.LastAlert} {
			if at.After(noon) {
				t.Errorf("slot %d knows the future: %+v", i, s.Life)
			}
		}
	}
	if incidents != 1000 {
		t.Errorf("%d incidents", incidents)
	}
	if open < 60 || open > 110 {
		t.Errorf("%d of 1000 are open, want about 80", open)
	}
	if len(names) != len(scenarios) || hostileTitles < len(hostile) || len(owners) < 6 {
		t.Errorf("%d scenarios, %d hostile titles, %d owners", len(names), hostileTitles, len(owners))
	}
	if twins < 50 || merged < 3 || reopened < 10 || lastWeek < 60 || lastWeek > 250 {
		t.Errorf("%d twins, %d merged, %d reopened, %d in the last week", twins, merged, reopened, lastWeek)
	}
}

func TestSmallTenantsHoldExactlyWhatWasAskedFor(t *testing.T) {
	for _, n := range []int{1, 2, 3, 10, 37, 150} {
		got := 0
		for _, s := range NewWorld(5).Schedule(n, noon) {
			if got++; s.Side == Both {
				got++
			}
		}
		if got != n {
			t.Errorf("asked for %d, got %d", n, got)
		}
	}
}
