package keychain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"watchfloor/app"
)

// The test binary plays Watchfloor inside a session of its own, because a process can
// look for its keyring only once. It is told which state to expect.
const stateOf = "WATCHFLOOR_KEYRING_STATE"

func TestMain(m *testing.M) {
	state := os.Getenv(stateOf)
	if state == "" {
		os.Exit(m.Run())
	}
	if err := states[state].play(&actor{Keychain: New()}); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

const (
	canary = "canary-3f9a1c"
	answer = time.Second // goal 32
)

// state is one that a keyring can be in.
type state struct {
	// bus is the configuration of the bus: "" the system's, "none" no bus at all.
	bus string
	// before are the commands that start a keyring inside the session.
	before string
	play   func(*actor) error
}

const (
	unlock      = "printf %s right | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
	unlockWrong = "printf %s wrong | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
	startOnly   = "gnome-keyring-daemon --start --components=secrets >/dev/null"
)

var states = map[string]state{
	"fine":          {before: unlock, play: playFine},
	"item deleted":  {before: unlock, play: playDeleted},
	"locked":        {before: unlockWrong, play: playUseless("locked")},
	"no collection": {before: startOnly, play: playUseless("")},
	"no provider":   {bus: "bare", play: playUseless("cannot be used")},
	"dead bus":      {bus: "dead", play: playUseless("cannot be used")},
	"no bus":        {bus: "none", play: playUseless("cannot be used")},
}

// actor is a Keychain that notes answers which took too long or say nothing.
type actor struct {
	*Keychain
	slow []string
}

func (a *actor) timed(what string, f func() error) error {
	start := time.Now()
	err := f()
	if took := time.Since(start); took > answer {
		a.slow = append(a.slow, fmt.Sprintf("%s took %s", what, took))
	}
	if err != nil && (!strings.HasSuffix(app.Say(err), ".") || strings.Contains(err.Error(), canary)) {
		a.slow = append(a.slow, fmt.Sprintf("%s says %q", what, app.Say(err)))
	}
	return err
}

func (a *actor) set(name string) (kept bool, err error) {
	err = a.timed("set", func() (err error) { kept, err = a.Set(context.Background(), name, canary); return err })
	return kept, err
}

func (a *actor) get(name string) (got string, err error) {
	err = a.timed("get", func() (err error) { got, err = a.Get(context.Background(), name); return err })
	return got, err
}

// keep puts the key of a cache away, as a first start does.
func (a *actor) keep(name string) error {
	return a.timed("keep", func() error { return a.Keep(context.Background(), name, canary) })
}

func (a *actor) verdict(err error) error {
	if len(a.slow) > 0 {
		return errors.Join(err, errors.New(strings.Join(a.slow, "; ")))
	}
	return err
}

func playFine(a *actor) error {
	if kept, err := a.set("n"); !kept || err != nil {
		return fmt.Errorf("set: kept %v, %w", kept, err)
	}
	if got, err := (&actor{Keychain: New()}).get("n"); got != canary || err != nil {
		return fmt.Errorf("get: %q, %w", got, err)
	}
	if words, err := a.Check(context.Background()); err != nil || words == "" {
		return fmt.Errorf("check: %w", err)
	}
	if err := a.timed("delete", func() error { return a.Delete(context.Background(), "n") }); err != nil {
		return err
	}
	if _, err := a.get("n"); app.KindOf(err) != app.KindNotFound {
		return fmt.Errorf("get after delete: %w", err)
	}
	if err := a.keep("cache/contoso/0a1b"); err != nil { // left behind, to be looked for in files
		return err
	}
	if got, err := a.get("cache/contoso/0a1b"); got != canary || err != nil {
		return fmt.Errorf("the key of a cache: %q, %w", got, err)
	}
	return a.verdict(nil)
}

// playDeleted: another program removes the item while Watchfloor runs.
func playDeleted(a *actor) error {
	if kept, err := a.set("n"); !kept {
		return err
	}
	if err := keyring.Delete(service, "n"); err != nil {
		return err
	}
	if _, err := a.get("n"); app.KindOf(err) != app.KindNotFound {
		return fmt.Errorf("get: %w", err)
	}
	if err := a.Delete(context.Background(), "n"); err != nil {
		return err
	}
	if kept, err := a.set("n"); !kept {
		return fmt.Errorf("set anew: %w", err)
	}
	return a.verdict(nil)
}

// playUseless: the secret is kept for this process alone, and every answer says so.
func playUseless(say string) func(*actor) error {
	return func(a *actor) error {
		if err := a.keep("cache/contoso/0a1b"); app.KindOf(err) != app.KindPermission || !strings.Contains(app.Say(err), say) {
			return fmt.Errorf("keep: %w", err)
		}
		if got, err := a.get("cache/contoso/0a1b"); got != "" || app.KindOf(err) != app.KindPermission {
			return fmt.Errorf("the key of a cache fell back to memory: %w", err)
		}
		kept, err := a.set("n")
		if kept || app.KindOf(err) != app.KindPermission || !strings.Contains(app.Say(err), "this session only") || !strings.Contains(app.Say(err), say) {
			return fmt.Errorf("set: kept %v, %w", kept, err)
		}
		if got, err := a.get("n"); got != canary || err != nil {
			return fmt.Errorf("get: %q, %w", got, err)
		}
		if _, err := (&actor{Keychain: New()}).get("n"); app.KindOf(err) != app.KindPermission {
			return fmt.Errorf("another process: %w", err)
		}
		if _, err := a.Check(context.Background()); app.KindOf(err) != app.KindPermission {
			return fmt.Errorf("check: %w", err)
		}
		if err := a.timed("delete", func() error { return a.Delete(context.Background(), "n") }); err != nil {
			return err
		}
		return a.verdict(nil)
	}
}

// Each state is met in a session of its own with the real gnome-keyring; nothing is ever
// written in clear text.
func TestGoal32EveryStateOfARealKeyring(t *testing.T) {
	for name, s := range states {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := newHome(t)
			if s.before == unlockWrong { // the keyring has another password
				home.run(t, "fine", unlock, "")
			}
			home.run(t, name, s.before, s.bus)
			home.noCanary(t)
		})
	}
}

// home is the folder of a person that has never seen a keyring.
type home string

func newHome(t *testing.T) home {
	t.Helper()
	dir := t.TempDir()
	for _, sub := range []string{"run", "share/keyrings"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return home(dir)
}

const bareBus = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>
`

// run plays a state in a session made for it.
func (h home) run(t *testing.T, state, before, bus string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	env := []string{stateOf + "=" + state, "HOME=" + string(h), "XDG_DATA_HOME=" + filepath.Join(string(h), "share"), "XDG_RUNTIME_DIR=" + filepath.Join(string(h), "run")}
	args := []string{self}
	switch bus {
	case "none":
	case "dead":
		env = append(env, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent")
	default:
		need(t, "dbus-run-session")
		args = []string{"dbus-run-session", "--", self}
		if bus == "bare" {
			conf := filepath.Join(string(h), "bus.conf")
			if err := os.WriteFile(conf, []byte(bareBus), 0o600); err != nil {
				t.Fatal(err)
			}
			args = []string{"dbus-run-session", "--config-file=" + conf, "--", self}
		}
		if before != "" {
			need(t, "gnome-keyring-daemon")
			args = []string{"dbus-run-session", "--", "sh", "-c", before + " && exec '" + self + "'"}
		}
		env = append(env, "PATH="+os.Getenv("PATH"))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // the test itself
	cmd.Env, cmd.WaitDelay = env, time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", state, err, out)
	}
}

func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("%s is not installed: .ci/deps installs it on Debian and Ubuntu", program)
	}
}

// noCanary looks for the secret in every file of the home.
func (h home) noCanary(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(string(h), func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(canary)) {
			t.Errorf("the secret is in clear text in %s", path)
		}
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
