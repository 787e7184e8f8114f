package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/integrations/simulator"
)

// kills is how often the program is killed; make soak asks for more.
func kills() int {
	if n, err := strconv.Atoi(os.Getenv("WATCHFLOOR_KILLS")); err == nil {
		return n
	}
	return 40
}

// said is what the victims printed before they were killed.
type said struct {
	acked           map[int64]string // text by number of the action
	undone, settled []int64
	plans           map[string][]string // local ids by batch
	parts           map[string]int      // how many of them were queued for certain
}

// kill -9 at random moments of pulling, queueing, taking back, settling and sending:
// nothing acknowledged is lost, nothing arrives twice, what was taken back never leaves,
// a form is stored in whole parts, and the cache stays sound.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	sim, home := tenantFor(t, 300)
	v := said{acked: map[int64]string{}, plans: map[string][]string{}, parts: map[string]int{}}
	n := 0
	for ; n < kills() || !v.proves() && n < 3*kills(); n++ { // a slow machine does less before each kill
		v.killOnce(t, sim, home, n)
		sim.Tick()
	}

	s := openHere(t, home)
	if err := s.first().cache.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.first().engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	given := map[int64]bool{} // up at the end: conflicts that no victim settled
	eventually(t, 2*time.Minute, "the outbox did not empty", func() bool {
		if _, err := s.first().outbox.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, a := range list(t, s, outbox.Conflict, outbox.Failed) {
			if a.State == outbox.Failed && a.Verb != outbox.MoveAlerts && a.Verb != outbox.Merge {
				t.Errorf("%d %s failed: %s", a.Seq, a.Describe(), a.Reason)
			}
			given[a.Seq] = true
			if err := s.first().outbox.Discard(t.Context(), a.Seq); err != nil {
				t.Fatal(err)
			}
		}
		return unfinished(t, s.first().cache) == 0
	})
	if err := s.first().cache.Check(t.Context()); err != nil {
		t.Fatal(err)
	}

	if len(v.acked) < kills() {
		t.Fatalf("only %d actions were acknowledged over %d kills: the test proves nothing", len(v.acked), kills())
	}
	actions, done := map[int64]outbox.Action{}, map[outbox.Verb]int{}
	for _, a := range list(t, s) {
		actions[a.Seq] = a
		if checkOnce(t, sim, a); a.State == outbox.Done {
			done[a.Verb]++
		}
	}
	v.check(t, actions)
	for _, verb := range []outbox.Verb{outbox.Comment, outbox.Tag, outbox.AddTask, outbox.FinishTask, outbox.Merge, outbox.MoveAlerts, outbox.SetSeverity} {
		if done[verb] == 0 {
			t.Errorf("no %s was done: the test proves nothing about it", verb)
		}
	}
	if !v.proves() {
		t.Errorf("%d taken back, %d settled, %d forms: the test proves nothing about them", len(v.undone), len(v.settled), len(v.parts))
	}
	t.Logf("%d kills, %d actions acknowledged, %d taken back, %d settled, %d left to the end; done %v", n, len(v.acked), len(v.undone),
		len(v.settled), len(given), done)
}

// proves reports that each kind of deed was interrupted after some of it.
func (v *said) proves() bool {
	return len(v.undone) > 0 && len(v.settled) > 0 && len(v.parts) > 0
}

func list(t *testing.T, s *session, states ...outbox.State) []outbox.Action {
	t.Helper()
	all, err := s.first().cache.Actions(t.Context(), 1_000_000, states...)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// killOnce starts the victim, kills it at a random moment and notes what it said.
func (v *said) killOnce(t *testing.T, sim *simulator.Server, home string, n int) {
	t.Helper()
	cmd := programCommand(home, fmt.Sprintf("run%d", n))
	cmd.Args = []string{os.Args[0], home, fmt.Sprintf("run%d", n)}
	cmd.Env = append(os.Environ(), asProgram+"="+asVictim)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	complaints := &lockedBuffer{}
	cmd.Stderr = complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stuck := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer stuck.Stop()
	var up, drained bool
	lines, enough := 0, 1+rand.IntN(8) //nolint:gosec // any moment will do
	in := bufio.NewReader(out)
	for {
		line, err := in.ReadString('\n')
		if err == io.EOF {
			break // an unfinished line was not said
		}
		word := strings.Fields(line)
		v.hear(t, sim, word)
		lines++
		// However slow the machine: after some deeds, or within the form that some runs
		// begin with, which every other one of them has stored a part of.
		var ready bool
		switch n % manyEvery {
		case 0:
			ready = word[0] == [2]string{"plan", "part"}[n/manyEvery%2]
		case drainAt:
			drained = drained || word[0] == "drained"
			ready = drained && lines >= enough
		default:
			ready = lines >= enough
		}
		if ready && !up {
			up = true
			moment := time.Duration(rand.IntN(200)) * time.Millisecond //nolint:gosec // any moment will do
			time.AfterFunc(moment, func() { cmd.Process.Kill() })
		}
	}
	cmd.Wait()
	if !up || strings.Contains(complaints.String(), "DATA RACE") {
		t.Fatalf("the program did not start well: %s", complaints)
	}
}

func (v *said) hear(t *testing.T, sim *simulator.Server, word []string) {
	t.Helper()
	number := func(s string) int64 {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	switch word[0] {
	case "ack":
		v.acked[number(word[1])] = word[2]
	case "undone":
		v.undone = append(v.undone, number(word[1]))
	case "settled":
		v.settled = append(v.settled, number(word[1]))
	case "plan":
		v.plans[word[1]] = strings.Split(word[2], ",")
	case "part":
		v.parts[word[1]] = int(number(word[2]))
	case "contest":
		if _, there := sim.SentinelIncident(word[2]); there {
			sim.EditAs("ines.duarte@northwind-clinic.example", word[1], word[2], func(f *simulator.Fields) {
				if f.Severity = "Medium"; len(v.acked)%2 == 0 {
					f.Severity = "Informational"
				}
			})
		}
	}
}

// check compares what was said with what is stored.
func (v *said) check(t *testing.T, actions map[int64]outbox.Action) {
	t.Helper()
	for seq, text := range v.acked {
		a, ok := actions[seq]
		if want := []string{a.Text, a.TaskTitle, strings.Join(a.AddTags, "")}; !ok || a.Verb != outbox.SetSeverity && !slices.Contains(want, text) {
			t.Errorf("action %d (%s) is lost: %+v", seq, text, a)
		}
	}
	for _, seq := range slices.Concat(v.undone, v.settled) {
		if a := actions[seq]; a.State != outbox.Discarded {
			t.Errorf("%d was given up and is %s", seq, a.State)
		}
	}
	texts := map[string]bool{}
	for _, a := range actions {
		texts[a.Text] = true
	}
	for batch, ids := range v.plans {
		for from := 0; from < len(ids); from += 100 {
			to, there := min(from+100, len(ids)), 0
			for i := from; i < to; i++ {
				if texts[fmt.Sprintf("%s-%d", batch, i)] {
					there++
				}
			}
			if there != 0 && there != to-from || there == 0 && to <= v.parts[batch] {
				t.Errorf("form %s: %d of %d to %d are there, %d were acknowledged", batch, there, from, to, v.parts[batch])
			}
		}
	}
}

// checkOnce looks for the effect of a finished action at the tenant: once where it is
// done, nowhere where it was given up before a write left.
func checkOnce(t *testing.T, sim *simulator.Server, a outbox.Action) {
	t.Helper()
	st, ok := sim.SentinelIncident(a.Ref.ID)
	if a.Ref.Source == app.Defender {
		st, ok = sim.DefenderIncident(a.Ref.ID)
	}
	if !ok {
		if a.State == outbox.Done {
			t.Errorf("%d %s is done, and its incident is gone", a.Seq, a.Describe())
		}
		return
	}
	there, written := 0, -1 // -1: the tenant does not say
	count := func(yes bool) {
		if yes {
			there++
		}
	}
	switch a.Verb {
	case outbox.Comment:
		for _, c := range st.Comments {
			count(c.Text == a.Text)
		}
		written = writtenWith(sim, a.Ref, a.Text)
	case outbox.Tag:
		count(slices.Contains(st.Tags, a.AddTags[0]))
	case outbox.AddTask:
		for _, k := range st.Tasks {
			count(k.Title == a.TaskTitle)
		}
	case outbox.FinishTask:
		for _, k := range st.Tasks {
			count(k.ID == a.TaskID && k.Done)
		}
	case outbox.Merge:
		into := app.Ref{Source: app.Defender, ID: a.Result}
		count(a.Result != "" && survivor(sim, a.Ref.ID) == survivor(sim, a.Others[0].ID))
		written = writtenWith(sim, into, a.Text)
	case outbox.MoveAlerts: // it may have been moved on since
		count(a.Result != "" && writtenWith(sim, a.Ref, a.Text) == 1)
		written = writtenWith(sim, a.Others[0], a.Text)
	default:
		return // a value says nothing of who wrote it
	}
	want := 1
	if a.State == outbox.Discarded {
		if want = 0; !a.Sent.IsZero() {
			return // it may have arrived, and says so
		}
	}
	if there != want || written >= 0 && written != want {
		t.Errorf("%d %s is %s (%s): there %d times, written %d times", a.Seq, a.Describe(), a.State, a.Reason, there, written)
	}
}

// writtenWith is how often this client wrote a text at an incident.
func writtenWith(sim *simulator.Server, at app.Ref, text string) (n int) {
	for _, w := range mine(sim, string(at.Source), at.ID) {
		if w.CommentText == text {
			n++
		}
	}
	return n
}

// survivor is the incident that one of Defender was merged into, at last.
func survivor(sim *simulator.Server, id string) string {
	for {
		st, _ := sim.DefenderIncident(id)
		if st.RedirectTo == "" {
			return id
		}
		id = st.RedirectTo
	}
}
