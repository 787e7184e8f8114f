package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"watchfloor/data"
	"watchfloor/integrations/simulator"
)

// desktop is an X server of its own with the program's window on it, driven by keys.
type desktop struct {
	t       *testing.T
	display string
	env     []string // of the program, besides the test's own
	program *exec.Cmd
	out     *lockedBuffer
	window  string
}

// openDesktop starts Xvfb and the program in it, with more in its environment.
func openDesktop(t *testing.T, home string, env ...string) *desktop {
	t.Helper()
	for _, tool := range []string{"Xvfb", "xdotool"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: the window cannot be driven here (make deps installs it on Debian and Ubuntu)", tool)
		}
	}
	d := &desktop{t: t, env: env, out: &lockedBuffer{}}
	d.startX()
	t.Cleanup(func() {
		if t.Failed() {
			d.picture("failed")
		}
		d.program.Process.Kill()
		d.program.Wait()
		if t.Failed() {
			t.Log(d.out.String())
		}
	})
	d.open(home)
	return d
}

// open starts the program, one after another, and gives its window the keyboard.
func (d *desktop) open(home string) {
	d.t.Helper()
	d.start(home)
	again := true // OpenGL in software refuses a busy machine once in a hundred starts or so
	eventually(d.t, 90*time.Second, "no window appeared", func() bool {
		if out := d.out.String(); again && (strings.Contains(out, noOpenGL) || strings.Contains(out, noDisplay)) {
			again = false
			d.t.Log("started a second time: ", out)
			d.program.Wait()
			d.start(home)
		}
		b, err := d.tool("search", "--onlyvisible", "--name", "^Watchfloor")
		d.window = strings.TrimSpace(string(b))
		return err == nil && d.window != "" && !strings.Contains(d.window, "\n")
	})
	if _, err := d.tool("windowfocus", "--sync", d.window); err != nil {
		d.t.Fatal(err)
	}
}

// start starts the program on the display.
func (d *desktop) start(home string) {
	d.t.Helper()
	d.program = programCommand(home)
	d.program.Env = append(d.program.Env, "DISPLAY="+d.display, "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1", "XDG_RUNTIME_DIR="+d.t.TempDir(),
		"XDG_CACHE_HOME="+d.t.TempDir()) // where a sign-in is remembered
	d.program.Env = append(d.program.Env, d.env...)
	d.program.Stdout, d.program.Stderr = d.out, d.out
	if err := d.program.Start(); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desktop) startX(more ...string) { d.display = startXvfb(d.t, more...) }

// noDisplay is what the toolkit says where the X server did not take it.
const noDisplay = "The GLFW library is not initialized"

// starting is held while an X server chooses its number: two that do at once may take the
// same one.
var starting sync.Mutex

// startXvfb starts an X server of the test's own and returns its display.
func startXvfb(t testing.TB, more ...string) string {
	t.Helper()
	starting.Lock()
	defer starting.Unlock()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	x := exec.Command("Xvfb", append([]string{"-displayfd", "3", "-screen", "0", "1440x900x24", "-nolisten", "tcp"}, more...)...)
	x.ExtraFiles = []*os.File{w}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	t.Cleanup(func() { x.Process.Kill(); x.Wait() })
	var n int
	if _, err := fmt.Fscan(r, &n); err != nil {
		t.Fatal("Xvfb did not say its display: ", err)
	}
	return fmt.Sprintf(":%d", n)
}

func (d *desktop) tool(args ...string) ([]byte, error) {
	cmd := exec.Command("xdotool", args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+d.display)
	return cmd.Output()
}

// press sends keys by their X names, one after the other.
func (d *desktop) press(keys ...string) {
	d.t.Helper()
	if _, err := d.tool(append([]string{"key", "--delay", "30"}, keys...)...); err != nil {
		d.t.Fatal(err)
	}
}

// typeText types text as a person would.
func (d *desktop) typeText(text string) {
	d.t.Helper()
	if _, err := d.tool("type", "--delay", "25", text); err != nil {
		d.t.Fatal(err)
	}
}

// picture keeps a screenshot where WATCHFLOOR_PICTURES names a folder.
func (d *desktop) picture(name string) {
	dir := os.Getenv("WATCHFLOOR_PICTURES")
	if dir == "" {
		return
	}
	cmd := exec.Command("import", "-window", "root", filepath.Join(dir, name+".png"))
	cmd.Env = append(os.Environ(), "DISPLAY="+d.display)
	if err := cmd.Run(); err != nil {
		d.t.Log("no picture: ", err)
	}
}

// A person opens the window and, by keyboard alone, filters, opens an incident, goes
// offline, assigns, comments and closes it, for either source. Meanwhile another
// analyst raises the severity. Back online each effect arrives exactly once and the
// colleague's edit stands.
func TestWindowByKeyboard(t *testing.T) {
	t.Parallel()
	sim, home := tenantFor(t, 400)
	targets := []simulator.Stored{untouched(t, sim, simulator.SourceSentinel), untouched(t, sim, simulator.SourceDefender)}
	for _, tg := range targets {
		sim.EditAs("mei.castro@northwind-clinic.example", tg.Source, tg.ID, func(f *simulator.Fields) { f.Owner = "" })
	}
	d := openDesktop(t, home)
	cache := peek(t, home)
	eventually(t, 90*time.Second, "the first pull did not end", func() bool { return pulled(t, cache) })
	d.picture("1-queue")

	d.press("ctrl+o")
	for i, tg := range targets {
		d.actOn(cache, tg, i)
	}
	d.picture("5-offline")
	for _, tg := range targets {
		if w := mine(sim, tg.Source, tg.ID); len(w) != 0 {
			t.Fatalf("something was sent while offline: %+v", w)
		}
		sim.EditAs("mei.castro@northwind-clinic.example", tg.Source, tg.ID, func(f *simulator.Fields) { f.Severity = otherSeverity(f.Severity) })
	}

	d.press("ctrl+o")
	eventually(t, 60*time.Second, "not everything was sent", func() bool { return unfinished(t, cache) == 0 })
	d.press("g", "a")
	d.picture("6-actions")
	for i, tg := range targets {
		checkEffects(t, sim, tg, i)
	}
	d.quit()
	sealedAtRest(t, home, targets[0].Title, targets[1].Title, commentOf(0), commentOf(1), "known scanner")
}

// quit closes the window by keyboard and checks that the program ends well.
func (d *desktop) quit() {
	d.t.Helper()
	d.press("ctrl+q")
	done := make(chan error, 1)
	go func() { done <- d.program.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			d.t.Errorf("the program ended with %v\n%s", err, d.out)
		}
	case <-time.After(20 * time.Second):
		d.t.Error("Ctrl+Q did not end the program")
	}
	if out := d.out.String(); strings.Contains(out, "DATA RACE") || strings.Contains(out, "panic:") {
		d.t.Error(out)
	}
}

// actOn finds an incident by its number, opens it, assigns, comments and closes it.
func (d *desktop) actOn(cache *data.Cache, tg simulator.Stored, n int) {
	d.t.Helper()
	id, err := cache.Find(d.t.Context(), tg.Number)
	if err != nil {
		d.t.Fatal(err)
	}
	d.press("g", "q", "slash", "ctrl+a")
	d.typeText("#" + tg.Number)
	eventually(d.t, 20*time.Second, "the filter did not follow the typing", func() bool {
		f, err := cache.Preference(d.t.Context(), "queue.filter")
		row, _ := cache.Preference(d.t.Context(), "queue.row")
		return err == nil && strings.Contains(f, tg.Number) && row == fmt.Sprint(id)
	})
	d.picture(fmt.Sprintf("2-filter-%d", n))
	d.press("Return", "Return")
	d.press("a")
	d.waitActions(cache, 3*n+1)
	d.press("m")
	d.typeText(commentOf(n))
	d.picture(fmt.Sprintf("3-comment-%d", n))
	d.press("ctrl+Return")
	d.waitActions(cache, 3*n+2)
	d.press("c", "f", "1", "n")
	d.typeText("known scanner")
	d.picture(fmt.Sprintf("4-close-%d", n))
	d.press("ctrl+Return")
	d.waitActions(cache, 3*n+3)
}

func (d *desktop) waitActions(cache *data.Cache, n int) {
	d.t.Helper()
	eventually(d.t, 20*time.Second, fmt.Sprintf("%d actions should be queued", n), func() bool { return unfinished(d.t, cache) == n })
}

func commentOf(n int) string { return fmt.Sprintf("checked with the ward, case %d", n) }

func otherSeverity(s string) string {
	switch s {
	case "High":
		return "Low"
	case "high":
		return "low"
	case "Low", "Medium", "Informational":
		return "High"
	}
	return "high"
}

func checkEffects(t *testing.T, sim *simulator.Server, before simulator.Stored, n int) {
	t.Helper()
	now, ok := sim.SentinelIncident(before.ID)
	if before.Source == simulator.SourceDefender {
		now, ok = sim.DefenderIncident(before.ID)
	}
	if !ok {
		t.Fatalf("%s is gone", before.ID)
	}
	if !strings.EqualFold(now.Owner, sim.Settings().User) || !strings.EqualFold(now.Classification, "falsePositive") ||
		!slices.Contains([]string{"Closed", "resolved"}, now.Status) || now.ClosingNote != "known scanner" {
		t.Errorf("%s %s: effects are missing: %+v", before.Source, before.Number, now)
	}
	if now.Severity != otherSeverity(before.Severity) {
		t.Errorf("%s %s: the colleague's severity was overwritten: %s", before.Source, before.Number, now.Severity)
	}
	count := map[string]int{}
	for _, w := range mine(sim, before.Source, before.ID) {
		for _, f := range w.Fields {
			count[f]++
		}
	}
	for _, f := range []string{"comment", "owner", "status", "classification"} {
		if count[f] != 1 {
			t.Errorf("%s %s: %s arrived %d times: %+v", before.Source, before.Number, f, count[f], mine(sim, before.Source, before.ID))
		}
	}
	comments := 0
	for _, c := range now.Comments {
		if c.Text == commentOf(n) {
			comments++
		}
	}
	if comments != 1 {
		t.Errorf("%s %s: the comment is there %d times", before.Source, before.Number, comments)
	}
}
