package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/cli"
)

// asVictim makes the test binary pull, queue, decide and send at full speed until it is
// killed.
const asVictim = "victim"

// Each so many runs begin with a form on many incidents, and as many, drainAt later,
// with sending all that the killed ones left.
const manyEvery, drainAt = 4, 2

// reprieve is the victim's time to undo.
const reprieve = 40 * time.Millisecond

// victim is a program that will be killed. It says on standard output what it did, one
// line each, after the call returned: what was printed must survive whatever follows.
//
//	ack SEQ TEXT          an action is queued
//	undone SEQ            and taken back
//	settled SEQ           and settled for theirs
//	plan BATCH IDS        a form on many incidents is about to be queued, in this order
//	part BATCH N          the first N of it are
//	drained               nothing waits to be sent any more
//	contest SOURCE ID     somebody else should change the severity of this one now
type victim struct {
	s    *session
	run  string
	nth  int // of the runs
	n    int // of its deeds
	rows []triage.Row
}

func runVictim(home, run string) error {
	m := &program{home: home}
	ctx := context.Background()
	s, err := m.openSession(ctx, cli.Options{Home: home}, reprieve)
	if err != nil {
		return err
	}
	if s.owner == nil {
		return fmt.Errorf("another process still owns %s", home)
	}
	s.start()
	fmt.Println("up")
	v := &victim{s: s, run: run}
	if n, err := strconv.Atoi(strings.TrimPrefix(run, "run")); err == nil {
		v.nth, v.n = n, 3*n // each begins with something else
	}
	if v.nth%manyEvery == drainAt {
		if err := v.drain(ctx); err != nil {
			return err
		}
	}
	for ; ; v.n++ {
		if err := v.act(ctx); err != nil {
			return err
		}
	}
}

func (v *victim) act(ctx context.Context) error {
	t := v.s.first()
	w, err := t.cache.Window(ctx, triage.Query{Limit: 120})
	if err != nil {
		return err
	}
	if v.rows = w.Rows; len(v.rows) == 0 {
		t.engine.Refresh()
		v.n-- // that was no deed
		return nil
	}
	if v.n%5 == 0 {
		t.engine.Refresh()
	}
	if err := v.settle(ctx); err != nil {
		return err
	}
	if v.nth%manyEvery == 0 && v.n == 3*v.nth+1 {
		return v.many(ctx)
	}
	switch v.n % 10 {
	case 1:
		return v.alone(ctx, v.row(false), outbox.Request{Verb: outbox.Tag, AddTags: []string{v.text()}})
	case 2:
		return v.takenBack(ctx)
	case 3:
		return v.task(ctx)
	case 4, 7, 9:
		return v.join(ctx)
	case 5, 6:
		return v.contested(ctx)
	}
	return v.alone(ctx, v.row(false), outbox.Request{Verb: outbox.Comment, Text: v.text()})
}

func (v *victim) text() string { return fmt.Sprintf("%s-%d", v.run, v.n) }

// row is one of the newest incidents; joined ones are used for merges and moves only.
func (v *victim) row(joined bool) (r triage.Row) {
	for i := range v.rows {
		r = v.rows[(v.n*7+i)%min(len(v.rows), 60)]
		if toJoin(r) == joined {
			break
		}
	}
	return r
}

func toJoin(r triage.Row) bool {
	n, _ := strconv.Atoi(r.Ref.ID)
	return r.Ref.Source == app.Defender && r.Twin == "" && n%2 == 0
}

// do queues a request and says so. What the cache refuses is no failure: the incident
// may be gone by now.
func (v *victim) do(ctx context.Context, id int64, r outbox.Request) (outbox.Action, error) {
	r.IncidentID = id
	a, err := v.s.first().outbox.Do(ctx, r)
	if kind := app.KindOf(err); kind == app.KindNotFound || kind == app.KindInvalid {
		return a, nil
	}
	if err == nil {
		fmt.Println("ack", a.Seq, v.text())
	}
	return a, err
}

func (v *victim) alone(ctx context.Context, r triage.Row, q outbox.Request) error {
	_, err := v.do(ctx, r.ID, q)
	return err
}

func (v *victim) takenBack(ctx context.Context) error {
	a, err := v.do(ctx, v.row(false).ID, outbox.Request{Verb: outbox.Comment, Text: v.text()})
	if err != nil || a.Seq == 0 {
		return err
	}
	if _, err := v.s.first().outbox.Undo(ctx, a.Seq); err == nil {
		fmt.Println("undone", a.Seq)
	}
	return nil
}

// task adds a task and completes it at once.
func (v *victim) task(ctx context.Context) error {
	at := slices.IndexFunc(v.rows, func(r triage.Row) bool { return r.Ref.Source == app.Sentinel && r.ID%3 == int64(v.n%3) })
	if at < 0 {
		return nil
	}
	id := v.rows[at].ID
	a, err := v.do(ctx, id, outbox.Request{Verb: outbox.AddTask, TaskTitle: v.text()})
	if err != nil || a.Seq == 0 {
		return err
	}
	_, err = v.do(ctx, id, outbox.Request{Verb: outbox.FinishTask, TaskID: a.ID, TaskTitle: v.text()})
	return err
}

// join merges two incidents, or moves an alert of one to the other.
func (v *victim) join(ctx context.Context) error {
	var of []triage.Row
	for _, r := range v.rows {
		if toJoin(r) && r.Queued == 0 {
			of = append(of, r)
		}
	}
	if len(of) < 2 {
		return nil
	}
	one, other := of[v.n%len(of)], of[(v.n+1)%len(of)]
	if v.n%10 == 4 {
		return v.alone(ctx, one, outbox.Request{Verb: outbox.Merge, With: []int64{other.ID}, Text: v.text()})
	}
	c, err := v.s.first().cache.Case(ctx, one.ID)
	if err != nil || len(c.Alerts) == 0 {
		return err
	}
	return v.alone(ctx, one, outbox.Request{Verb: outbox.MoveAlerts, Alerts: []string{c.Alerts[0].ID}, Into: other.ID, Text: v.text()})
}

// settle decides the conflicts that there are, for theirs and for mine in turn.
func (v *victim) settle(ctx context.Context) error {
	box := v.s.first().outbox
	open, err := box.List(ctx, 20, outbox.Conflict)
	if err != nil {
		return err
	}
	for _, a := range open {
		side := []outbox.Side{outbox.Theirs, outbox.Mine}[a.Seq%2]
		var all []outbox.Choice
		for _, d := range a.Drift {
			all = append(all, outbox.Choice{Field: d.Field, Keep: side})
		}
		if err := box.Settle(ctx, a.Seq, a.Version, all); err == nil && side == outbox.Theirs {
			fmt.Println("settled", a.Seq)
		}
	}
	return nil
}

// drain waits until nothing is left to send, and decides what others wait for.
func (v *victim) drain(ctx context.Context) error {
	box := v.s.first().outbox
	for {
		if err := v.settle(ctx); err != nil {
			return err
		}
		failed, err := box.List(ctx, 20, outbox.Failed)
		for _, a := range failed {
			if err := box.Discard(ctx, a.Seq); err == nil {
				fmt.Println("settled", a.Seq)
			}
		}
		if err != nil {
			return err
		}
		c, err := box.Counts(ctx)
		if err != nil {
			return err
		}
		if c.Waiting() == 0 {
			fmt.Println("drained")
			return nil
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// contested has somebody else change a field before the own change leaves.
func (v *victim) contested(ctx context.Context) error {
	at := slices.IndexFunc(v.rows, func(r triage.Row) bool { return r.Ref.Source == app.Sentinel && r.Queued == 0 })
	if at < 0 {
		return nil
	}
	r := v.rows[at]
	mine := app.Low
	if r.Severity == mine {
		mine = app.High
	}
	_, err := v.do(ctx, r.ID, outbox.Request{Verb: outbox.SetSeverity, Want: app.Fields{Severity: mine}})
	fmt.Println("contest", r.Ref.Source, r.Ref.ID)
	return err
}

// many comments on all rows by one form.
func (v *victim) many(ctx context.Context) error {
	var rs []outbox.Request
	var ids []string
	for i, r := range v.rows {
		rs = append(rs, outbox.Request{IncidentID: r.ID, Verb: outbox.Comment, Text: fmt.Sprintf("%s-%d", v.text(), i)})
		ids = append(ids, fmt.Sprint(r.ID))
	}
	fmt.Println("plan", v.text(), strings.Join(ids, ","))
	_, err := v.s.first().outbox.DoMany(ctx, rs, func(done, _ int) { fmt.Println("part", v.text(), done) })
	return err
}
