package defender_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"watchfloor/app"
	"watchfloor/integrations/defender"
	"watchfloor/integrations/simulator"
)

// faults are what a write may meet; lost tells which of them leave its fate unknown.
var faults = []struct {
	simulator.Faults
	lost bool
}{
	{simulator.Faults{}, false},
	{simulator.Faults{LoseReplyNext: 1}, true},
	{simulator.Faults{TruncateNext: 1, WritesOnly: true}, true},
	{simulator.Faults{ResetNext: 1, WritesOnly: true}, true},
	{simulator.Faults{ErrorNext: 1, WritesOnly: true}, true},
	{simulator.Faults{ThrottleNext: 1, RetryAfter: "2.5", WritesOnly: true}, false},
}

// insist does what a careful caller does with a write that must not happen twice: it
// repeats it unless reading back shows that it was done.
func insist(t *testing.T, sim *simulator.Server, n int, write func() error, done func() bool) {
	t.Helper()
	f := faults[n]
	sim.SetFaults(f.Faults)
	err := write()
	sim.SetFaults(simulator.Faults{})
	if n == 0 && err != nil || n > 0 && err == nil {
		t.Fatalf("%+v: %v", f.Faults, err)
	}
	var e *app.Error
	if errors.As(err, &e) && e.MaybeApplied != f.lost {
		t.Errorf("%+v: it is said that it may have arrived: %v", f.Faults, e.MaybeApplied)
	}
	if err != nil && !done() {
		if err := write(); err != nil {
			t.Fatalf("%+v, repeated: %v", f.Faults, err)
		}
	}
}

func comments(t *testing.T, c *defender.Client, id, text string) int {
	t.Helper()
	all, err := c.Comments(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, k := range all {
		if k.Text == text {
			n++
		}
	}
	return n
}

// alertIDs are the alerts that an incident holds now.
func alertIDs(t *testing.T, c *defender.Client, id string) (out []string) {
	t.Helper()
	d, err := c.Details(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range d.Alerts {
		out = append(out, a.ID)
	}
	return out
}

func TestIncidentsAreMergedOnceWhateverHappens(t *testing.T) {
	sim, c := tenant(t, 1500)
	ctx := context.Background()
	for n := range faults {
		open, err := c.Open(ctx)
		if err != nil || len(open) < 3 {
			t.Fatalf("%d open, %v", len(open), err)
		}
		three, text := open[:3], fmt.Sprintf("merged under fault %d", n)
		var alerts []string
		for _, id := range three {
			alerts = append(alerts, alertIDs(t, c, id)...)
		}
		insist(t, sim, n, func() error { _, err := c.Merge(ctx, three, text); return err }, func() bool {
			return slices.ContainsFunc(three, func(id string) bool {
				p, err := c.Get(ctx, id)
				return err == nil && p.Incident.RedirectTo != ""
			})
		})
		var survivor string
		for _, id := range three {
			p, err := c.Get(ctx, id)
			switch {
			case err != nil:
				t.Fatal(err)
			case p.Incident.RedirectTo == "":
				survivor = id
			}
		}
		got := alertIDs(t, c, survivor)
		slices.Sort(alerts)
		slices.Sort(got)
		if !slices.Equal(got, alerts) || comments(t, c, survivor, text) != 1 {
			t.Errorf("fault %d: %d alerts of %d, %d comments", n, len(got), len(alerts), comments(t, c, survivor, text))
		}
		if left, err := c.Open(ctx); err != nil || len(left) != len(open)-2 {
			t.Errorf("fault %d: %d open after %d, %v", n, len(left), len(open), err)
		}
	}
}

func TestAMergeThatTheTenantRefuses(t *testing.T) {
	sim, c := tenant(t, 200)
	ctx := context.Background()
	open, err := c.Open(ctx)
	if err != nil || len(open) < 3 {
		t.Fatalf("%d open, %v", len(open), err)
	}
	survivor, err := c.Merge(ctx, open[:2], "")
	if err != nil || !slices.Contains(open[:2], survivor) {
		t.Fatalf("%q %v", survivor, err)
	}
	if _, err := c.Merge(ctx, open[:3], ""); app.KindOf(err) != app.KindInvalid {
		t.Errorf("of one that was merged before: %v", err)
	}
	if _, err := c.Merge(ctx, []string{open[2], "999999999"}, ""); app.KindOf(err) != app.KindInvalid {
		t.Errorf("with one that nobody knows: %v", err)
	}
	sim.SetFaults(simulator.Faults{DenyWrites: true})
	if _, err := c.Merge(ctx, []string{open[2], survivor}, ""); app.KindOf(err) != app.KindPermission {
		t.Errorf("without the permission: %v", err)
	}
}
