package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/data"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// onSmallDisk moves a data folder to a disk of its own of so many MiB.
func onSmallDisk(t *testing.T, home string, mib int) string {
	t.Helper()
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("a disk of its own takes root on Linux")
	}
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dm,mode=700", mib), "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no disk of its own: %s", out)
	}
	t.Cleanup(func() { exec.Command("umount", "-l", disk).Run() })
	small := filepath.Join(disk, "home")
	if out, err := exec.Command("cp", "-a", home, small).CombinedOutput(); err != nil {
		t.Fatalf("%s", out)
	}
	return small
}

// fill writes a file until its disk is full to the last byte.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
}

// logged reports that the log of a folder holds a text.
func logged(t *testing.T, home, text string) bool {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(home, "watchfloor.log"))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(b, []byte(text))
}

// Given a disk that is full to the last byte, when the analyst comments in the window, then
// the comment is stored and arrives once, while what colleagues changed is refused with a
// sentence about the disk; with room again everything goes on.
func TestWindowGoal3AFullDiskStillTakesAnAction(t *testing.T) {
	t.Parallel()
	sim, home := tenantFor(t, 60)
	home = onSmallDisk(t, home, 24)
	s := openHere(t, home)
	if err := s.first().engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.first().cache.Care(t.Context()); err != nil { // makes the reserve
		t.Fatal(err)
	}
	s.close()
	d := openDesktop(t, home)
	cache := peek(t, home)
	eventually(t, 60*time.Second, "the first pull did not end", func() bool { return pulled(t, cache) })
	tg := untouched(t, sim, simulator.SourceSentinel)
	d.finds(cache, tg.Number)
	reserve := cacheOf(t, home) + ".reserve"
	if info, err := os.Stat(reserve); err != nil || info.Size() == 0 {
		t.Fatal("there is no reserve: ", err)
	}

	others := filepath.Join(filepath.Dir(home), "others")
	fill(t, others)
	long := strings.Repeat("seen at the ward again; ", 4000)
	var edited []app.Ref
	for ref := range sim.All() {
		known := app.Ref{Source: app.Sentinel, ID: ref.ID}
		if _, err := cache.Lookup(t.Context(), known); err == nil && ref.Source == simulator.SourceSentinel && ref.ID != tg.ID && len(edited) < 20 {
			edited = append(edited, known)
			sim.EditAs("mei.castro@northwind-clinic.example", ref.Source, ref.ID, func(f *simulator.Fields) { f.Description = long })
		}
	}
	asked := sim.Counters()["sentinel list"]
	d.press("r")
	eventually(t, 30*time.Second, "nothing was pulled", func() bool { return sim.Counters()["sentinel list"] > asked })
	pause(2 * time.Second)
	d.picture("51-full-disk")
	fill(t, others)
	d.comments(cache, commentOf(0), 1)
	d.picture("52-queued-on-a-full-disk")
	eventually(t, 40*time.Second, "the comment was not sent", func() bool { return unfinished(t, cache) == 0 })
	if _, err := os.Stat(reserve); err == nil {
		t.Error("the reserve was not needed: this proves nothing")
	}
	d.press("r")
	eventually(t, 30*time.Second, "the full disk is not said", func() bool { return logged(t, home, "disk is full") })
	d.picture("53-sent")
	if n := described(t, cache, edited, long); n != 0 {
		t.Errorf("%d incidents were stored on a full disk", n)
	}

	if err := os.Remove(others); err != nil {
		t.Fatal(err)
	}
	d.press("r")
	eventually(t, 40*time.Second, "what colleagues changed did not come", func() bool { return described(t, cache, edited, long) == len(edited) })
	if info, err := os.Stat(reserve); err != nil || info.Size() == 0 {
		t.Error("the reserve was not made again: ", err)
	}
	d.picture("54-room-again")
	d.quit()
	now, _ := sim.SentinelIncident(tg.ID)
	arrived := 0
	for _, c := range now.Comments {
		if c.Text == commentOf(0) {
			arrived++
		}
	}
	if arrived != 1 || len(mine(sim, tg.Source, tg.ID)) != 1 {
		t.Errorf("the comment is there %d times: %+v", arrived, mine(sim, tg.Source, tg.ID))
	}
}

// described is how many of these incidents have a description.
func described(t *testing.T, cache *data.Cache, refs []app.Ref, text string) (n int) {
	t.Helper()
	for _, ref := range refs {
		k, err := cache.Lookup(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		if k.Incident.Description == text {
			n++
		}
	}
	return n
}

// finds selects an incident in the queue by its number.
func (d *desktop) finds(cache *data.Cache, number string) {
	d.t.Helper()
	id, err := cache.Find(d.t.Context(), number)
	if err != nil {
		d.t.Fatal(err)
	}
	row := func() string {
		row, err := cache.Preference(d.t.Context(), "queue.row")
		if err != nil {
			d.t.Fatal(err)
		}
		return row
	}
	for tries := 0; row() != fmt.Sprint(id); tries++ { // a window that is not ready yet ignores keys
		if tries == 10 {
			d.t.Fatal("the filter did not follow the typing")
		}
		d.press("g", "q", "slash", "ctrl+a")
		d.typeText("#" + number)
		pause(2 * time.Second)
	}
	d.press("Return")
}

// Given a window that is open, when a second one is started on its folder, then that says
// so in a sentence and ends with an error, and the first stays as it was. A command on the
// folder reads and queues; the window sends what it queued, once.
func TestWindowGoal9ASecondInstanceReadsAndQueues(t *testing.T) {
	t.Parallel()
	sim, home := tenantFor(t, 60)
	d := openDesktop(t, home)
	cache := peek(t, home)
	eventually(t, 60*time.Second, "the first pull did not end", func() bool { return pulled(t, cache) })
	tg := untouched(t, sim, simulator.SourceDefender)
	d.finds(cache, tg.Number)
	d.comments(cache, commentOf(0), 1)

	second := &desktop{t: t, display: d.display, out: &lockedBuffer{}}
	second.start(home)
	t.Cleanup(func() { second.program.Process.Kill(); second.program.Wait() })
	eventually(t, 40*time.Second, "the second window says nothing", func() bool { return strings.Contains(second.out.String(), "already open on this data folder") })
	eventually(t, 20*time.Second, "the second has no window", func() bool {
		b, _ := d.tool("search", "--onlyvisible", "--name", "^Watchfloor")
		for id := range strings.FieldsSeq(string(b)) {
			if id != d.window {
				second.window = id
			}
		}
		return second.window != ""
	})
	pause(time.Second)
	d.picture("61-second-window")
	if _, err := d.tool("windowfocus", "--sync", second.window); err != nil {
		t.Fatal(err)
	}
	second.press("Return")
	err := second.program.Wait()
	if out := second.out.String(); second.program.ProcessState.ExitCode() != cli.ExitFailed || strings.Count(out, "\n") != 1 {
		t.Errorf("the second ended with %v and said %q", err, out)
	}
	if _, err := d.tool("windowfocus", "--sync", d.window); err != nil {
		t.Fatal(err)
	}
	eventually(t, 40*time.Second, "the first window does not go on", func() bool { return unfinished(t, cache) == 0 })

	command := func(args ...string) string {
		out, err := programCommand(home, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v, %s", args, err, out)
		}
		return string(out)
	}
	if out := command("queue", "--limit", "100"); !strings.Contains(out, tg.Number) {
		t.Errorf("the command does not read: %s", out)
	}
	if out := command("act", "comment", tg.Number, commentOf(1)); !strings.Contains(out, "the open window sends it") {
		t.Errorf("the command does not queue: %s", out)
	}
	began := time.Now()
	eventually(t, 20*time.Second, "the window did not send", func() bool { return unfinished(t, cache) == 0 })
	t.Logf("sent after %v", time.Since(began))
	pause(time.Second) // until the answer is on the screen
	d.picture("62-both-sent")
	d.quit()
	now, _ := sim.DefenderIncident(tg.ID)
	arrived := map[string]int{}
	for _, c := range now.Comments {
		arrived[c.Text]++
	}
	if arrived[commentOf(0)] != 1 || arrived[commentOf(1)] != 1 || len(mine(sim, tg.Source, tg.ID)) != 2 {
		t.Errorf("arrived %v: %+v", arrived, mine(sim, tg.Source, tg.ID))
	}
}
