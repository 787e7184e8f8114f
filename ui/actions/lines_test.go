package actions

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/ui/keys"
	"watchfloor/ui/uitest"
)

// form is a batch with one action per state given.
func form(id string, first int64, states ...outbox.State) []outbox.Action {
	var out []outbox.Action
	for i, s := range states {
		out = append(out, outbox.Action{
			Seq: first + int64(i), Batch: id, State: s, Number: fmt.Sprint(first + int64(i)), Created: uitest.Now.Add(-time.Hour),
			Request: outbox.Request{IncidentID: first + int64(i), Verb: outbox.Close, Want: app.Fields{Classification: app.FalsePositive}},
		})
	}
	slices.Reverse(out)
	return out
}

// listing is the lines as words: a head by its counts, an action by its seq.
func listing(p *Presenter) string {
	var out []string
	for _, l := range p.lines {
		switch {
		case l.head != nil && l.folded:
			out = append(out, "[+ "+BatchWords(*l.head)+"]")
		case l.head != nil:
			out = append(out, "[- "+BatchWords(*l.head)+"]")
		default:
			out = append(out, fmt.Sprint(l.action.Seq))
		}
	}
	return strings.Join(out, " ")
}

// A form stands under one head; folded, only what needs a person is listed.
func TestFormsFold(t *testing.T) {
	all := append(form("b", 20, outbox.Done, outbox.Failed, outbox.Queued, outbox.Conflict), form("c", 30, outbox.Done, outbox.Done)...)
	p, box, line := open(append(all, uitest.SampleActions()[0]))
	const folded = "[+ 1 done, 1 failed, 1 conflict, 1 waiting] 21 23 6 [+ 2 done]"
	if got := listing(p); got != folded {
		t.Fatal(got)
	}
	p.Do(keys.Unfold, 10)
	if got := listing(p); got != "[- 1 done, 1 failed, 1 conflict, 1 waiting] 21 23 22 20 6 [+ 2 done]" {
		t.Error("unfolded:", got)
	}
	p.Do(keys.Down, 10)
	p.Do(keys.Down, 10)
	p.Do(keys.Fold, 10)
	if got := listing(p); got != folded || p.cursor != 0 {
		t.Errorf("folded from within: %s, cursor %d", got, p.cursor)
	}
	p.Do(keys.Retry, 10)
	line.Drain()
	if !slices.Equal(box.Calls, []string{"retry batch b"}) {
		t.Errorf("R on the head: %q", box.Calls)
	}
	p.Do(keys.Discard, 10)
	line.Drain()
	if len(box.Calls) != 1 {
		t.Errorf("d gave up a whole form: %q", box.Calls)
	}
}

func TestTabsOfStates(t *testing.T) {
	p, _, _ := open(append(form("b", 20, outbox.Done, outbox.Failed, outbox.Queued), uitest.SampleActions()...))
	for i, want := range []string{
		"[+ 1 done, 1 failed, 1 waiting] 21 4 3 6 5 2 1", "[- 1 done, 1 failed, 1 waiting] 21 4 3",
		"[+ 1 done, 1 failed, 1 waiting] 6 5", "[+ 1 done, 1 failed, 1 waiting] 2", "1",
	} {
		p.Do(keys.View(i+1), 10)
		got := strings.Fields(listing(p))
		wanted := strings.Fields(want)
		slices.Sort(got)
		slices.Sort(wanted)
		if !slices.Equal(got, wanted) {
			t.Errorf("tab %d: %s", i+1, listing(p))
		}
	}
	if got := strings.Join(p.counts(), " "); got != "9 3 3 2 1" {
		t.Errorf("counts %s", got)
	}
}

// The wait before the next try and the time to undo count down, and only then does the
// page ask for seconds.
func TestWaitsCountDown(t *testing.T) {
	list := uitest.SampleActions()
	list[0].NotBefore, list[0].Attempts, list[0].Reason, list[0].Kind = uitest.Now.Add(40*time.Second), 2, "The service asked to wait.", app.KindThrottled
	p, _, _ := open(list)
	if got := p.Reason(list[0]); got != "Asked to wait: The service asked to wait. Next try in 40 s." || !p.Counting() {
		t.Errorf("%q, counting %v", got, p.Counting())
	}
	list[0].Attempts, list[0].HeldUntil = 0, uitest.Now.Add(7500*time.Millisecond)
	if got := p.Reason(list[0]); got != "Leaves in 8 s; Ctrl+Z or d takes it back." {
		t.Error(got)
	}
	list[0].NotBefore, list[0].HeldUntil = uitest.Now.Add(3*time.Hour), time.Time{}
	if p, _, _ := open(list); p.Counting() || !strings.HasSuffix(p.Reason(list[0]), "Next try in 180 min.") {
		t.Errorf("hours are counted in seconds: %q", p.Reason(list[0]))
	}
}

// Thousands of actions are arranged within the time of a frame.
func TestThousandsOfActions(t *testing.T) {
	var all []outbox.Action
	for i := range 10 {
		all = append(all, form(fmt.Sprint("b", i), int64(i*1000), slices.Repeat([]outbox.State{outbox.Queued}, 1000)...)...)
	}
	p, _, line := open(all)
	if len(p.lines) != 10 {
		t.Fatalf("%d lines", len(p.lines))
	}
	began := time.Now()
	p.Do(keys.Unfold, 10)
	if took := time.Since(began); took > 250*time.Millisecond { // some 10 ms; the bound is for a busy machine with the race detector
		t.Errorf("unfolding took %v", took)
	}
	if len(p.lines) != 1010 {
		t.Errorf("%d lines", len(p.lines))
	}
	p.Refresh()
	if !p.Counting() || p.list.Busy() {
		t.Error("a long list is read again at every event")
	}
	p.Second()
	line.Drain()
	if p.Counting() {
		t.Error("the list is still out of date")
	}
}

// On the head of a form e opens its first conflict, P shows what it may still send, and
// a key that it does not take is answered with those it takes.
func TestTheHeadOfAForm(t *testing.T) {
	p, _, line := open(append(form("b", 20, outbox.Done, outbox.Failed, outbox.Queued, outbox.Conflict), form("c", 30, outbox.Done, outbox.Done)...))
	said := ""
	p.Say = func(s string, _ bool) { said = s }
	var seqs []int64
	for _, a := range p.Unsent() {
		seqs = append(seqs, a.Seq)
	}
	if !slices.Equal(seqs, []int64{21, 22, 23}) {
		t.Errorf("to be sent: %v", seqs)
	}
	p.Do(keys.KeepMine, 10)
	line.Drain()
	if said != "A form for many: Right lists its actions, Left folds them, e settles its first conflict, R tries its failed ones again." {
		t.Error(said)
	}
	if a, ok := p.Disputed(); !ok || a.Seq != 23 {
		t.Errorf("settles %d %v", a.Seq, ok)
	}
	if a, ok := p.Current(); !ok || a.Seq != 23 || len(p.Unsent()) != 1 {
		t.Errorf("the cursor is on %d", a.Seq)
	}
	p.Do(keys.End, 10)
	if _, ok := p.Disputed(); ok {
		t.Error("a form without a conflict has one")
	}
}

// What was merged meanwhile is dropped by t, which the outbox takes as a discard: it
// settles no such conflict. What it would have sent is not shown: it never leaves.
func TestAMergedOneIsDropped(t *testing.T) {
	a := uitest.SampleActions()[2]
	a.Drift = []outbox.Drift{{Field: app.FieldRedirect, Theirs: "9001", Mine: a.Describe()}}
	p, box, line := open([]outbox.Action{a, form("b", 20, outbox.Failed)[0]})
	said := ""
	p.Say = func(s string, _ bool) { said = s }
	for p.lines[p.cursor].action.Seq != a.Seq {
		p.Do(keys.Down, 10)
	}
	if got := p.Reason(a); got != "Merged into #9001: f does it there, t drops it." || len(p.Unsent()) != 0 {
		t.Errorf("%q, %d to be sent", got, len(p.Unsent()))
	}
	p.Do(keys.KeepTheirs, 10)
	line.Drain()
	if !slices.Equal(box.Calls, []string{"discard 4"}) || said != "#9004: dropped – 1 more needs you." {
		t.Errorf("%q: %s", box.Calls, said)
	}
}

// What became of several incidents is named: the survivor is the service's choice.
func TestAMergeNamesItsSurvivor(t *testing.T) {
	p, _, _ := open(nil)
	for verb, want := range map[outbox.Verb]string{outbox.Merge: "They are one now: #9001.", outbox.MoveAlerts: "The alerts are in #9001 now.", outbox.Close: "The service confirmed it."} {
		a := outbox.Action{Request: outbox.Request{Verb: verb}, State: outbox.Done, Result: "9001"}
		if verb == outbox.Close {
			a.Result = ""
		}
		if got := p.Reason(a); got != want {
			t.Errorf("%s: %q, want %q", verb, got, want)
		}
	}
}
