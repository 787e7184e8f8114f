package main

import (
	"bufio"
	"context"
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
	"watchfloor/app/triage"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// asVictim makes the test binary pull, queue and send at full speed until it is killed.
const asVictim = "victim"

// victim acknowledges every action on standard output after Do has returned:
// "ack SOURCE ID VERB TEXT". What was printed must survive whatever follows.
func victim(home, run string) error {
	m := &program{home: home}
	ctx := context.Background()
	s, err := m.openSession(ctx, cli.Options{Home: home}, 0)
	if err != nil {
		return err
	}
	if s.owner == nil {
		return fmt.Errorf("another process still owns %s", home)
	}
	s.start()
	fmt.Println("up")
	for n := 0; ; n++ {
		w, err := s.first().cache.Window(ctx, triage.Query{Limit: 40})
		if err != nil {
			return err
		}
		if len(w.Rows) == 0 {
			s.first().engine.Refresh()
			continue
		}
		row := w.Rows[n*7%len(w.Rows)]
		text := fmt.Sprintf("%s-%d", run, n)
		r := outbox.Request{IncidentID: row.ID, Verb: outbox.Comment, Text: text}
		if n%2 == 1 {
			r = outbox.Request{IncidentID: row.ID, Verb: outbox.Tag, AddTags: []string{text}}
		}
		if _, err := s.first().outbox.Do(ctx, r); err != nil {
			return err
		}
		fmt.Printf("ack %s %s %s %s\n", row.Ref.Source, row.Ref.ID, r.Verb, text)
		if n%5 == 0 {
			s.first().engine.Refresh()
		}
	}
}

// kills is how often the program is killed; make soak asks for more.
func kills() int {
	if n, err := strconv.Atoi(os.Getenv("WATCHFLOOR_KILLS")); err == nil {
		return n
	}
	return 40
}

// kill -9 at random moments of pulling, queueing and sending: nothing acknowledged is
// lost, nothing arrives twice, and the cache stays sound.
func TestKilledAtAnyMoment(t *testing.T) {
	sim, home := tenantFor(t, 300)
	acked := map[string]bool{}
	for i := range kills() {
		for _, a := range killOnce(t, home, i) {
			acked[a] = true
		}
		sim.Tick()
	}

	s := openHere(t, home)
	if err := s.first().cache.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.first().engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, 2*time.Minute, "the outbox did not empty", func() bool {
		if _, err := s.first().outbox.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		return unfinished(t, s.first().cache) == 0
	})

	if len(acked) < kills() {
		t.Fatalf("only %d actions were acknowledged over %d kills: the test proves nothing", len(acked), kills())
	}
	for _, a := range sortedKeys(acked) {
		checkOnce(t, sim, a)
	}
	t.Logf("%d kills, %d actions acknowledged", kills(), len(acked))
}

func sortedKeys(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// killOnce starts the victim, kills it at a random moment and returns what it had
// acknowledged.
func killOnce(t *testing.T, home string, n int) (acked []string) {
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
	var up bool
	in := bufio.NewReader(out)
	for {
		line, err := in.ReadString('\n')
		if err == io.EOF {
			break
		}
		line = strings.TrimSpace(line)
		a, ok := strings.CutPrefix(line, "ack ")
		if ok && err == nil {
			acked = append(acked, a)
		}
		if !up && (ok || line == "up" && n > 0) { // the first run gets as far as having rows
			up = true
			moment := time.Duration(rand.IntN(400)) * time.Millisecond //nolint:gosec // any moment will do
			time.AfterFunc(moment, func() { cmd.Process.Kill() })
		}
	}
	cmd.Wait()
	if !up || strings.Contains(complaints.String(), "DATA RACE") {
		t.Fatalf("the program did not start well: %s", complaints)
	}
	return acked
}

// checkOnce looks an acknowledged action up at the tenant.
func checkOnce(t *testing.T, sim *simulator.Server, ack string) {
	t.Helper()
	f := strings.Fields(ack)
	source, id, verb, text := f[0], f[1], outbox.Verb(f[2]), f[3]
	st, ok := sim.SentinelIncident(id)
	if app.SourceID(source) == app.Defender {
		st, ok = sim.DefenderIncident(id)
	}
	if !ok {
		t.Errorf("%s: the incident is gone", ack)
		return
	}
	there, written := 0, 0
	if verb == outbox.Comment {
		for _, c := range st.Comments {
			if c.Text == text {
				there++
			}
		}
		for _, w := range mine(sim, source, id) {
			if w.CommentText == text {
				written++
			}
		}
	} else {
		written = 1
		for _, tag := range st.Tags {
			if tag == text {
				there++
			}
		}
	}
	if there != 1 || written != 1 {
		t.Errorf("%s: there %d times, written %d times", ack, there, written)
	}
}
