package sentinel_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/integrations/sentinel"
	"watchfloor/integrations/simulator"
)

const newTask = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"

// openTask finds an open incident that has a task to complete.
func openTask(t *testing.T, c *sentinel.Client) (incident string, step app.Task) {
	t.Helper()
	ctx := context.Background()
	open, err := c.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range open {
		steps, err := c.Tasks(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if n := slices.IndexFunc(steps, func(k app.Task) bool { return !k.Done }); n >= 0 {
			return id, steps[n]
		}
	}
	t.Fatal("the tenant has no task to complete")
	return "", app.Task{}
}

func find(t *testing.T, c *sentinel.Client, incident, id string) (all []app.Task, one app.Task) {
	t.Helper()
	all, err := c.Tasks(context.Background(), incident)
	if err != nil {
		t.Fatal(err)
	}
	if n := slices.IndexFunc(all, func(k app.Task) bool { return k.ID == id }); n >= 0 {
		return all, all[n]
	}
	return all, app.Task{}
}

func TestATaskFromItsFirstToItsLastDay(t *testing.T) {
	sim, c := tenant(t, 200)
	ctx := context.Background()
	incident, _ := openTask(t, c)
	before, _ := find(t, c, incident, "")
	want := app.Task{ID: newTask, Title: "Call the user", Description: "ask about the travel"}
	var put app.Task
	for range 3 { // repeating has no further effect
		var err error
		if put, err = c.PutTask(ctx, incident, want); err != nil {
			t.Fatal(err)
		}
	}
	after, there := find(t, c, incident, newTask)
	if len(after) != len(before)+1 || there != put || there.ETag == "" || there.Title != want.Title || there.Description != want.Description || there.Done {
		t.Errorf("%d tasks after %d; %+v, answered %+v", len(after), len(before), there, put)
	}
	there.Done = true
	for range 3 {
		var err error
		if put, err = c.PutTask(ctx, incident, there); err != nil || !put.Done {
			t.Fatalf("%+v %v", put, err)
		}
	}
	if put.ETag == there.ETag {
		t.Error("completing left the version as it was")
	}
	there.Title, there.Done = "Call the manager", false // over the version before
	if _, err := c.PutTask(ctx, incident, there); app.KindOf(err) != app.KindConflict {
		t.Errorf("over a stale version: %v", err)
	}
	d, err := c.Details(ctx, incident)
	if err != nil || !slices.Contains(d.Tasks, put) {
		t.Errorf("the details tell %+v, %v", d.Tasks, err)
	}
	tasks := 0
	for _, w := range sim.Writes(simulator.SourceSentinel, incident) {
		if slices.Contains(w.Fields, "task") {
			tasks++
		}
	}
	if tasks != 2 {
		t.Errorf("the tenant saw %d changes of tasks, two were meant", tasks)
	}
}

// Every lost answer and refusal leaves one task behind, whatever is repeated.
func TestATaskUnderFaultsIsOneTask(t *testing.T) {
	sim, c := tenant(t, 200)
	ctx := context.Background()
	for n, f := range []simulator.Faults{
		{LoseReplyNext: 1},
		{TruncateNext: 1, WritesOnly: true},
		{ResetNext: 1, WritesOnly: true},
		{ErrorNext: 1, WritesOnly: true},
		{ThrottleNext: 1, RetryAfter: "2.5", WritesOnly: true},
	} {
		name := fmt.Sprintf("%+v", f)
		incident, step := openTask(t, c)
		before, _ := find(t, c, incident, "")
		add := app.Task{ID: fmt.Sprintf("0f1e2d3c-4b5a-4978-8695-%012d", n), Title: name}
		sim.SetFaults(f)
		if _, err := c.PutTask(ctx, incident, add); err == nil {
			t.Errorf("%s: the fault was not met", name)
		}
		sim.SetFaults(simulator.Faults{})
		if got, err := c.PutTask(ctx, incident, add); err != nil || got.Title != name {
			t.Errorf("%s: repeated: %+v %v", name, got, err)
		}
		step.Done = true
		sim.SetFaults(f)
		if _, err := c.PutTask(ctx, incident, step); err == nil {
			t.Errorf("%s: the fault was not met when completing", name)
		}
		sim.SetFaults(simulator.Faults{})
		if got, err := c.PutTask(ctx, incident, step); err != nil || !got.Done {
			t.Errorf("%s: completed again: %+v %v", name, got, err)
		}
		if after, _ := find(t, c, incident, ""); len(after) != len(before)+1 {
			t.Errorf("%s: %d tasks after %d", name, len(after), len(before))
		}
	}
}

func TestATaskOfADeletedIncidentDoesNotMakeItAgain(t *testing.T) {
	sim, c := tenant(t, 100)
	incident, step := openTask(t, c)
	sim.DeleteIncident(incident)
	step.Done = true
	for _, k := range []app.Task{step, {ID: newTask, Title: "x"}} {
		if _, err := c.PutTask(context.Background(), incident, k); app.KindOf(err) != app.KindNotFound {
			t.Errorf("%s: %v", k.Title, err)
		}
	}
	if _, there := sim.SentinelIncident(incident); there {
		t.Error("it is back")
	}
}

func TestAReaderOfTheWorkspaceKeepsNoTasks(t *testing.T) {
	sim, c := tenant(t, 100)
	incident, step := openTask(t, c)
	sim.SetRights(simulator.Rights{ARM: simulator.ARMReader})
	step.Done = true
	for _, k := range []app.Task{step, {ID: newTask, Title: "x"}} {
		_, err := c.PutTask(context.Background(), incident, k)
		if app.KindOf(err) != app.KindPermission || !strings.Contains(app.Say(err), "Microsoft Sentinel Responder") {
			t.Errorf("%s: %v", k.Title, err)
		}
	}
	if _, now := find(t, c, incident, step.ID); now.Done {
		t.Error("it was completed all the same")
	}
}
