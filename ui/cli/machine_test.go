package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/profile"
)

func TestSyncPrintsEverySource(t *testing.T) {
	newFloor().run(t, nil, "sync").expect(t, 0, "Sentinel", "idle", "2026-03-12 11:55Z")
	var got []map[string]any
	if err := json.Unmarshal([]byte(newFloor().run(t, nil, "sync", "--json").out), &got); err != nil || got[0]["lastSuccess"] != "2026-03-12T11:55:00Z" {
		t.Errorf("%v %v", got, err)
	}
	f := newFloor()
	f.syncErr = app.E(app.KindOffline, "No answer from the service.", nil)
	f.run(t, nil, "sync").expect(t, ExitOffline, "Sentinel", "No answer from the service.")
}

func TestConnectReadsSettingsAndSecretButNoSecretFlag(t *testing.T) {
	desk := newDesk()
	var got profile.Draft
	deps := func(d *Deps) {
		d.Connector = func(context.Context, Options) (Connector, error) { return desk, nil }
		d.Getenv = func(name string) string { return map[string]string{SecretVariable: "from-env"}[name] }
		d.In = strings.NewReader("from-stdin\n")
	}
	newFloor().run(t, deps, "connect", "--tenant", guid, "--client", guid, "--defender").expect(t, 0, "ABCD")
	got = desk.saved[0]
	if got.Method != "device" || got.Cloud != "public" || !got.Defender || got.Workspace != "" {
		t.Errorf("%+v", got)
	}
	file := filepath.Join(t.TempDir(), "s.json")
	settings := `{"tenantId":"` + guid + `","clientId":"` + guid + `","method":"secret","subscription":"` + guid + `","resourceGroup":"g","workspace":"w","authority":"https://127.0.0.1:1","arm":"https://127.0.0.1:1","graph":"https://127.0.0.1:1","caFile":"ca.pem","defender":true}`
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	newFloor().run(t, deps, "connect", "--settings", file, "--name", "Drill").expect(t, 0)
	got = desk.saved[1]
	if got.Secret != "from-env" || got.Authority != "https://127.0.0.1:1" || got.Name != "Drill" || got.CAFile != "ca.pem" {
		t.Errorf("%+v", got)
	}
	newFloor().run(t, deps, "connect", "--settings", file, "--secret-stdin").expect(t, 0)
	got = desk.saved[2]
	if got.Secret != "from-stdin" {
		t.Errorf("secret %q", got.Secret)
	}
	newFloor().run(t, deps, "connect", "--secret", "x").expect(t, ExitUsage, "unknown flag")
	newFloor().run(t, deps, "connect", "--settings", file+"x").expect(t, ExitFailed, "could not be read: no such file")
	if err := os.WriteFile(file, []byte("tenant: t"), 0o600); err != nil {
		t.Fatal(err)
	}
	newFloor().run(t, deps, "connect", "--settings", file).expect(t, ExitFailed, "not the JSON")
}

func TestSimulateServesLoopbackOnly(t *testing.T) {
	var got SimulateOptions
	deps := func(d *Deps) {
		d.Simulate = func(_ context.Context, o SimulateOptions, out io.Writer) error { got = o; return nil }
	}
	newFloor().run(t, deps, "simulate", "--listen", "[::1]:8443", "--incidents", "5", "--seed", "2", "--at", "2026-03-12T09:30:00Z", "--faults", "offline").expect(t, 0)
	if got.Faults != "offline" {
		t.Errorf("faults %q", got.Faults)
	}
	if got.Listen != "[::1]:8443" || got.Incidents != 5 || got.Seed != 2 || got.At.IsZero() {
		t.Errorf("%+v", got)
	}
}

func TestDoctorRunsEveryCheckAndFailsIfOneDid(t *testing.T) {
	keyring := errors.New("dbus: cannot autolaunch")
	bad := func(d *Deps) {
		d.Checks = func(Options) []Check {
			return []Check{{"Keyring", func(context.Context) (string, error) {
				return "", app.E(app.KindInternal, "The keyring does not answer; start a session bus.", keyring)
			}}}
		}
		d.Window = func(context.Context, Options) error { return nil }
		d.Display = func() bool { return false }
	}
	newFloor().run(t, bad, "doctor").expect(t, ExitFailed, "✓ ok  Data folder", "✗ no  Keyring", "start a session bus", "✓ ok  Start", "no display here", "1 of 4 checks failed")
	good := func(d *Deps) { bad(d); d.Checks = nil }
	newFloor().run(t, good, "doctor").expect(t, 0)
	var got []finding
	if err := json.Unmarshal([]byte(newFloor().run(t, bad, "doctor", "--json").out), &got); err != nil || len(got) != 4 || got[2].OK {
		t.Errorf("%v %v", got, err)
	}
	f := newFloor()
	f.openErr = app.E(app.KindInvalid, "The cache was written by a newer Watchfloor.", nil)
	f.run(t, good, "doctor").expect(t, ExitFailed, "✗ no  Start", "newer Watchfloor")
	open := t.TempDir()
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	newFloor().run(t, good, "doctor", "--home", open).expect(t, ExitFailed, "can be read by others (mode 0755)")
	file := filepath.Join(open, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	newFloor().run(t, good, "doctor", "--home", file).expect(t, ExitUsage, file+" is a file; name a folder")
}

func TestDemoDoesTheWholeJobHeadless(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	f := newFloor()
	deps := func(d *Deps) {
		d.Shots = func(_ context.Context, _ *Session, dir string) ([]string, error) {
			return []string{"queue-dark.png"}, os.WriteFile(filepath.Join(dir, "queue-dark.png"), []byte("png"), 0o600)
		}
	}
	f.run(t, deps, "demo", "--out", out).expect(t, 0, "The top of the queue", "Offline: Assign to Me on #48213 is queued.", "Online again: it is done.", "Screens, 1 pictures", "To open the window")
	if !f.opened[0].Simulated {
		t.Error("the demo works on the simulated tenant")
	}
	if home := f.opened[0].Home; home == "" {
		t.Error("the demo needs a cache of its own")
	} else if _, err := os.Stat(home); err == nil {
		t.Errorf("the temporary cache %s is left behind", home)
	}
	for _, name := range []string{"queue.csv", "queue.json", "incident.html", "trend.csv", "trend.svg", "trend-light.png", "trend-dark.png", "screens/queue-dark.png"} {
		if info, err := os.Stat(filepath.Join(out, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s is missing or empty: %v", name, err)
		}
	}
	f = newFloor()
	f.fate = outbox.Failed
	f.run(t, deps, "demo", "--out", out).expect(t, ExitPartly, "was not replayed")
}

func TestShotsGoWhereTheyAreAsked(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "screens")
	f := newFloor()
	f.run(t, func(d *Deps) {
		d.Shots = func(_ context.Context, _ *Session, to string) ([]string, error) {
			if to != dir {
				t.Errorf("drawn into %s", to)
			}
			return []string{"a.png"}, nil
		}
	}, "shots", "--dir", dir, "--seed", "7", "--at", "2026-03-12T09:30:00Z").expect(t, 0, filepath.Join(dir, "a.png"))
	if o := f.opened[0]; !o.Simulated || o.Seed != 7 || o.At.IsZero() {
		t.Errorf("opened with %+v", o)
	}
	newFloor().run(t, nil, "shots", "--dir", dir).expect(t, ExitFailed, "no renderer of screens")
}
