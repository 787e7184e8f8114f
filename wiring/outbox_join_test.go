package wiring_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// several is a floor with incidents of Defender, two alerts each, pulled.
func several(t testing.TB, n int) (f *floor, s *service, remotes []string, ids []int64) {
	s = newService(app.Defender)
	for range n {
		remotes = append(remotes, s.withAlerts())
	}
	f = newFloor(t, s)
	f.pull()
	for _, r := range remotes {
		ids = append(ids, f.id(s, r))
	}
	return f, s, remotes, ids
}

func (s *service) withAlerts() string {
	id := s.add(fresh())
	s.rows[id].alerts = []string{id + "a", id + "b"}
	return id
}

func merge(ids ...int64) outbox.Request {
	return outbox.Request{IncidentID: ids[0], Verb: outbox.Merge, With: ids[1:], Text: "one attack"}
}

func move(from, into int64, alerts ...string) outbox.Request {
	return outbox.Request{IncidentID: from, Verb: outbox.MoveAlerts, Into: into, Alerts: alerts}
}

func TestAMergeMarksAllItsIncidentsAndBringsThemBackAsTheyAre(t *testing.T) {
	t.Parallel()
	f, s, remotes, ids := several(t, 3)
	f.online = false
	a := f.do(merge(ids[1], ids[0], ids[2]))
	for i, id := range ids {
		if c := f.page(id); c.Row.Queued != 1 || c.Incident.Status != app.StatusNew {
			t.Errorf("incident %d before: %d queued, %v", i, c.Row.Queued, c.Incident.Status)
		}
	}
	f.online = true
	f.settle()
	if a = f.action(a.Seq); a.State != outbox.Done || a.Result != remotes[0] || len(s.writes) != 1 {
		t.Fatalf("%s %q into %q, writes %v", a.State, a.Reason, a.Result, s.writes)
	}
	for i, id := range ids {
		c := f.page(id)
		if c.Row.Queued != 0 || c.Row.Conflict || i > 0 != (c.Incident.Status == app.StatusRedirected) {
			t.Errorf("incident %d after: %d queued, %v", i, c.Row.Queued, c.Incident.Status)
		}
	}
	if c := f.page(ids[0]); len(c.Alerts) != 6 || len(c.Merged) != 2 {
		t.Errorf("the survivor has %d alerts of %d merged", len(c.Alerts), len(c.Merged))
	}
}

// What others did to incidents that shall be merged, or between which alerts shall
// move, and what becomes of the action.
func TestIncidentsToJoinAreReadFirst(t *testing.T) {
	t.Parallel()
	shut := func(f *app.Fields) { f.Status, f.Classification = app.StatusClosed, app.FalsePositive }
	type story struct {
		others func(s *service)
		state  outbox.State
		says   string
		field  app.Field // of the conflict
		writes int
	}
	nothing := func(*service) {}
	merges := map[string]story{
		"nothing":               {nothing, outbox.Done, "", "", 1},
		"the same":              {func(s *service) { s.merge("1", "2", "3") }, outbox.Done, "already", "", 0},
		"in steps":              {func(s *service) { s.merge("2", "3"); s.merge("1", "2") }, outbox.Done, "already", "", 0},
		"only some":             {func(s *service) { s.merge("1", "2") }, outbox.Conflict, "merged into 1", app.FieldRedirect, 0},
		"one elsewhere":         {func(s *service) { s.merge("3", "4") }, outbox.Done, "", "", 1},
		"one into another":      {func(s *service) { s.merge("3", "0") }, outbox.Conflict, "merged into 0", app.FieldRedirect, 0},
		"all into another":      {func(s *service) { s.merge("0", "1", "2", "3") }, outbox.Done, "already", "", 0},
		"one closed":            {func(s *service) { s.edit("2", "bob", shut) }, outbox.Conflict, "closed", app.FieldStatus, 0},
		"one deleted":           {func(s *service) { s.remove("3") }, outbox.Discarded, "incident 3 no longer exists", "", 0},
		"the first one deleted": {func(s *service) { s.remove("1") }, outbox.Discarded, "no longer exists", "", 0},
		"something else":        {func(s *service) { s.edit("2", "bob", func(f *app.Fields) { f.Severity = app.Low }) }, outbox.Done, "", "", 1},
	}
	moves := map[string]story{
		"nothing":            {nothing, outbox.Done, "", "", 1},
		"the same":           {func(s *service) { s.shift([]string{"1a", "1b"}, "2", "bob") }, outbox.Done, "already", "", 0},
		"some of it":         {func(s *service) { s.shift([]string{"1a"}, "2", "bob") }, outbox.Done, "", "", 1},
		"moved elsewhere":    {func(s *service) { s.shift([]string{"1a"}, "3", "bob") }, outbox.Conflict, "moved elsewhere", app.FieldRedirect, 0},
		"merged both":        {func(s *service) { s.merge("1", "2") }, outbox.Conflict, "merged into 1", app.FieldRedirect, 0},
		"the target merged":  {func(s *service) { s.merge("0", "2") }, outbox.Conflict, "merged into 0", app.FieldRedirect, 0},
		"the target closed":  {func(s *service) { s.edit("2", "bob", shut) }, outbox.Conflict, "closed", app.FieldStatus, 0},
		"the target deleted": {func(s *service) { s.remove("2") }, outbox.Discarded, "incident 2 no longer exists", "", 0},
		"the source deleted": {func(s *service) { s.remove("1") }, outbox.Discarded, "no longer exists", "", 0},
	}
	for verb, stories := range map[outbox.Verb]map[string]story{outbox.Merge: merges, outbox.MoveAlerts: moves} {
		for name, c := range stories {
			t.Run(string(verb)+"/"+name, func(t *testing.T) {
				f, s, _, ids := several(t, 4)
				s.rows["0"] = &record{in: app.Incident{Ref: app.Ref{Source: s.id, ID: "0"}, Number: "0", Fields: fresh(), Created: dawn}, foreign: map[app.Field]time.Time{}}
				a := f.do(merge(ids[0], ids[1], ids[2]))
				if verb == outbox.MoveAlerts {
					if err := f.box.Discard(context.Background(), a.Seq); err != nil {
						t.Fatal(err)
					}
					a = f.do(move(ids[0], ids[1], "1a", "1b"))
				}
				c.others(s)
				f.settle()
				a = f.action(a.Seq)
				if a.State != c.state || !strings.Contains(a.Reason, c.says) || len(s.writes) != c.writes {
					t.Fatalf("%s %q, writes %v", a.State, a.Reason, s.writes)
				}
				if c.field != "" && (len(a.Drift) == 0 || a.Drift[0].Field != c.field) {
					t.Errorf("drift %+v", a.Drift)
				}
				if c.field == "" {
					return
				}
				err := f.box.KeepMine(context.Background(), a.Seq)
				if c.field == app.FieldRedirect {
					if app.KindOf(err) != app.KindInvalid {
						t.Errorf("forced: %v", err)
					}
					return
				}
				f.settle()
				if a = f.action(a.Seq); err != nil || a.State != outbox.Done {
					t.Errorf("a closed one is joined on demand: %v, %s %q", err, a.State, a.Reason)
				}
			})
		}
	}
}

// Whatever happens to the call, the incidents are joined once.
func TestALostMergeOrMoveIsConfirmedNotRepeated(t *testing.T) {
	t.Parallel()
	for op, request := range map[string]func(ids []int64) outbox.Request{
		"merge": func(ids []int64) outbox.Request { return merge(ids...) },
		"move":  func(ids []int64) outbox.Request { return move(ids[0], ids[1], "1a") },
	} {
		for _, what := range []trouble{lost, busy, offline, throttled, crashed, broken} {
			f, s, _, ids := several(t, 3)
			once(s, op, what)
			a := f.do(request(ids))
			f.flush()
			if f.dead.Load() {
				f.start()
			}
			f.settle()
			a = f.action(a.Seq)
			if a.State != outbox.Done || len(s.writes) != 1 {
				t.Errorf("%s after %v: %s %q, writes %v", op, what, a.State, a.Reason, s.writes)
			}
			if a.Result == "" || len(f.page(f.id(s, a.Result)).Alerts) < 3 {
				t.Errorf("%s after %v: it ended in %q", op, what, a.Result)
			}
		}
	}
}

// A new incident for moved alerts is made once, though its number is lost.
func TestAlertsMoveToOneNewIncident(t *testing.T) {
	t.Parallel()
	for _, what := range []trouble{fine, lost, crashed, busy} {
		f, s, _, ids := several(t, 2)
		once(s, "move", what)
		a := f.do(move(ids[0], 0, "1a"))
		f.flush()
		if f.dead.Load() {
			f.start()
		}
		f.settle()
		if a = f.action(a.Seq); a.State != outbox.Done || len(s.rows) != 3 || !slices.Equal(s.rows["3"].alerts, []string{"1a"}) {
			t.Errorf("after %v: %s %q, %d incidents", what, a.State, a.Reason, len(s.rows))
		}
		if what == fine && a.Result != "3" {
			t.Errorf("it ended in %q", a.Result)
		}
	}
	f, s, _, ids := several(t, 2)
	a := f.do(move(ids[0], 0, "1a"))
	s.shift([]string{"1a"}, "2", "bob")
	f.settle()
	if a = f.action(a.Seq); a.State != outbox.Conflict || len(s.writes) > 0 {
		t.Errorf("moved by somebody else: %s %v", a.State, s.writes)
	}
}

func TestWhatCannotBeJoinedIsRefusedInWords(t *testing.T) {
	t.Parallel()
	f, s, _, ids := several(t, 4)
	other := newService(app.Sentinel)
	f.remotes = append(f.remotes, other)
	foreign := other.add(fresh())
	f.start()
	f.pull()
	s.merge("1", "4")
	s.remove("3")
	f.pull()
	sentinel := f.id(other, foreign)
	for name, c := range map[string]struct {
		r    outbox.Request
		says string
	}{
		"one alone":         {merge(ids[0], ids[0]), "at least two"},
		"another product":   {merge(ids[0], sentinel), "one product"},
		"merged already":    {merge(ids[0], ids[3]), "already merged"},
		"from a merged one": {merge(ids[3], ids[0]), "merged into another"},
		"deleted":           {merge(ids[0], ids[2]), "deleted"},
		"at Sentinel":       {merge(sentinel, ids[0]), "Sentinel cannot merge"},
		"alerts there":      {move(sentinel, 0, "x"), "Sentinel cannot move"},
		"no alerts":         {move(ids[0], 0), "Choose the alerts"},
		"the same incident": {move(ids[0], ids[0], "1a"), "already"},
		"a task here":       {outbox.Request{IncidentID: ids[0], Verb: outbox.AddTask, TaskTitle: "call"}, "Defender XDR cannot keep tasks"},
	} {
		if _, err := f.box.Do(context.Background(), c.r); err == nil || !strings.Contains(app.Say(err), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(f.actions()); n != 0 {
		t.Errorf("%d queued", n)
	}
}

// An action on several incidents keeps its place on each: it waits for what came before
// on any of them, and what comes after on any of them waits for it.
func TestOrderIsKeptOnEveryIncidentOfAMerge(t *testing.T) {
	t.Parallel()
	f, s, _, ids := several(t, 4)
	f.online = false
	first := f.do(comment(ids[1], "before"))
	joined := f.do(merge(ids[0], ids[1]))
	after0, after1 := f.do(comment(ids[0], "after")), f.do(comment(ids[1], "after"))
	beside := f.do(comment(ids[2], "beside"))
	f.online = true
	s.upsets = func(op string, _ bool) trouble {
		if op == "comment" && len(s.writes) == 0 && s.rows["2"].comments == nil {
			return throttled
		}
		return fine
	}
	f.flush() // the first is not taken
	for _, a := range []outbox.Action{first, joined, after0, after1} {
		if got := f.action(a.Seq); got.State != outbox.Queued {
			t.Fatalf("%s is %s before its turn", got.Describe(), got.State)
		}
	}
	s.upsets = nil
	f.settle()
	if f.action(joined.Seq).State != outbox.Done || f.action(beside.Seq).State != outbox.Done {
		t.Errorf("merge %s, beside %s", f.action(joined.Seq).State, f.action(beside.Seq).State)
	}
	at := func(a outbox.Action) int {
		return slices.IndexFunc(s.writes, func(w string) bool {
			return strings.Contains(w, a.Ref.ID+" comment: "+a.Text) || strings.HasPrefix(w, "merge") && a.Verb == outbox.Merge
		})
	}
	if at(first) > at(joined) || at(joined) > at(after0) || at(joined) > at(after1) || at(after0) < 0 || at(after1) < 0 {
		t.Errorf("order %q", s.writes)
	}
}

func TestAPoisonedMergeBlocksOnlyItsIncidents(t *testing.T) {
	t.Parallel()
	f, s, _, ids := several(t, 4)
	s.upsets = func(op string, _ bool) trouble {
		if op == "merge" {
			return broken
		}
		return fine
	}
	poison := f.do(merge(ids[0], ids[1], ids[2]))
	behind := []outbox.Action{f.do(comment(ids[0], "x")), f.do(comment(ids[2], "x"))}
	beside := f.do(comment(ids[3], "x"))
	f.settle()
	if a := f.action(poison.Seq); a.State != outbox.Failed || a.Kind != app.KindInternal {
		t.Fatalf("%s %s %q", a.State, a.Kind, a.Reason)
	}
	for _, id := range ids[:3] {
		if !f.page(id).Row.Conflict {
			t.Errorf("incident %d does not show it", id)
		}
	}
	if f.action(beside.Seq).State != outbox.Done || f.action(behind[0].Seq).State != outbox.Queued || f.action(behind[1].Seq).State != outbox.Queued {
		t.Error("it must block its own incidents and no other")
	}
	if err := f.box.Discard(context.Background(), poison.Seq); err != nil {
		t.Fatal(err)
	}
	f.settle()
	for _, a := range behind {
		if f.action(a.Seq).State != outbox.Done {
			t.Errorf("%s after the merge was given up", f.action(a.Seq).State)
		}
	}
	if f.page(ids[1]).Row.Conflict {
		t.Error("still marked")
	}
}
