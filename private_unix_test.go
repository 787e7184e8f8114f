//go:build unix

package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"watchfloor/app/profile"
	"watchfloor/app/triage"
)

// forbidNothing gives this process, and what it starts, a umask that forbids nothing.
func forbidNothing(t *testing.T) {
	t.Helper()
	old := syscall.Umask(0)
	t.Cleanup(func() { syscall.Umask(old) })
}

// onlyMine checks that below a folder every file has mode 0600 and every folder 0700,
// but for what the test put there. It returns the files that were looked at.
func onlyMine(t *testing.T, dir string, mine ...string) []string {
	t.Helper()
	var seen []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		if slices.Contains(mine, rel) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch mode := info.Mode(); {
		case rel == "." || mode&fs.ModeSymlink != 0:
		case mode.IsDir() && mode.Perm() != 0o700, mode.IsRegular() && mode.Perm() != 0o600, !mode.IsDir() && mode.Perm()&0o077 != 0:
			t.Errorf("%s: %v", rel, mode)
		}
		if !d.IsDir() {
			seen = append(seen, rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

func look(t *testing.T, seen []string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !slices.ContainsFunc(seen, func(s string) bool { ok, _ := filepath.Match(w, filepath.Base(s)); return ok }) {
			t.Errorf("no %s was written, so nothing is said of it: %v", w, seen)
		}
	}
}

// A shift of work, started with a umask that forbids nothing, in a home of its own: of
// all that the program and its toolkit leave there nobody else can read anything.
func TestGoal28EverythingTheProgramWritesIsPrivate(t *testing.T) {
	forbidNothing(t)
	h := newHousehold(t)
	secret := h.sim.Settings().ClientSecret
	h.connect("work", secret, profile.Secret, nil)
	h.run("work", secret, "sync")
	number := h.preview("work")
	for _, job := range [][]string{
		{"act", "comment", number, "Asked the ward manager."},
		{"report", "incident", number, "-o", h.at("case.pdf")},
		{"report", "handover", "-o", h.at("handover.html")},
		{"export", "-o", h.at("queue.xlsx")},
		{"export", "-o", h.at("queue.csv")},
		{"--simulated", "--incidents", "30", "queue"},
		{"--debug", "sync"},
	} {
		h.run("work", secret, job...)
	}
	h.openAndQuit("work")
	seen := onlyMine(t, h.dir, "bin", "ca.pem", "work.json")
	look(t, seen, "watchfloor.log", "cache.db", "owner.lock", "profile.json", "case.pdf", "handover.html", "queue.xlsx", "queue.csv")
	t.Logf("%d files, each of them private", len(seen))
	if t.Failed() {
		t.Logf("it printed:\n%s", &h.said)
	}
}

// openAndQuit opens the window on a display of its own, where there can be one, and closes
// it, so that the toolkit writes what it writes.
func (h *household) openAndQuit(home string) {
	h.t.Helper()
	for _, tool := range []string{"Xvfb", "xdotool"} {
		if _, err := exec.LookPath(tool); err != nil {
			h.t.Logf("%s is not installed: the window was not opened", tool)
			return
		}
	}
	d := &desktop{t: h.t, out: &lockedBuffer{}}
	d.startX()
	d.program = programCommand(h.at("home", home))
	d.program.Env = []string{
		asProgram + "=1", "DISPLAY=" + d.display, "LIBGL_ALWAYS_SOFTWARE=1", "PATH=" + os.Getenv("PATH"),
		"HOME=" + h.at("home"), "XDG_CACHE_HOME=" + h.at("cache"), "XDG_CONFIG_HOME=" + h.at("config"), "XDG_RUNTIME_DIR=" + h.at("run"), "TMPDIR=" + h.at("tmp"),
	}
	d.program.Stdout, d.program.Stderr = d.out, d.out
	if err := d.program.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { d.program.Process.Kill(); d.program.Wait() })
	eventually(h.t, 60*time.Second, "no window appeared", func() bool {
		b, err := d.tool("search", "--onlyvisible", "--name", "^Watchfloor")
		d.window = strings.TrimSpace(string(b))
		return err == nil && d.window != "" && !strings.Contains(d.window, "\n") || strings.Contains(d.out.String(), noOpenGL)
	})
	_, _ = d.tool("windowfocus", "--sync", d.window)
	pause(2 * time.Second) // the first pull
	_, _ = d.tool("key", "ctrl+q")
	done := make(chan error, 1)
	go func() { done <- d.program.Wait() }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		h.t.Errorf("Ctrl+Q did not end the program: %s", d.out)
	}
}

// The umask of the program is the second net: each file is made private by what writes
// it, also where the process has not narrowed its umask.
func TestGoal28FilesArePrivateWithoutTheUmask(t *testing.T) {
	forbidNothing(t)
	_, home := tenantFor(t, 30)
	s := openHere(t, home)
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.log.Warn("written")
	open, err := triage.Parse("status:open")
	if err != nil {
		t.Fatal(err)
	}
	out := exports{s}
	for _, format := range []string{"csv", "json", "xlsx"} {
		if _, err := out.Export(t.Context(), triage.Query{Filter: open, Limit: 10}, format); err != nil {
			t.Error(err)
		}
	}
	if _, err := out.Case(t.Context(), firstRow(t, s).ID, "html"); err != nil {
		t.Error(err)
	}
	seen := onlyMine(t, home, "ca.pem")
	look(t, seen, "watchfloor.log", "cache.db", "cache.db-wal", "owner.lock", "profile.json", "*.xlsx", "*.html")
}
