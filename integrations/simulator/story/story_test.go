package story

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
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

func TestIdentifiersLookLikeGUIDsAndDiffer(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for i := range 5000 {
		for _, salt := range []string{"incident", "alert 0"} {
			id := GUID(uint64(i), salt)
			if !form.MatchString(id) || seen[id] || id != GUID(uint64(i), salt) {
				t.Fatalf("%s", id)
			}
			seen[id] = true
		}
	}
}

func TestAMachineAnAddressAndAPersonAreTheSameInEveryAttack(t *testing.T) {
	w := NewWorld(4)
	seen := map[string]Thing{}
	again := 0
	for c := range uint64(3000) {
		for _, role := range []string{"host1", "server1", "ip1", "user1", "group1"} {
			x := w.cast(c).get(role)
			if old, known := seen[x.Key()]; known {
				again++
				if x.A != old.A || x.C != old.C || x.Kind != KindIP && x.B != old.B {
					t.Fatalf("%+v was %+v", x, old)
				}
			}
			seen[x.Key()] = x
		}
	}
	if again < 1000 {
		t.Errorf("only %d came again", again)
	}
}

func TestWhatWasWrittenFitsWhatHappened(t *testing.T) {
	w := NewWorld(1)
	for i, s := range w.Schedule(3000, noon) {
		l := s.Life
		notes := w.Notes(s.Plan, l)
		for k, n := range notes {
			if n.At.Before(s.Created) || n.At.After(noon) || n.Text == "" || n.Author.UPN == "" || strings.ContainsAny(n.Text, "{}") {
				t.Errorf("slot %d: note %+v", i, n)
			}
			if k > 0 && l.Reopened.IsZero() && n.At.Before(notes[k-1].At) {
				t.Errorf("slot %d: notes out of order", i)
			}
		}
		switch l.Status {
		case New:
			if l.Owner >= 0 || len(notes) > 0 || w.ClosingNote(s.Plan, l) != "" {
				t.Errorf("slot %d is new and was worked on: %+v", i, l)
			}
		case Closed:
			if l.Class == None || l.ClosedAt.Before(l.Acked) || l.Acked.Before(s.Created) {
				t.Errorf("slot %d: %+v", i, l)
			}
		case Active, Awaiting:
			if l.Owner < 0 || l.Class != None || !l.ClosedAt.IsZero() {
				t.Errorf("slot %d: %+v", i, l)
			}
		}
	}
}

func TestTheStoryHoldsForAnySizeAndSeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := NewWorld(rapid.Int64().Draw(t, "seed"))
		n := rapid.IntRange(1, 400).Draw(t, "size")
		slots := w.Schedule(n, noon)
		got := 0
		for i, s := range slots {
			if got++; s.Side == Both {
				got++
			}
			if m := s.Life.MergedInto; m >= i || m >= 0 && slots[m].Side == Sentinel {
				t.Fatalf("slot %d merged into %d", i, m)
			}
			if h := w.Head(s.Plan); h.Title == "" || h.Alerts < 1 || h.Alerts != len(w.Alerts(s.Plan, s.Created, s.Life.LastAlert)) {
				t.Fatalf("slot %d: %+v", i, h)
			}
		}
		if got != n {
			t.Fatalf("%d of %d incidents", got, n)
		}
	})
}

func TestTheTwelveAttacksAreTheOnesPromised(t *testing.T) {
	want := []string{
		"phishing to token theft to mailbox rules", "ransomware", "impossible travel", "password spray", "OAuth consent", "crypto mining",
		"exfiltration of labelled files", "on-premises to cloud pivot", "AWS key misuse", "web shell", "insider", "malicious update",
	}
	if got := Scenarios(); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestFreshIncidentsDifferAndAreNobodysYet(t *testing.T) {
	w := NewWorld(2)
	seeds := map[uint64]bool{}
	for i := range 200 {
		s := w.Fresh(i, noon)
		if seeds[s.Seed] || s.Life.Owner >= 0 || s.Life.Status != New || w.Title(s.Plan) == "" {
			t.Errorf("fresh %d: %+v", i, s)
		}
		seeds[s.Seed] = true
	}
}

func TestPeopleAreFoundByNameAndByObjectId(t *testing.T) {
	w := NewWorld(1)
	for _, p := range w.Analysts() {
		a, ok := w.Find(strings.ToUpper(p.UPN))
		b, ok2 := w.Find(p.ObjectID)
		if !ok || !ok2 || a != p || b != p {
			t.Errorf("%+v", p)
		}
	}
	if _, ok := w.Find("nobody@elsewhere.example"); ok {
		t.Error("somebody was invented")
	}
	if w.Me() != w.Analysts()[0] {
		t.Error("the person at the screen is not an analyst")
	}
}
