package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/profile"
	"watchfloor/app/text"
	"watchfloor/data/profiles"
	"watchfloor/integrations/fonts"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// open serves the headless commands. A simulated tenant is synced at once: it lives no
// longer than the command.
func (m *program) open(ctx context.Context, o cli.Options) (*cli.Session, error) {
	s, err := m.openSession(ctx, o, 0)
	if err == nil {
		if err = s.noTenant(); err != nil {
			_ = s.close()
		}
	}
	if err != nil {
		return nil, err
	}
	if o.Simulated {
		if err := s.fleet.Once(ctx); err != nil {
			_ = s.close()
			return nil, err
		}
	}
	m.opened = s
	s.told.to(func(line string) { fmt.Fprintln(os.Stderr, "watchfloor: "+line) })
	var names []string
	var checks []cli.Check
	for _, t := range s.open() {
		names = append(names, t.about().Name)
		checks = append(checks, cli.Check{Name: "Cache", Run: t.checkCache})
		checks = append(checks, t.clients.checks()...)
	}
	return &cli.Session{
		Queue: s.fleet, Cases: s.fleet, Roster: s.fleet, Outbox: headlessOutbox{s.fleet, s}, Sync: headlessSync{s.fleet, s}, Metrics: s.fleet, Handover: s.fleet,
		Identity: s.fleet.Identity, Posture: s.fleet.Posture,
		Fonts: fonts.NewSystem(filepath.Join(s.home, "fonts"), s.log),
		Me:    s.first().shown().Me, Tenant: strings.Join(names, ", "), Home: s.home, Sends: s.owner != nil, Checks: checks, Audit: s.auditLogs(), Fleeting: s.fleeting(), Close: s.close,
	}, nil
}

func (t *tenant) checkCache(ctx context.Context) (string, error) {
	if err := t.cache.Check(ctx); err != nil {
		return "", err
	}
	return "opens, is sound and stores durably (" + filepath.Join(t.dir, "cache.db") + ")", nil
}

// headlessSync is the pull for one command: a person's sign-in comes first, and a window
// that is open does the work itself.
type headlessSync struct {
	*fleet.Fleet
	s *session
}

func (h headlessSync) Once(ctx context.Context) error {
	if h.s.owner == nil {
		return app.E(app.KindInvalid, "Watchfloor is open on this data folder and syncs by itself; nothing to do here.", nil)
	}
	if err := h.s.signIn(ctx, onTerminal); err != nil {
		return err
	}
	return h.Fleet.Once(ctx)
}

func (h headlessSync) Read(ctx context.Context, id int64) error {
	if err := h.s.signIn(ctx, onTerminal); err != nil {
		return err
	}
	return h.Fleet.Read(ctx, id)
}

// onTerminal shows a person where to sign in.
func onTerminal(tenant string, p profile.Prompt) {
	fmt.Fprintf(os.Stderr, "To sign in to %s, open %s and enter the code %s\n", text.Line(tenant, 60), text.Line(p.URL, 200), text.Line(p.Code, 40))
}

// headlessOutbox sends only where no window does.
type headlessOutbox struct {
	*fleet.Fleet
	s *session
}

func (h headlessOutbox) Flush(ctx context.Context) (int, error) {
	if h.s.owner == nil {
		return 0, nil
	}
	if err := h.s.signIn(ctx, onTerminal); err != nil {
		return 0, err
	}
	for _, t := range h.s.open() { // who asks to send now knows that the network is there
		if _, err := t.outbox.Resume(ctx); err != nil {
			return 0, err
		}
	}
	return h.Fleet.Flush(ctx)
}

// connecting is the connector of one command, with the session it works on.
type connecting struct{ *connector }

func (c connecting) Close() error { return c.s.close() }

// connector opens what connects tenants and looks after them, for one command.
func (m *program) connector(ctx context.Context, o cli.Options) (cli.Connector, error) {
	s, err := m.openSession(ctx, o, 0)
	if err != nil {
		return nil, err
	}
	return connecting{newConnector(s)}, nil
}

// simulate serves a simulated tenant until ctx ends.
func (m *program) simulate(ctx context.Context, o cli.SimulateOptions, out io.Writer) error {
	now := time.Now
	live := 20 * time.Second
	if !o.At.IsZero() {
		now, live = func() time.Time { return o.At }, 0
	}
	faults, err := faultsOf(o.Faults)
	if err != nil {
		return err
	}
	s, err := simulator.Start(ctx, simulator.Options{
		Incidents: o.Incidents, Seed: o.Seed, Listen: o.Listen, Now: now, Live: live, Faults: faults,
		Identity: simulator.IdentityMode{Extra: true},
	})
	if err != nil {
		return app.E(app.KindInvalid, "The simulated tenant could not start: "+err.Error(), err)
	}
	defer s.Close()
	ca := o.CAFile
	if ca == "" {
		home := o.Home
		if home == "" {
			home = m.home
		}
		ca = filepath.Join(home, "ca.pem")
	}
	if abs, err := filepath.Abs(ca); err == nil {
		ca = abs
	}
	err = os.MkdirAll(filepath.Dir(ca), 0o700)
	if err == nil {
		err = profiles.ReplaceFile(ca, s.Settings().CAPEM)
	}
	if err != nil {
		return app.E(app.KindInvalid, "The CA certificate cannot be written to "+ca+"; choose another place with --ca.", err)
	}
	b, err := json.MarshalIndent(simulatedDraft(s.Settings(), ca), "", "  ")
	if err != nil {
		return err
	}
	fmt.Fprintln(out, string(b))
	<-ctx.Done()
	return nil
}
