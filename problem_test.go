package main

import (
	"bytes"
	"log/slog"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestAWindowThatCannotBeCreatedIsSaidInWords(t *testing.T) {
	var out, log bytes.Buffer
	code := 0
	w := toolkitLog{slog.New(slog.NewTextHandler(&log, nil)), &out, func(c int) { code = c }}

	w.Write([]byte("Fyne error:  window creation error\n"))

	if code != 1 || !strings.Contains(out.String(), "no OpenGL") || !strings.Contains(log.String(), "window creation error") {
		t.Errorf("code %d, said %q, logged %q", code, out.String(), log.String())
	}
}

func TestOtherWordsOfTheToolkitGoToTheLogOnly(t *testing.T) {
	var out, log bytes.Buffer
	w := toolkitLog{slog.New(slog.NewTextHandler(&log, nil)), &out, func(int) { t.Error("the program ended") }}
	w.Write([]byte("Fyne error:  failed to watch theme settings\n"))
	if out.Len() != 0 || !strings.Contains(log.String(), "theme settings") {
		t.Errorf("said %q, logged %q", out.String(), log.String())
	}
}

// On a real X server without OpenGL the program says so and ends; it does not crash.
func TestWithoutOpenGLTheProgramSaysSo(t *testing.T) {
	if _, err := exec.LookPath("Xvfb"); err != nil {
		t.Skip("Xvfb is not installed (make deps installs it on Debian and Ubuntu)")
	}
	_, home := tenantFor(t, 10)
	d := &desktop{t: t}
	d.startX("-extension", "GLX")
	cmd := programCommand(home)
	cmd.Env = append(cmd.Env, "DISPLAY="+d.display, "WAYLAND_DISPLAY=", "XDG_RUNTIME_DIR="+t.TempDir())
	out := &lockedBuffer{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(out.String(), "no OpenGL") || strings.Contains(out.String(), "goroutine ") {
			t.Errorf("ended with %v: %s", err, out)
		}
	case <-time.After(30 * time.Second):
		cmd.Process.Kill()
		t.Fatalf("it still runs: %s", out)
	}
}

// A second window on the same data folder says so and leaves the first alone.
func TestASecondWindowSaysSo(t *testing.T) {
	_, home := tenantFor(t, 10)
	first := openHere(t, home)
	if first.owner == nil {
		t.Fatal("the first session does not own the folder")
	}
	w := &windowed{program: &program{home: home}}
	w.o.Home = home

	_, err := w.first(t.Context())

	if err == nil || !strings.Contains(err.Error(), "already open") {
		t.Errorf("got %v", err)
	}
}
