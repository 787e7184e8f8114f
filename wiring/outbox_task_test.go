package wiring_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

func addTask(id int64, title string) outbox.Request {
	return outbox.Request{IncidentID: id, Verb: outbox.AddTask, TaskTitle: title, Text: "as the playbook says"}
}

func finish(id int64, task app.Task) outbox.Request {
	return outbox.Request{IncidentID: id, Verb: outbox.FinishTask, TaskID: task.ID, TaskTitle: task.Title}
}

// tasks are those shown on the incident's page, as "title" with "x" when completed and
// "…" while pending.
func tasks(f *floor, id int64) string {
	var out []string
	for _, k := range f.page(id).Tasks {
		line := k.Title
		if k.Done {
			line += " x"
		}
		if k.Pending {
			line += " …"
		}
		out = append(out, line)
	}
	return strings.Join(out, ", ")
}

func TestATaskIsShownAtOnceAndBecomesTheServices(t *testing.T) {
	t.Parallel()
	f, s, remote, id := one(t, app.Sentinel, fresh())
	f.online = false
	a := f.do(addTask(id, "call the ward"))
	done := f.do(finish(id, app.Task{ID: a.ID, Title: a.TaskTitle}))
	if got := tasks(f, id); got != "call the ward x …" {
		t.Errorf("at once: %s", got)
	}
	if _, err := f.box.Do(context.Background(), finish(id, app.Task{ID: a.ID})); app.KindOf(err) != app.KindInvalid {
		t.Errorf("completed twice: %v", err)
	}
	if _, err := f.box.Do(context.Background(), finish(id, app.Task{ID: "never"})); app.KindOf(err) != app.KindNotFound {
		t.Errorf("a task that is not there: %v", err)
	}
	s.edit(remote, "bob", func(f *app.Fields) { f.Severity = app.Low })
	f.pull() // reads the details, which do not have it
	if got := tasks(f, id); got != "call the ward x …" {
		t.Errorf("after a pull: %s", got)
	}
	if err := f.box.Discard(context.Background(), done.Seq); err != nil {
		t.Fatal(err)
	}
	if got := tasks(f, id); got != "call the ward …" {
		t.Errorf("not completed after all: %s", got)
	}
	f.online = true
	f.settle()
	if got := f.action(a.Seq); got.State != outbox.Done || len(s.rows[remote].tasks) != 1 || s.rows[remote].tasks[0].ID != a.ID {
		t.Fatalf("%s %q, %+v", got.State, got.Reason, s.rows[remote].tasks)
	}
	f.pull()
	if got := tasks(f, id); got != "call the ward" || f.page(id).Tasks[0].ETag == "" {
		t.Errorf("in the end: %s", got)
	}
	dropped := f.do(addTask(id, "never mind"))
	if n, err := f.box.Undo(context.Background(), dropped.Seq); n != 1 || err != nil || tasks(f, id) != "call the ward" {
		t.Errorf("undone: %d, %v, %s", n, err, tasks(f, id))
	}
}

// What others did to a task that shall be completed.
func TestATaskToCompleteIsReadFirst(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		others func(s *service, id, task string)
		state  outbox.State
		says   string
		shown  string
		writes int
	}{
		"nothing":        {func(*service, string, string) {}, outbox.Done, "", "call x", 1},
		"done elsewhere": {func(s *service, id, k string) { s.task(id, k, func(t *app.Task) { t.Done = true }) }, outbox.Done, "already", "call x", 0},
		"other words":    {func(s *service, id, k string) { s.task(id, k, func(t *app.Task) { t.Title = "call them" }) }, outbox.Done, "", "call them x", 1},
		"deleted":        {func(s *service, id, k string) { s.task(id, k, nil) }, outbox.Discarded, "task no longer exists", "", 0},
		"incident gone":  {func(s *service, id, _ string) { s.remove(id) }, outbox.Discarded, "incident no longer exists", "call", 0},
	} {
		f, s, remote, id := one(t, app.Sentinel, fresh())
		f.do(addTask(id, "call"))
		f.settle()
		f.pull()
		task := f.page(id).Tasks[0]
		s.writes = nil
		a := f.do(finish(id, task))
		c.others(s, remote, task.ID)
		f.settle()
		f.pull()
		a = f.action(a.Seq)
		if a.State != c.state || !strings.Contains(a.Reason, c.says) || len(s.writes) != c.writes || tasks(f, id) != c.shown {
			t.Errorf("%s: %s %q, shown %q, writes %v", name, a.State, a.Reason, tasks(f, id), s.writes)
		}
	}
}

// A completion whose answer was lost and that somebody undid is asked, not repeated.
func TestATaskThatSomebodyOpenedAgainIsAsked(t *testing.T) {
	t.Parallel()
	for _, what := range []trouble{lost, busy, crashed} {
		f, s, remote, id := one(t, app.Sentinel, fresh())
		f.do(addTask(id, "call"))
		f.settle()
		f.pull()
		task := f.page(id).Tasks[0]
		a := f.do(finish(id, task))
		once(s, "task", what)
		f.flush()
		if f.dead.Load() {
			f.start()
		}
		s.task(remote, task.ID, func(t *app.Task) { t.Done = false })
		s.writes = nil
		f.settle()
		if a = f.action(a.Seq); a.State != outbox.Conflict || len(s.writes) > 0 {
			t.Fatalf("after %v: %s %q, %v", what, a.State, a.Reason, s.writes)
		}
		if err := f.box.Settle(context.Background(), a.Seq, a.Version, []outbox.Choice{{Field: app.FieldTask, Keep: outbox.Mine}}); err != nil {
			t.Fatal(err)
		}
		f.settle()
		if a = f.action(a.Seq); a.State != outbox.Done || !s.rows[remote].tasks[0].Done {
			t.Errorf("kept mine: %s %q", a.State, a.Reason)
		}
	}
}

func TestALostTaskIsThereOnce(t *testing.T) {
	t.Parallel()
	for _, what := range []trouble{lost, busy, throttled, offline, crashed} {
		for _, op := range []string{"task", "tasks"} {
			f, s, remote, id := one(t, app.Sentinel, fresh())
			once(s, op, what)
			a := f.do(addTask(id, fmt.Sprint("call after ", op)))
			f.flush()
			if f.dead.Load() {
				f.start()
			}
			f.settle()
			if a = f.action(a.Seq); a.State != outbox.Done || len(s.rows[remote].tasks) != 1 || len(s.writes) != 1 {
				t.Errorf("%s %v: %s %q, writes %v", op, what, a.State, a.Reason, s.writes)
			}
		}
	}
}
