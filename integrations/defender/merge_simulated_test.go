package defender_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
	_, c := tenant(t, 200)
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
}

// Merging and moving take a permission of their own: without it the rest still works.
func TestWithoutThePermissionToMerge(t *testing.T) {
	sim, c := tenant(t, 200)
	sim.SetRights(simulator.Rights{GraphWithout: []string{simulator.DataManage}})
	ctx := context.Background()
	open, err := c.Open(ctx)
	if err != nil || len(open) < 2 {
		t.Fatalf("%d open, %v", len(open), err)
	}
	for _, err := range []error{second(c.Merge(ctx, open[:2], "")), second(c.MoveAlerts(ctx, alertIDs(t, c, open[0]), open[1], ""))} {
		if app.KindOf(err) != app.KindPermission || !strings.Contains(app.Say(err), simulator.DataManage) {
			t.Errorf("%v: %s", app.KindOf(err), app.Say(err))
		}
	}
	if err := c.AddComment(ctx, open[0], app.Comment{Text: "x"}); err != nil {
		t.Errorf("a comment: %v", err)
	}
}

func TestAlertsAreMovedOnceWhateverHappens(t *testing.T) {
	sim, c := tenant(t, 1500)
	ctx := context.Background()
	for n := range faults {
		open, err := c.Open(ctx)
		if err != nil || len(open) < 2 {
			t.Fatalf("%d open, %v", len(open), err)
		}
		from, to := open[2*n], open[2*n+1]
		alerts, there, text := alertIDs(t, c, from), alertIDs(t, c, to), fmt.Sprintf("moved under fault %d", n)
		moved := func() bool { return contains(alertIDs(t, c, to), alerts) }
		insist(t, sim, n, func() error { _, err := c.MoveAlerts(ctx, alerts, to, text); return err }, moved)
		if got := alertIDs(t, c, to); !moved() || len(got) != len(there)+len(alerts) || len(alertIDs(t, c, from)) != 0 {
			t.Errorf("fault %d: %d alerts after %d and %d, %d left behind", n, len(got), len(there), len(alerts), len(alertIDs(t, c, from)))
		}
	}
}

func contains(all, some []string) bool {
	return !slices.ContainsFunc(some, func(id string) bool { return !slices.Contains(all, id) })
}

func TestAlertsGoIntoANewIncident(t *testing.T) {
	_, c := tenant(t, 300)
	ctx := context.Background()
	open, err := c.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	from := open[0]
	alerts := alertIDs(t, c, from)
	into, err := c.MoveAlerts(ctx, alerts[:1], "", "a case of its own")
	if err != nil || slices.Contains(open, into) {
		t.Fatalf("into %q, %v", into, err)
	}
	if got := alertIDs(t, c, into); !slices.Equal(got, alerts[:1]) || slices.Contains(alertIDs(t, c, from), alerts[0]) {
		t.Errorf("the new incident holds %v", got)
	}
	if left, err := c.Open(ctx); err != nil || !slices.Contains(left, into) {
		t.Errorf("the new incident is not open: %v", err)
	}
}

func TestAMoveThatTheTenantRefuses(t *testing.T) {
	_, c := tenant(t, 300)
	ctx := context.Background()
	open, err := c.Open(ctx)
	if err != nil || len(open) < 3 {
		t.Fatalf("%d open, %v", len(open), err)
	}
	alerts := alertIDs(t, c, open[2])
	survivor, err := c.Merge(ctx, open[:2], "")
	if err != nil {
		t.Fatal(err)
	}
	merged := open[0]
	if merged == survivor {
		merged = open[1]
	}
	for name, err := range map[string]error{
		"into one that was merged":   second(c.MoveAlerts(ctx, alerts, merged, "")),
		"into one that nobody knows": second(c.MoveAlerts(ctx, alerts, "999999999", "")),
		"of one that nobody knows":   second(c.MoveAlerts(ctx, []string{"da638000000000000000_1"}, survivor, "")),
	} {
		if app.KindOf(err) != app.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !contains(alertIDs(t, c, open[2]), alerts) {
		t.Error("the alerts are gone all the same")
	}
}

func second(_ string, err error) error { return err }
