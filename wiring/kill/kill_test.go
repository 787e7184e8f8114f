package kill_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/rpc"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/data/vault"
)

// kills is how often a child is killed in all.
func kills() int {
	if os.Getenv("WATCHFLOOR_SOAK") != "" {
		return 2000
	}
	return 500
}

// floor is one cache with its services and what its children said.
type floor struct {
	t      *testing.T
	wire   Wire
	socket string
	path   string
	key    *vault.Key
	acked  []string
}

func newFloor(t *testing.T) *floor {
	f := &floor{t: t, wire: Wire{app.Sentinel: newService(app.Sentinel, 12), app.Defender: newService(app.Defender, 12)}, key: vault.NewKey()}
	f.path = filepath.Join(t.TempDir(), "home", "cache.db")
	dir, err := os.MkdirTemp("", "k") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	f.socket = filepath.Join(dir, "s")
	listener, err := net.Listen("unix", f.socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	server := rpc.NewServer()
	if err := server.Register(f.wire); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // the test is over
			}
			go server.ServeConn(conn)
		}
	}()
	return f
}

// kill -9 at random moments of pulling, queueing and sending: no acknowledged action is
// lost, none arrives twice, and the cache is sound at every start.
func TestGoal1AKillAtAnyMomentLosesAndDoublesNothing(t *testing.T) {
	const each = 50 // kills of one cache: a small one starts faster
	var all sync.WaitGroup
	next := make(chan int)
	for range 2 {
		all.Go(func() {
			for first := range next {
				f := newFloor(t)
				for i := 0; i < each && !t.Failed(); i++ {
					if err := f.killOnce(first + i); err != nil {
						t.Errorf("kill %d: %v", first+i, err)
					}
				}
				if !t.Failed() {
					f.settle(each)
				}
			}
		})
	}
	for first := 0; first < kills() && !t.Failed(); first += each {
		next <- first
	}
	close(next)
	all.Wait()
}

// killOnce runs a child, kills it at some moment after some of its deeds, and notes what
// it said.
func (f *floor) killOnce(n int) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), asChild+"="+f.socket, cacheAt+"="+f.path, keyIs+"="+f.key.Encode(), fmt.Sprintf("%s=run%d", runIs, n))
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	var complaints strings.Builder
	cmd.Stderr = &complaints
	if err := cmd.Start(); err != nil {
		return err
	}
	sound, killed := false, false
	enough := rand.IntN(6) //nolint:gosec // any moment will do
	in := bufio.NewReader(out)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			break // an unfinished line was not said
		}
		word, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch word {
		case "sound":
			sound = true
		case "ack":
			f.acked = append(f.acked, text)
			enough--
		}
		if sound && enough <= 0 && !killed { // however slow the machine, after some deeds
			killed = true
			moment := time.Duration(rand.IntN(8_000)) * time.Microsecond //nolint:gosec // any moment will do
			time.AfterFunc(moment, func() { cmd.Process.Kill() })
		}
	}
	cmd.Wait()
	if !sound || complaints.Len() > 0 {
		return fmt.Errorf("the child did not start well: %s", complaints.String())
	}
	return nil
}

// settle sends what is left after so many kills, and compares.
func (f *floor) settle(killed int) {
	t, ctx := f.t, context.Background()
	to, err := rpc.Dial("unix", f.socket)
	if err != nil {
		t.Error(err)
		return
	}
	defer to.Close()
	w, err := open(f.path, f.key, to)
	if err != nil {
		t.Error(err)
		return
	}
	defer w.cache.Close()
	if err := w.engine.Once(ctx); err != nil {
		t.Error(err)
	}
	for deadline := time.Now().Add(time.Minute); ; {
		if _, err := w.box.Flush(ctx); err != nil {
			t.Error(err)
			return
		}
		c, err := w.box.Counts(ctx)
		if err != nil {
			t.Error(err)
			return
		}
		if c.Waiting() == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Errorf("%d actions are still waiting", c.Waiting())
			return
		}
	}
	if err := w.cache.Check(ctx); err != nil {
		t.Error(err)
	}
	actions, err := w.cache.Actions(ctx, 1_000_000)
	if err != nil {
		t.Error(err)
		return
	}
	stored := map[string]outbox.Action{}
	for _, a := range actions {
		stored[a.Text+strings.Join(a.AddTags, "")] = a
	}
	for _, text := range f.acked {
		if a, ok := stored[text]; !ok || a.State != outbox.Done {
			t.Errorf("%s was acknowledged and is %q: %s", text, a.State, a.Reason)
		}
	}
	for text := range stored {
		if n := f.wire[app.Sentinel].written[text] + f.wire[app.Defender].written[text]; n != 1 {
			t.Errorf("%s arrived %d times", text, n)
		}
	}
	if len(f.acked) < killed {
		t.Errorf("only %d actions were acknowledged: the test proves nothing", len(f.acked))
	}
	t.Logf("%d actions acknowledged, %d stored", len(f.acked), len(stored))
}
