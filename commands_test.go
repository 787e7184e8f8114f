package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watchfloor/data/profiles"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/profile"
	"watchfloor/app/triage"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// headless opens a folder as a command does.
func headless(t *testing.T, home string) *cli.Session {
	t.Helper()
	m := &program{home: home}
	s, err := m.open(t.Context(), cli.Options{Home: home})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// Who asks to send now knows that the network is back: its waits are over. A wait that
// the service asked for is not.
func TestFlushWaitsForTheServiceAndNotForTheNetwork(t *testing.T) {
	for name, c := range map[string]struct {
		fault simulator.Faults
		want  outbox.State
	}{
		"no network":      {simulator.Faults{Offline: true}, outbox.Done},
		"asked to wait":   {simulator.Faults{ThrottleNext: 9, WritesOnly: true, RetryAfter: "5"}, outbox.Queued},
		"trouble of 10 s": {simulator.Faults{ErrorNext: 9, ErrorStatus: 502}, outbox.Queued},
	} {
		t.Run(name, func(t *testing.T) {
			sim, home := tenantFor(t, 60)
			s := headless(t, home)
			if !s.Sends {
				t.Fatal("the only session on the folder does not send")
			}
			if err := s.Sync.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
			id, err := s.Queue.Find(t.Context(), untouched(t, sim, simulator.SourceSentinel).ID)
			if err != nil {
				t.Fatal(err)
			}
			sim.SetFaults(c.fault)
			a, err := s.Outbox.Do(t.Context(), outbox.Request{IncidentID: id, Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Informational}})
			if err != nil {
				t.Fatal(err)
			}
			if n, err := s.Outbox.Flush(t.Context()); n != 0 || err != nil {
				t.Fatalf("sent %d: %v", n, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			sim.SetFaults(simulator.Faults{})

			later := headless(t, home)
			if _, err := later.Outbox.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			all, err := later.Outbox.List(t.Context(), 10)
			if err != nil || len(all) != 1 || all[0].Seq != a.Seq || all[0].State != c.want {
				t.Errorf("the outbox holds %+v, %v", all, err)
			}
		})
	}
}

// Beside an open window a command queues, and the window sends.
func TestACommandBesideAWindowDoesNotSend(t *testing.T) {
	_, home := tenantFor(t, 10)
	if openHere(t, home).owner == nil {
		t.Fatal("the window does not own the folder")
	}
	if s := headless(t, home); s.Sends {
		t.Error("the command sends beside the window")
	}
}

func TestAReportIsNamedByTheNumberAndLeadsNowhere(t *testing.T) {
	for number, want := range map[string]string{"20560": "20560", "../../x": "x", "": "id7", "\u202e/..\\": "id7", strings.Repeat("9", 80): strings.Repeat("9", 40)} {
		if got := fileNumber(triage.Row{ID: 7, Number: number}); got != want {
			t.Errorf("%q is named %q, want %q", number, got, want)
		}
	}
	sim, home := tenantFor(t, 60)
	s := openHere(t, home)
	if err := s.first().engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	id, err := s.first().cache.Find(t.Context(), untouched(t, sim, simulator.SourceSentinel).ID)
	if err != nil {
		t.Fatal(err)
	}
	row, err := s.first().cache.Row(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	path, err := exports{s}.Case(t.Context(), id, "html")
	if err != nil || !strings.HasPrefix(filepath.Base(path), "incident-"+row.Number+"-") {
		t.Errorf("#%s was written to %s, %v", row.Number, path, err)
	}
}

// No keyring fails doctor only where the connection keeps something there.
func TestAMissingKeyringMattersOnlyToWhoNeedsOne(t *testing.T) {
	t.Setenv(cli.SecretVariable, "")
	broken := func(context.Context) (string, error) {
		return "", app.E(app.KindPermission, "The system's keyring cannot be used.", nil)
	}
	for name, c := range map[string]struct {
		profile *profile.Draft
		warn    bool
		want    string
	}{
		"none connected": {nil, true, "no tenant is connected"},
		"simulated":      {&profile.Draft{Profile: profile.Profile{Method: "secret", Authority: "https://127.0.0.1:1"}}, true, "in a file"},
		"device":         {&profile.Draft{Profile: profile.Profile{Method: "device"}}, true, "signs in by person"},
		"secret":         {&profile.Draft{Profile: profile.Profile{Method: "secret"}}, false, "keeps its client secret there"},
	} {
		home := t.TempDir()
		if c.profile != nil {
			if _, err := profiles.In(home).Add(c.profile.Profile); err != nil {
				t.Fatal(err)
			}
		}
		_, err := (&program{home: "elsewhere"}).checkKeyring(t.Context(), cli.Options{Home: home}, broken)
		if !strings.Contains(app.Say(err), c.want) || cli.IsWarning(err) != c.warn {
			t.Errorf("%s: %v (warning %v)", name, err, cli.IsWarning(err))
		}
	}
}

// A command line that cannot be meant is a mistake of its own, before anything opens.
func TestMistakesOfTheCommandLineEndWithTwo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"--simulated", "--faults", "bogus=1", "queue"}, {"act"}, {"--home", file, "queue"}} {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		cmd := programCommand(t.TempDir(), args...)
		done := make(chan error, 1)
		go func() { done <- cmd.Run() }()
		select {
		case <-done:
			if code := cmd.ProcessState.ExitCode(); code != cli.ExitUsage {
				t.Errorf("%v: exit %d", args, code)
			}
		case <-ctx.Done():
			cmd.Process.Kill()
			t.Fatalf("%v: it still runs", args)
		}
	}
}

// A second window shows its problem in a window of its own; on the terminal the sentence
// is there while that window is still open.
func TestAProblemIsOnTheTerminalBeforeItsWindowIsClosed(t *testing.T) {
	t.Parallel()
	_, home := tenantFor(t, 10)
	if openHere(t, home).owner == nil {
		t.Fatal("the first session does not own the folder")
	}
	d := openDesktop(t, home) // returns with the problem's window on screen
	eventually(t, 20*time.Second, "nothing on the terminal", func() bool { return strings.Contains(d.out.String(), "already open on this data folder") })
	if d.program.ProcessState != nil {
		t.Error("the window is gone")
	}
}
