package wiring_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
	"watchfloor/integrations/simulator"
)

// clocks are the tenant's, which is right, and this computer's, which is not and may jump
// in the middle of a pull.
type clocks struct {
	mu     sync.Mutex
	right  time.Time
	off    time.Duration
	jump   time.Duration // after so many readings
	jumpIn int
}

func (c *clocks) there() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.right = c.right.Add(time.Millisecond) // no two changes at one moment
	return c.right
}

func (c *clocks) here() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.jumpIn--; c.jumpIn == 0 {
		c.off += c.jump
	}
	return c.right.Add(c.off)
}

func (c *clocks) set(pass, off, jump time.Duration, jumpIn int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.right, c.off, c.jump, c.jumpIn = c.right.Add(pass), off, jump, jumpIn
}

// However wrong this computer's clock is, up to 25 hours to either side, an hour more or
// less in the middle of a pull, or set back there by any time: what the tenant holds is
// here after each pull, once, and the next one begins at a time of the tenant's clock.
func TestGoal16AWrongClockMissesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(16, 25))
	c := &clocks{right: dawn}
	e := newEstate(t, simulator.Options{Incidents: 60, Seed: 5, Now: c.there, TokenLife: 10_000 * time.Hour}, c.here)
	hours := func(from, to int) time.Duration {
		return time.Duration(from)*time.Hour + time.Duration(dice.Int64N(int64(to-from)*int64(time.Hour)))
	}
	skews := dose(50, 500)
	for round := range skews {
		off, jump := hours(-25, 25), time.Duration(0)
		switch round % 4 {
		case 1:
			jump = time.Hour // summer time begins
		case 2:
			jump = -time.Hour
		case 3:
			jump = hours(-25, 0)
		}
		c.set(time.Duration(dice.IntN(1200))*time.Second, off, jump, 1+dice.IntN(40))
		for range dice.IntN(4) {
			e.sim.Tick()
		}
		e.anotherEdits(t, dice)
		e.pull(t)
		newest := e.same(t, fmt.Sprintf("round %d, %v off, then %v", round, off, jump))
		for _, src := range sources {
			cur, _, err := e.cache.Cursor(t.Context(), src)
			if err != nil || cur.Watermark.After(c.there()) && cur.Watermark.After(newest[src]) || cur.Watermark.Before(newest[src].Add(-time.Second)) {
				t.Fatalf("round %d: the watermark of %s is %v, its newest change %v, the tenant's clock %v, %v", round, src, cur.Watermark, newest[src], c.there(), err)
			}
		}
	}
	t.Logf("%d skews", skews)
}

// anotherEdits has another analyst change one incident of each source.
func (e *estate) anotherEdits(t testing.TB, dice *rand.Rand) {
	t.Helper()
	var refs []simulator.Ref
	for ref := range e.sim.All() {
		refs = append(refs, ref)
	}
	for range 2 {
		ref := refs[dice.IntN(len(refs))]
		e.sim.EditAs("bob@clinic.example", ref.Source, ref.ID, func(f *simulator.Fields) { f.Tags = append(f.Tags, fmt.Sprint("t", dice.IntN(1000))) })
	}
}

// same checks that the cache holds what the tenant does, each incident once, and returns
// when each source changed last.
func (e *estate) same(t testing.TB, when string) (newest map[app.SourceID]time.Time) {
	t.Helper()
	there := 0
	newest = map[app.SourceID]time.Time{}
	for ref := range e.sim.All() {
		there++
		in, known := e.sim.SentinelIncident(ref.ID)
		src := app.Sentinel
		if ref.Source == simulator.SourceDefender {
			in, known = e.sim.DefenderIncident(ref.ID)
			src = app.Defender
		}
		k, err := e.cache.Lookup(t.Context(), app.Ref{Source: src, ID: ref.ID})
		if err != nil || !known || !k.Incident.Modified.Equal(in.Modified.Truncate(time.Microsecond)) {
			t.Fatalf("%s: %s/%s of %v is here of %v, %v", when, ref.Source, ref.ID, in.Modified, k.Incident.Modified, err)
		}
		if in.Modified.After(newest[src]) {
			newest[src] = in.Modified
		}
	}
	f, problems := triage.Parse("status:any")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	n, err := e.cache.Count(t.Context(), triage.Query{Filter: f})
	if err != nil || n.Total > there || n.Total == 0 {
		t.Fatalf("%s: %d here, %d there, %v", when, n.Total, there, err)
	}
	return newest
}
