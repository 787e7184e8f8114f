package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// clipboardOf reads the clipboard of a display as another program does.
func (d *desktop) clipboardOf() string {
	cmd := exec.Command("xclip", "-selection", "clipboard", "-o")
	cmd.Env = append(os.Environ(), "DISPLAY="+d.display)
	out, _ := cmd.Output() // it fails where the clipboard is empty
	return string(out)
}

// A person copies an incident in the real window: another program can paste it, and after
// the time that is set it is gone. What the person copied elsewhere meanwhile stays, also
// when the window closes.
func TestGoal36TheRealWindowTakesBackWhatItCopied(t *testing.T) {
	if _, err := exec.LookPath("xclip"); err != nil {
		t.Skip("xclip is not installed: nothing can read the clipboard here")
	}
	t.Parallel()
	_, home := tenantFor(t, 30)
	s := openHere(t, home)
	if err := s.first().cache.SetPreference(t.Context(), "clipboard", "2"); err != nil { // seconds
		t.Fatal(err)
	}
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	row := firstRow(t, s)
	s.close()
	d := openDesktop(t, home)
	eventually(t, 30*time.Second, "nothing was copied", func() bool {
		d.press("y")
		return strings.Contains(d.clipboardOf(), row.Number)
	})
	eventually(t, 20*time.Second, "the copy is still on the clipboard", func() bool { return d.clipboardOf() == "" })

	d.press("y")
	eventually(t, 10*time.Second, "nothing was copied again", func() bool { return d.clipboardOf() != "" })
	other := exec.Command("xclip", "-selection", "clipboard", "-i", "-quiet")
	other.Env = append(os.Environ(), "DISPLAY="+d.display)
	other.Stdin = strings.NewReader("a letter")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Process.Kill(); other.Wait() })
	eventually(t, 10*time.Second, "xclip did not copy", func() bool { return d.clipboardOf() == "a letter" })
	pause(3 * time.Second) // past the time of the copy
	d.press("ctrl+q")
	done := make(chan error, 1)
	go func() { done <- d.program.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("Ctrl+Q did not end the program")
	}
	if got := d.clipboardOf(); got != "a letter" {
		t.Errorf("what another program copied became %q", got)
	}
}
