package simulator

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// However requests come, no stretch of time lets more through than it holds, and a
// request that comes when it was told to is let through.
func TestAWindowNeverLetsMoreThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		per := time.Duration(rapid.IntRange(1, 90).Draw(t, "seconds")) * time.Second
		var x window
		x.set(Rate{PerSecond: float64(n) / per.Seconds(), Burst: n})
		at := newHand().now()
		begun, used, allowed := time.Time{}, 0, 0
		for _, ms := range rapid.SliceOfN(rapid.IntRange(0, 20_000), 1, 120).Draw(t, "gaps") {
			at = at.Add(time.Duration(ms) * time.Millisecond)
			ok, left, resets := x.take(at)
			if begun.IsZero() || at.Sub(begun) >= x.per {
				begun, used = at, 0
			}
			if ok {
				used++
				allowed++
			}
			if used > n || ok && left != n-used || !ok && used != n || resets <= 0 && used > 0 && at.Sub(begun) < x.per || resets > x.per {
				t.Fatalf("after %d of %d: let through %v, left %d, resets in %s", used, n, ok, left, resets)
			}
			if !ok {
				at = at.Add(resets)
				begun, used = at, 1
				if ok, _, _ := x.take(at); !ok {
					t.Fatal("refused at the time that was told")
				}
				allowed++
			}
		}
		if r := x.report(); r.Allowed != allowed || r.Could < r.Allowed {
			t.Fatalf("the report is %+v, %d were let through", r, allowed)
		}
	})
}

// Whatever the size, every watched subscription has its share of assessments, each with
// an id of its own.
func TestAnyNumberOfSubscriptionsSharesTheAssessments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Posture{Subscriptions: rapid.IntRange(1, 12).Draw(t, "subscriptions"), Assessments: rapid.IntRange(12, 900).Draw(t, "assessments")}
		c := newPosture(Options{Seed: rapid.Int64Range(1, 99).Draw(t, "seed"), Now: newHand().now, Posture: p})
		sum := int32(0)
		for _, e := range c.subs {
			if got := e.to - e.from; e.off != (got == 0) {
				t.Fatalf("%s has %d, off %v", e.name, got, e.off)
			}
			sum += e.to - e.from
		}
		if watched := len(c.subs) - map[bool]int{true: 1}[p.Subscriptions >= 3]; int(sum) != p.Assessments || watched < 1 {
			t.Fatalf("%d assessments of %d over %d subscriptions", sum, p.Assessments, watched)
		}
		order, seen := c.byID(), map[string]bool{}
		for k, i := range order {
			if seen[c.lows[i]] || k > 0 && c.lows[order[k-1]] > c.lows[i] {
				t.Fatalf("%s comes twice or out of order", c.ids[i])
			}
			seen[c.lows[i]] = true
		}
	})
}
