package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/sync"
)

// A service that answered "later" is not offline; one whose answer was cut short says
// that, not that nobody answered.
func TestWhatStaysQueuedSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		why  outbox.Action
		code int
		want string
	}{
		"throttled": {
			outbox.Action{Reason: "The service asks to wait before the next request.", Attempts: 1, NotBefore: noon.Add(90 * time.Second)},
			ExitPartly, "The service asks to wait before the next request",
		},
		"cut": {
			outbox.Action{Reason: "The answer of Microsoft Sentinel was cut short; it is asked again later.", NotBefore: noon.Add(10 * time.Second)},
			ExitOffline, "not sent yet: The answer of Microsoft Sentinel was cut short",
		},
	} {
		f := newFloor()
		f.offline, f.why = true, c.why
		got := f.run(t, nil, "act", "assign", "48213")
		got.expect(t, c.code, c.want, "watchfloor outbox flush")
		got = f.run(t, nil, "outbox", "flush")
		got.expect(t, c.code, c.want, "can be tried from "+second(c.why.NotBefore))
		if strings.Contains(strings.ToLower(got.err), "offline") || strings.Contains(got.err, "no service") {
			t.Errorf("%s reads as offline: %s", name, got.err)
		}
		f.run(t, nil, "outbox", "list", "--json").expect(t, 0, `"notBefore": "`+c.why.NotBefore.Format(time.RFC3339))
	}
}

// While a window is open on the folder it does the work: commands say so and succeed.
func TestTheOpenWindowSyncsAndSends(t *testing.T) {
	f := newFloor()
	f.window = true
	f.run(t, nil, "act", "assign", "48213").expect(t, ExitOK, "queued", "the open window sends it")
	f.run(t, nil, "outbox", "flush").expect(t, ExitOK, "the window sends what waits")
	f.syncErr = app.E(app.KindInvalid, "must not be asked", nil)
	got := f.run(t, nil, "sync")
	got.expect(t, ExitOK, "syncs by itself")
	if got.out != "" || strings.Count(got.err, "\n") != 1 {
		t.Errorf("more than a sentence: %q %q", got.out, got.err)
	}
}

func TestAHomeThatIsAFileIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f := newFloor()
	for _, args := range [][]string{{"queue"}, {"sync"}, {"connect", "--tenant", "t", "--client", "c", "--defender"}, nil} {
		f.run(t, nil, append(args, "--home", file)...).expect(t, ExitUsage, file+" is a file; name a folder")
	}
	if len(f.opened) > 0 {
		t.Error("it was opened")
	}
}

func TestAWarningOfDoctorDoesNotFailIt(t *testing.T) {
	got := newFloor().run(t, func(d *Deps) {
		d.Window = func(context.Context, Options) error { return nil }
		d.Checks = func(Options) []Check {
			return []Check{{"Keyring", func(context.Context) (string, error) {
				return "", Warn(app.E(app.KindPermission, "There is no keyring, and none is needed.", nil))
			}}}
		}
	}, "doctor")
	got.expect(t, ExitOK, "! note", "none is needed")
}

// What was said before the window of the problem is not said a second time.
func TestAnErrorIsSaidOnce(t *testing.T) {
	got := newFloor().run(t, func(d *Deps) {
		d.Window = func(context.Context, Options) error {
			return Said(app.E(app.KindPermission, "Seen already.", errors.New("x")))
		}
	})
	if got.code != ExitAccess || got.err != "" {
		t.Errorf("exit %d, %q", got.code, got.err)
	}
}

func TestTheDemoEndsWithTheProgramAsItWasCalled(t *testing.T) {
	got := newFloor().run(t, func(d *Deps) {
		d.Program = "bin/watchfloor"
		d.Shots = func(context.Context, *Session, string) ([]string, error) { return nil, nil }
	}, "demo", "--out", t.TempDir())
	got.expect(t, ExitOK, "run bin/watchfloor --simulated", "by severity, newest first within")
	for line := range strings.Lines(got.out) {
		if strings.HasPrefix(line, "Online again") && strings.HasSuffix(line, " \n") {
			t.Errorf("trailing blank: %q", line)
		}
	}
}

// An action that was not tried itself says what it waits for.
func TestAnActionBehindAnotherSaysSo(t *testing.T) {
	f := newFloor()
	f.offline, f.why = true, outbox.Action{Reason: "The service asks to wait before the next request.", Attempts: 1}
	f.run(t, nil, "act", "assign", "48213")
	f.held = true
	f.run(t, nil, "act", "comment", "48213", "hi").expect(t, ExitPartly, "asks to wait before the next request")
	f.actions[0].State = outbox.Conflict
	f.run(t, nil, "act", "comment", "48213", "ho").expect(t, ExitPartly, "action 1 on the same incident is first")
}

// A source whose answer was of no use is not called offline.
func TestSyncDoesNotCallABrokenAnswerOffline(t *testing.T) {
	if got := phase(sync.Status{Phase: sync.Offline, Problem: "The answer of Sentinel was cut short."}); got == string(sync.Offline) {
		t.Errorf("a cut answer reads as %q", got)
	}
}
