package screenlock

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// The test binary plays Watchfloor and the screen saver on a bus made for it.
const onBus = "WATCHFLOOR_TEST_ON_BUS"

func TestMain(m *testing.M) {
	if os.Getenv(onBus) == "" {
		os.Exit(m.Run())
	}
	if err := play(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func play() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	locked := make(chan struct{}, 16)
	watched := make(chan struct{}, 1)
	go follow(ctx, func(o ...dbus.ConnOption) (*dbus.Conn, error) {
		defer func() { watched <- struct{}{} }()
		return dbus.ConnectSessionBus(o...)
	}, func() { locked <- struct{}{} })
	<-watched
	saver, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return err
	}
	defer saver.Close()
	// It may not listen yet: the saver goes on until it is heard.
	for again := time.NewTicker(20 * time.Millisecond); ; {
		if err := saver.Emit("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", true); err != nil {
			return err
		}
		select {
		case <-locked:
			return nil
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("the lock was not heard")
		}
	}
}

func TestGoal35TheLockOfTheScreenIsHeard(t *testing.T) {
	if _, err := exec.LookPath("dbus-run-session"); err != nil {
		t.Skip("dbus-run-session is not installed: .ci/deps installs it on Debian and Ubuntu")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "dbus-run-session", "--", self) //nolint:gosec // the test itself
	cmd.Env, cmd.WaitDelay = append(os.Environ(), onBus+"=1"), time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestGoal35OnlyALockTells(t *testing.T) {
	for name, c := range map[string]struct {
		signal dbus.Signal
		want   bool
	}{
		"the saver begins":     {dbus.Signal{Name: "org.gnome.ScreenSaver.ActiveChanged", Body: []any{true}}, true},
		"the saver ends":       {dbus.Signal{Name: "org.gnome.ScreenSaver.ActiveChanged", Body: []any{false}}, false},
		"the machine sleeps":   {dbus.Signal{Name: "org.freedesktop.login1.Manager.PrepareForSleep", Body: []any{true}}, true},
		"the machine wakes":    {dbus.Signal{Name: "org.freedesktop.login1.Manager.PrepareForSleep", Body: []any{false}}, false},
		"the session locks":    {dbus.Signal{Name: "org.freedesktop.login1.Session.Lock"}, true},
		"something else":       {dbus.Signal{Name: "org.example.Lock", Body: []any{true}}, false},
		"a body of a stranger": {dbus.Signal{Name: "org.gnome.ScreenSaver.ActiveChanged", Body: []any{"yes"}}, false},
		"an empty one":         {dbus.Signal{Name: "org.gnome.ScreenSaver.ActiveChanged"}, false},
	} {
		if got := tells(&c.signal); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Without any bus nothing is told and nothing hangs.
func TestWithoutABusNothingIsTold(t *testing.T) {
	follow(t.Context(), func(...dbus.ConnOption) (*dbus.Conn, error) { return nil, os.ErrNotExist }, func() { t.Error("told") })
}
