package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/data"
	"watchfloor/data/keyslot"
	"watchfloor/data/vault"
)

// sealedAtRest checks that every cache below a folder begins as a sealed one does and that
// no file there holds one of these texts.
func sealedAtRest(t *testing.T, home string, canaries ...string) {
	t.Helper()
	caches := 0
	err := filepath.WalkDir(home, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if d.Name() == cacheFile {
			if caches++; !bytes.HasPrefix(b, []byte("WFV1")) {
				t.Errorf("%s is not sealed", path)
			}
		}
		for _, c := range canaries {
			if bytes.Contains(b, []byte(c)) {
				t.Errorf("%q is in %s", c, path)
			}
		}
		return err
	})
	if err != nil || caches == 0 {
		t.Errorf("%d caches were looked at, %v", caches, err)
	}
}

// askedAbout are the questions about the key of a cache that a log tells of, in order: the state
// and what went before.
func askedAbout(t *testing.T, home string) (asked []string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(home, "watchfloor.log"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for line := range bytes.Lines(b) {
		var r struct{ Msg, State, Why string }
		if err := json.Unmarshal(line, &r); err == nil && r.Msg == "the key of a cache is asked for" {
			asked = append(asked, r.State+": "+r.Why)
		}
	}
	return asked
}

// waitAsked waits for a question, the n-th or a later one, that holds these words.
func waitAsked(t *testing.T, home string, n int, words ...string) {
	t.Helper()
	eventually(t, 40*time.Second, fmt.Sprintf("it was not asked %q", words), func() bool {
		all := askedAbout(t, home)
		for _, w := range words {
			if len(all) < n || !strings.Contains(all[len(all)-1], w) {
				return false
			}
		}
		return true
	})
}

const (
	nowhere    = "http://127.0.0.1:1" // nothing leaves
	canary     = "Canary 7f21 in the theatre wing"
	passphrase = "four words that differ"
)

// publicTenant connects a folder to a made-up tenant of the public cloud, which no request
// reaches, and returns the folder of its cache.
func publicTenant(t *testing.T) (home, dir string) {
	t.Helper()
	home = t.TempDir()
	p := application("", profile.Secret, "")
	p.Name = "Contoso"
	p = connectTo(t, home, profile.Draft{Profile: p})
	return home, filepath.Join(home, "profiles", p.ID)
}

// stored puts an incident into a closed cache.
func stored(t *testing.T, dir string, k *vault.Key) {
	t.Helper()
	c := openWith(t, dir, k)
	defer c.Close()
	at := time.Now().Add(-time.Hour)
	err := c.StorePage(t.Context(), app.Defender, app.Page{Done: true, Cursor: app.Cursor{Watermark: at}, Rows: []app.Pulled{{Incident: app.Incident{
		Ref: app.Ref{Source: app.Defender, ID: "4711"}, Number: "4711", Title: canary, Created: at, Modified: at,
		Fields: app.Fields{Severity: app.High, Status: app.StatusNew},
	}, Raw: []byte("{}")}}})
	if err != nil {
		t.Fatal(err)
	}
}

func openWith(t *testing.T, dir string, k *vault.Key) *data.Cache {
	t.Helper()
	c, err := data.Open(t.Context(), data.Config{Path: filepath.Join(dir, cacheFile), Key: k})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// comments writes a comment on the first incident of the queue and waits for it.
func (d *desktop) comments(cache *data.Cache, text string, n int) {
	d.t.Helper()
	d.press("m")
	d.typeText(text)
	d.press("ctrl+Return")
	d.waitActions(cache, n)
}

// Given a machine without a keyring, when the window opens on a new tenant, then it asks
// where the key shall be and writes nothing before; sealed by a passphrase the queue opens.
// At the next start a wrong passphrase is told and the right one opens what was stored.
func TestWindowGoal32WithoutAKeyringAPassphraseIsAsked(t *testing.T) {
	t.Parallel()
	home, dir := publicTenant(t)
	d := openDesktop(t, home, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent", "HTTPS_PROXY="+nowhere, "https_proxy="+nowhere)
	waitAsked(t, home, 1, "choose", "keyring")
	for _, name := range []string{cacheFile, keyslot.FileName} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s was made unasked", name)
		}
	}
	pause(2 * time.Second) // until the question is on the screen
	d.picture("31-no-keyring")
	d.typeText(passphrase)
	d.press("Tab")
	d.typeText(passphrase)
	d.unlocks(home, "Return")
	d.picture("32-sealed-queue")
	d.quit()

	slots, err := keyslot.Read(dir)
	if err != nil || slots.Place != keyslot.Passphrase {
		t.Fatalf("the key is in %q, %v", slots.Place, err)
	}
	k, err := slots.WithPassphrase(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	stored(t, dir, k)

	before := len(askedAbout(t, home))
	d.open(home)
	waitAsked(t, home, before+1, "passphrase: ")
	d.typeText("four words that difer")
	d.press("Return")
	waitAsked(t, home, before+2, "not the passphrase")
	pause(time.Second) // the picture follows the log
	d.picture("33-wrong-passphrase")
	d.typeText(passphrase)
	d.unlocks(home, "Return")
	cache := openWith(t, dir, k)
	defer cache.Close()
	d.finds(cache, "4711")
	d.comments(cache, "written behind a passphrase", 1)
	d.picture("34-queue-again")
	d.quit()
	sealedAtRest(t, home, canary, "written behind a passphrase", passphrase)
	noKeyIn(t, home, k)
}

// Given a machine without a keyring, when a cache for this session only is chosen, then it
// is sealed while the window is open and gone with it.
func TestWindowGoal32ASessionsCacheEndsWithTheWindow(t *testing.T) {
	t.Parallel()
	home, dir := publicTenant(t)
	d := openDesktop(t, home, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent", "HTTPS_PROXY="+nowhere, "https_proxy="+nowhere)
	waitAsked(t, home, 1, "choose", "keyring")
	pause(2 * time.Second) // until the question is on the screen
	d.unlocks(home, "ctrl+e")
	d.picture("35-session-only")
	sealedAtRest(t, home)
	d.quit()
	left, err := filepath.Glob(filepath.Join(dir, cacheFile+"*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if slots, err := keyslot.Read(dir); err != nil || slots.Place != keyslot.Session {
		t.Errorf("the next start would not know what was chosen: %v", err)
	}
}

// unlocks gives the answer to the question by keyboard and waits until the tenant is at
// work: its first try to sync is in the log, because it cannot sign in.
func (d *desktop) unlocks(home string, keys ...string) {
	d.t.Helper()
	syncs := func() int {
		b, err := os.ReadFile(filepath.Join(home, "watchfloor.log"))
		if err != nil {
			d.t.Fatal(err)
		}
		return bytes.Count(b, []byte(`"msg":"sync"`))
	}
	before := syncs()
	d.press(keys...)
	eventually(d.t, 40*time.Second, "the tenant is not at work", func() bool { return syncs() > before })
	pause(time.Second) // until the queue is on the screen
}

// keyringSession is a bus of the test's own with the real gnome-keyring on it.
type keyringSession struct {
	t   *testing.T
	env []string
}

func newKeyringSession(t *testing.T) *keyringSession {
	t.Helper()
	for _, tool := range []string{"dbus-daemon", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: .ci/deps installs it on Debian and Ubuntu", tool)
		}
	}
	dir := t.TempDir()
	for _, sub := range []string{"run", "share/keyrings"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	k := &keyringSession{t: t, env: append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+filepath.Join(dir, "share"), "XDG_RUNTIME_DIR="+filepath.Join(dir, "run"), "DISPLAY=", "DBUS_SESSION_BUS_ADDRESS=")}
	bus := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address")
	bus.Env = k.env
	out, err := bus.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := bus.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Process.Kill(); bus.Wait() }) // the keyring ends with its bus
	var address string
	if _, err := fmt.Fscanln(out, &address); err != nil {
		t.Fatal("the bus did not say its address: ", err)
	}
	go io.Copy(io.Discard, out) //nolint:errcheck // ends with the bus
	k.env = append(k.env, "DBUS_SESSION_BUS_ADDRESS="+address)
	return k
}

// unlock has a keyring take the place of the one before, opened by a password: a wrong one
// leaves it locked.
func (k *keyringSession) unlock(password string) {
	k.t.Helper()
	cmd := exec.Command("gnome-keyring-daemon", "--replace", "--unlock", "--components=secrets")
	cmd.Env, cmd.Stdin = k.env, strings.NewReader(password)
	if err := cmd.Run(); err != nil {
		k.t.Fatal("gnome-keyring: ", err)
	}
}

// bus is the part of the environment by which a program finds the keyring.
func (k *keyringSession) bus() string { return k.env[len(k.env)-1] }

// Given a cache whose key is in a keyring that is locked, when the window opens, then it
// says so, shows and writes nothing, and a wrong recovery phrase or another try changes
// nothing; once the keyring is unlocked, trying again opens it.
func TestWindowGoal34ALockedKeyringIsWaitedFor(t *testing.T) {
	t.Parallel()
	ring := newKeyringSession(t)
	home, dir := publicTenant(t)
	ring.unlock("right")
	command := func(args ...string) string {
		cmd := programCommand(home, args...)
		cmd.Env = append(cmd.Env, ring.bus(), "HTTPS_PROXY="+nowhere, "https_proxy="+nowhere)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v, %s", args, err, out)
		}
		return string(out)
	}
	phrase, err := keyslot.ParsePhrase(phraseIn(command("vault", "recovery", "Contoso")))
	if err != nil {
		t.Fatal(err)
	}
	slots, err := keyslot.Read(dir)
	if err != nil || slots.Place != keyslot.Keyring {
		t.Fatalf("the key is in %q, %v", slots.Place, err)
	}
	k, err := slots.WithPhrase(phrase)
	if err != nil {
		t.Fatal(err)
	}
	stored(t, dir, k)
	sealed, err := os.ReadFile(filepath.Join(dir, cacheFile))
	if err != nil {
		t.Fatal(err)
	}

	ring.unlock("wrong")
	d := openDesktop(t, home, ring.bus(), "HTTPS_PROXY="+nowhere, "https_proxy="+nowhere)
	waitAsked(t, home, 1, "waiting", "locked")
	pause(2 * time.Second)
	d.picture("41-keyring-locked")
	d.press("Return")
	waitAsked(t, home, 2, "waiting", "locked")
	pause(time.Second)
	d.press("ctrl+r")
	d.typeText(keyslot.NewPhrase().Groups())
	d.press("Return")
	waitAsked(t, home, 4, "waiting", "recovery phrase")
	pause(time.Second)
	d.picture("42-wrong-phrase")
	if now, err := os.ReadFile(filepath.Join(dir, cacheFile)); err != nil || !bytes.Equal(now, sealed) {
		t.Errorf("the cache was touched: %v", err)
	}
	sealedAtRest(t, home, canary)

	ring.unlock("right")
	d.unlocks(home, "ctrl+r", "Return")
	d.picture("43-keyring-unlocked")
	cache := openWith(t, dir, k)
	defer cache.Close()
	d.finds(cache, "4711")
	d.comments(cache, "written after the keyring was unlocked", 1)
	d.quit()
	sealedAtRest(t, home, canary, "written after the keyring was unlocked")
	noKeyIn(t, home, k)
}

// phraseIn is the line of an output that is a recovery phrase.
func phraseIn(out string) string {
	for line := range strings.Lines(out) {
		if _, err := keyslot.ParsePhrase(strings.TrimSpace(line)); err == nil {
			return strings.TrimSpace(line)
		}
	}
	return ""
}
