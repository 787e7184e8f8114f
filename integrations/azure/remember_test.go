package azure_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/simulator"
)

// kept is a store of the system for one test. Its name is always the same, because the
// kernel's keyring keeps a key per name until the machine restarts.
func kept(t *testing.T) azure.Remember {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	return azure.Remember{Name: "watchfloor-test"}
}

// needStore skips where the system protects nothing, such as in some containers.
func needStore(t *testing.T, c *azure.Credential) {
	t.Helper()
	if c.SessionOnly() != "" {
		t.Skip("this system has no protected store for tokens (on Linux the kernel's keyring): " + c.SessionOnly())
	}
}

// Given a person who signed in, when Watchfloor starts again with the record, then it
// works without asking, at both services.
func TestARememberedPersonIsNotAskedAgain(t *testing.T) {
	keep := kept(t)
	x := start(t, simulator.Options{})
	first, _ := x.device(t, keep)
	needStore(t, first)
	if err := first.SignIn(context.Background(), x.cloud.ARMScope()); err != nil {
		t.Fatal(err)
	}
	keep.Record = first.Account().Record

	again, prompts := x.device(t, keep)
	if got := again.Account().UPN; got != x.User {
		t.Errorf("before anything is asked the account is %q", got)
	}
	for _, scope := range []string{x.cloud.ARMScope(), x.cloud.GraphScope()} {
		if err := again.Resume(context.Background(), scope); err != nil {
			t.Errorf("%s: %v", scope, err)
		}
	}
	if *prompts != 0 {
		t.Errorf("asked %d times", *prompts)
	}
	browser, err := azure.Browser(x.cloud, x.tr, x.id, keep)
	if err != nil {
		t.Fatal(err)
	}
	if err := browser.Resume(context.Background(), x.cloud.ARMScope()); err != nil {
		t.Errorf("the other way to sign in: %v", err)
	}

	x.EndSessions(50173)
	x.Revoke()
	later, prompts := x.device(t, keep)
	if err := x.list(t, later)(); app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), "password was changed") || *prompts != 0 {
		t.Errorf("%v, %d prompts", err, *prompts)
	}
}

func TestWhatIsRememberedHoldsNoSecretInTheClear(t *testing.T) {
	keep := kept(t)
	x := start(t, simulator.Options{})
	c, _ := x.device(t, keep)
	needStore(t, c)
	if err := c.SignIn(context.Background(), x.cloud.ARMScope()); err != nil {
		t.Fatal(err)
	}
	var fields map[string]string
	if err := json.Unmarshal(c.Account().Record, &fields); err != nil || fields["username"] != x.User || len(fields) != 6 {
		t.Errorf("%v %v", fields, err)
	}
	found := 0
	err := filepath.WalkDir(os.Getenv("XDG_CACHE_HOME"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if strings.Contains(string(b), "refresh") || strings.Contains(string(b), x.User) {
			t.Errorf("%s is in clear text", filepath.Base(path))
		}
		if info, e := d.Info(); e == nil && info.Mode().Perm() != 0o600 && len(b) > 0 {
			t.Errorf("%s has mode %o", filepath.Base(path), info.Mode().Perm())
		}
		found += len(b)
		return err
	})
	if err != nil || found == 0 {
		t.Errorf("%d bytes kept, %v", found, err)
	}
}

// Records of somebody else, damaged or without their tokens ask the person anew.
func TestARecordThatDoesNotFitIsLeftOut(t *testing.T) {
	keep := kept(t)
	x := start(t, simulator.Options{})
	first, _ := x.device(t, keep)
	needStore(t, first)
	if err := first.SignIn(context.Background(), x.cloud.ARMScope()); err != nil {
		t.Fatal(err)
	}
	record := first.Account().Record
	for name, r := range map[string][]byte{
		"damaged":             []byte(`{"version":`),
		"a later version":     []byte(`{"version":"9.0","clientId":"` + x.ClientID + `"}`),
		"another application": []byte(strings.Replace(string(record), x.ClientID, "00000000-1111-2222-3333-444444444444", 1)),
	} {
		c, prompts := x.device(t, azure.Remember{Name: keep.Name, Record: r})
		if c.Account().UPN != "" {
			t.Errorf("%s: the record is believed", name)
		}
		if err := c.SignIn(context.Background(), x.cloud.ARMScope()); err != nil || *prompts != 1 {
			t.Errorf("%s: %v, %d prompts", name, err, *prompts)
		}
	}
	if err := azure.Forget(keep.Name); err != nil {
		t.Fatal(err)
	}
	gone, prompts := x.device(t, azure.Remember{Name: keep.Name, Record: record})
	if err := gone.Resume(context.Background(), x.cloud.ARMScope()); app.KindOf(err) != app.KindSignIn || *prompts != 0 {
		t.Errorf("forgotten: %v, %d prompts", err, *prompts)
	}
	if err := azure.Forget(keep.Name); err != nil {
		t.Errorf("forgetting what is not there: %v", err)
	}
}

// A store that a crash or another program left damaged costs one sign-in, not all.
func TestADamagedStoreIsMended(t *testing.T) {
	keep := kept(t)
	x := start(t, simulator.Options{})
	first, _ := x.device(t, keep)
	needStore(t, first)
	if err := first.SignIn(context.Background(), x.cloud.ARMScope()); err != nil {
		t.Fatal(err)
	}
	keep.Record = first.Account().Record
	damage(t, keep.Name+".cae")
	again, _ := x.device(t, keep)
	if err := again.Resume(context.Background(), x.cloud.ARMScope()); app.KindOf(err) != app.KindSignIn {
		t.Errorf("%v", err)
	}
	if err := again.SignIn(context.Background(), x.cloud.ARMScope()); err != nil {
		t.Errorf("signing in anew: %v", err)
	}
	damage(t, keep.Name+".cae") // while it runs
	if err := again.SignIn(context.Background(), x.cloud.ARMScope()); app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), "check that the disk has space") {
		t.Errorf("%v", err)
	}
}

func damage(t *testing.T, name string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the form of the store is known on Linux alone")
	}
	if err := os.WriteFile(filepath.Join(os.Getenv("XDG_CACHE_HOME"), ".IdentityService", name), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A folder that takes no files makes the sign-in last for the session; it does not fail.
func TestAStoreThatTakesNothingIsLeftAlone(t *testing.T) {
	keep := kept(t)
	if err := os.WriteFile(filepath.Join(os.Getenv("XDG_CACHE_HOME"), ".IdentityService"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	x := start(t, simulator.Options{})
	c, _ := x.device(t, keep)
	if c.SessionOnly() == "" {
		t.Error("nobody is told")
	}
	both(t, x.cloud, c)
}

// playNoHome says what a person is told where nothing can be kept.
func playNoHome() int {
	c, err := azure.DeviceCode(azure.Public, nil, azure.Identity{Client: "c"}, azure.Remember{Name: "watchfloor-test"}, nil)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Print(c.SessionOnly())
	return 0
}

func TestWhereNothingCanBeKeptThePersonIsTold(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only on Linux can the store be taken away by the environment")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = []string{standInAs + "=no home"}
	said, err := cmd.Output()
	if err != nil || !strings.Contains(string(said), "until Watchfloor is closed") {
		t.Errorf("%q %v", said, err)
	}
	x := start(t, simulator.Options{})
	if c, _ := x.device(t, azure.Remember{}); c.SessionOnly() != "" {
		t.Errorf("who asked for nothing to be kept is told %q", c.SessionOnly())
	}
}

// The system's store may wait for the person: making the credential, which happens before
// the first picture, must not touch it.
func TestTheStoreIsNotTouchedBeforeTheFirstNeed(t *testing.T) {
	keep := kept(t)
	x := start(t, simulator.Options{})
	c, _ := x.device(t, keep)
	if files, err := os.ReadDir(os.Getenv("XDG_CACHE_HOME")); err != nil || len(files) > 0 {
		t.Errorf("touched already: %v %v", files, err)
	}
	needStore(t, c)
	if files, err := os.ReadDir(os.Getenv("XDG_CACHE_HOME")); err != nil || len(files) == 0 {
		t.Errorf("asked and still not touched: %v", err)
	}
}
