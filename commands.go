package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/profile"
	appsync "watchfloor/app/sync"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// open serves the headless commands. A simulated tenant is synced at once: it lives no
// longer than the command.
func (m *program) open(ctx context.Context, o cli.Options) (*cli.Session, error) {
	s, err := m.openSession(ctx, o, func(line string) { fmt.Fprintln(os.Stderr, line) })
	if err != nil {
		return nil, err
	}
	if o.Simulated {
		if err := s.engine.Once(ctx); err != nil {
			s.close()
			return nil, err
		}
	}
	m.opened = s
	checks := append([]cli.Check{{Name: "Cache", Run: s.checkCache}}, s.tenant.checks()...)
	return &cli.Session{
		Queue: s.cache, Cases: s.cache, Outbox: headlessOutbox{s.outbox, s}, Sync: headlessSync{s.engine, s}, Metrics: s.cache,
		Me: s.me, Tenant: s.tenant.profile.Name, Home: s.home, Sends: s.owner != nil, Checks: checks, Close: s.close,
	}, nil
}

func (s *session) checkCache(ctx context.Context) (string, error) {
	if err := s.cache.Check(ctx); err != nil {
		return "", err
	}
	return "opens, is sound and stores durably (" + s.path() + ")", nil
}

// headlessSync is the engine for one command: a person's sign-in comes first, and a
// window that is open does the work itself.
type headlessSync struct {
	*appsync.Engine
	s *session
}

func (h headlessSync) Once(ctx context.Context) error {
	if h.s.owner == nil {
		return app.E(app.KindInvalid, "Watchfloor is open on this data folder and syncs by itself; nothing to do here.", nil)
	}
	if err := h.s.signIn(ctx); err != nil {
		return err
	}
	return h.Engine.Once(ctx)
}

func (h headlessSync) Read(ctx context.Context, id int64) error {
	if err := h.s.signIn(ctx); err != nil {
		return err
	}
	return h.Engine.Read(ctx, id)
}

// headlessOutbox sends only where no window does.
type headlessOutbox struct {
	*outbox.Service
	s *session
}

func (h headlessOutbox) Flush(ctx context.Context) (int, error) {
	if h.s.owner == nil {
		return 0, nil
	}
	if err := h.s.signIn(ctx); err != nil {
		return 0, err
	}
	if err := h.dueNow(ctx, h.s.now()); err != nil {
		return 0, err
	}
	return h.Service.Flush(ctx)
}

// ownPause is the longest wait that the outbox takes on itself when nobody answered; a
// longer one was asked for by a service.
const ownPause = 10 * time.Second

// dueNow takes back the waits of actions that only miss a network: who asks to send now
// knows that it is there. A wait that a service asked for is kept.
func (h headlessOutbox) dueNow(ctx context.Context, now time.Time) error {
	queued, err := h.List(ctx, math.MaxInt32, outbox.Queued)
	if err != nil {
		return err
	}
	for _, a := range queued {
		wait := a.NotBefore.Sub(now)
		answered := a.Attempts > 0 || strings.Contains(a.Reason, "(HTTP ")
		if a.Unreadable || wait <= 0 || answered || wait > ownPause {
			continue
		}
		if err := h.Retry(ctx, a.Seq); err != nil {
			return err
		}
	}
	return nil
}

// connect signs in, asks every source once and stores the profile.
func (m *program) connect(ctx context.Context, o cli.Options, p profile.Draft, out io.Writer) error {
	home := o.Home
	if home == "" {
		home = m.home
	}
	if p.Name == "" {
		p.Name = "Tenant " + p.TenantID
	}
	if p.CAFile != "" {
		if abs, err := filepath.Abs(p.CAFile); err == nil {
			p.CAFile = abs
		}
	}
	if err := os.MkdirAll(home, 0o700); err != nil {
		return app.E(app.KindInvalid, "The data folder cannot be written. Check its permissions, or choose another with --home.", err)
	}
	log, closeLog := openLog(home)
	defer closeLog()
	t, err := dial(p, p.Secret, nil, time.Now, log, func(line string) { fmt.Fprintln(out, line) })
	if err != nil {
		return err
	}
	defer t.close()
	if err := t.credential.SignIn(ctx, t.scope); err != nil {
		return err
	}
	var firstErr error
	for _, c := range t.checks() {
		if said, err := c.Run(ctx); err != nil {
			fmt.Fprintf(out, "%s: %s\n", c.Name, app.Say(err))
			firstErr = err
		} else {
			fmt.Fprintf(out, "%s: %s\n", c.Name, said)
		}
	}
	if firstErr != nil {
		return firstErr
	}
	if err := saveProfile(home, p); err != nil {
		return err
	}
	if kept, err := m.secrets.keep(ctx, home, p); !kept {
		fmt.Fprintln(out, app.Say(err))
		return app.E(app.KindPermission, "Connected, but the client secret could not be kept: give it in "+cli.SecretVariable+" at each start.", err)
	}
	fmt.Fprintln(out, "Connected. Start the window with: "+startLine(os.Args[0], o.Home))
	return nil
}

// startLine is what a person types to open the window on a data folder.
func startLine(program, home string) string {
	if home == "" {
		return program
	}
	if strings.ContainsAny(home, " \t'\"$`\\*?&;|<>()#~") {
		home = "'" + strings.ReplaceAll(home, "'", `'\''`) + "'"
	}
	return program + " --home " + home
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
	s, err := simulator.Start(ctx, simulator.Options{Incidents: o.Incidents, Seed: o.Seed, Listen: o.Listen, Now: now, Live: live, Faults: faults})
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
		err = replaceFile(ca, s.Settings().CAPEM)
	}
	if err != nil {
		return app.E(app.KindInvalid, "The CA certificate cannot be written to "+ca+"; choose another place with --ca.", err)
	}
	b, err := json.MarshalIndent(simulatedProfile(s.Settings(), ca), "", "  ")
	if err != nil {
		return err
	}
	fmt.Fprintln(out, string(b))
	<-ctx.Done()
	return nil
}
