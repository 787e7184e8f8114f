package screenlock

import (
	"context"

	"github.com/godbus/dbus/v5"
)

// Supported reports that this system says when its screen is locked.
const Supported = true

// Watch calls locked, on a goroutine of its own, each time the screen is locked or the
// computer is about to sleep, until ctx ends. Where no bus answers it tells nothing; it
// returns at once.
func Watch(ctx context.Context, locked func()) {
	for _, dial := range []func(...dbus.ConnOption) (*dbus.Conn, error){dbus.ConnectSessionBus, dbus.ConnectSystemBus} {
		go follow(ctx, dial, locked)
	}
}

// signals are those that tell of a lock; where one carries a truth value it must be true.
// Sources: the D-Bus interfaces of org.freedesktop.login1 and of the screen savers of
// GNOME, KDE, Cinnamon and MATE.
var signals = map[string]string{
	"org.freedesktop.login1.Manager": "PrepareForSleep",
	"org.freedesktop.login1.Session": "Lock",
	"org.freedesktop.ScreenSaver":    "ActiveChanged",
	"org.gnome.ScreenSaver":          "ActiveChanged",
	"org.cinnamon.ScreenSaver":       "ActiveChanged",
	"org.mate.ScreenSaver":           "ActiveChanged",
}

func follow(ctx context.Context, dial func(...dbus.ConnOption) (*dbus.Conn, error), locked func()) {
	c, err := dial(dbus.WithContext(ctx))
	if err != nil {
		return
	}
	defer c.Close()
	heard := make(chan *dbus.Signal, 16)
	c.Signal(heard)
	for iface, member := range signals {
		if err := c.AddMatchSignalContext(ctx, dbus.WithMatchInterface(iface), dbus.WithMatchMember(member)); err != nil {
			return
		}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case s, open := <-heard:
			if !open {
				return
			}
			if tells(s) {
				locked()
			}
		}
	}
}

// tells reports a signal that the screen is locked now.
func tells(s *dbus.Signal) bool {
	for iface, member := range signals {
		if s.Name != iface+"."+member {
			continue
		}
		if len(s.Body) == 0 {
			return member == "Lock"
		}
		on, ok := s.Body[0].(bool)
		return ok && on
	}
	return false
}
