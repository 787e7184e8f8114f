package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"watchfloor/app"
	"watchfloor/app/unlock"
	"watchfloor/assets"
	"watchfloor/integrations/browser"
	"watchfloor/integrations/screenlock"
	"watchfloor/ui"
	"watchfloor/ui/cli"
	"watchfloor/ui/clip"
	"watchfloor/ui/settings"
)

// window opens the window and returns when it is closed.
func (m *program) window(ctx context.Context, o cli.Options) error {
	log.SetOutput(toolkitLog{slog.New(slog.DiscardHandler), os.Stderr, os.Exit})
	fa := clip.Watch(fyneapp.NewWithID("local.watchfloor"))
	fyne.SetCurrentApp(fa) // so that the toolkit copies through it, too
	fa.SetIcon(fyne.NewStaticResource("watchfloor.png", assets.Icon))
	w := &windowed{program: m, o: o, painted: make(chan struct{})}
	collect := holdCollector()
	fa.Lifecycle().SetOnStarted(func() {
		time.AfterFunc(calm, func() {
			collect()
			close(w.painted)
		})
	})
	services, err := w.first(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "watchfloor: "+app.Say(err))
		ui.ShowProblem(fa, app.Say(err)) // who started it from a menu sees no terminal
		return cli.Said(err)
	}
	if services.Log != nil {
		log.SetOutput(toolkitLog{services.Log, os.Stderr, os.Exit})
	}
	shell := ui.New(fa, services)
	shell.Window().SetMaster()
	shell.Show()
	w.told.to(shell.Notice)
	w.asked(shell.AskKey)
	screenlock.Watch(ctx, func() { fyne.Do(shell.LockAway) })
	stop := context.AfterFunc(ctx, func() { fyne.Do(fa.Quit) })
	defer stop()
	fa.Run()
	shell.Close()
	return w.close()
}

// holdCollector keeps the garbage collector from competing with the first picture for
// the processor: fonts and rows fill some 100 MiB at once. It returns what lets it work
// again and gives the memory back. Past the limit it works all the same.
func holdCollector() (release func()) {
	const most = 400 << 20
	percent, limit := debug.SetGCPercent(-1), debug.SetMemoryLimit(most)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
		debug.FreeOSMemory()
	}
}

// windowed is the window's side of the program: at most one session is open.
type windowed struct {
	*program
	o       cli.Options
	mu      sync.Mutex
	session *session
	told    notices       // shown once the window is open
	askKey  asker         // asks in the window; nil until it is open
	painted chan struct{} // closed once the first rows are on the screen
}

// calm is how long after the window has opened background work begins: the first
// picture of the queue comes from the cache and goes before it.
const calm = 300 * time.Millisecond

// first returns the services to open the window with: those of the connected or the
// simulated tenant, or the start page.
func (w *windowed) first(ctx context.Context) (ui.Services, error) {
	w.patience = startPatience
	r := w.newReplies()
	s, err := w.openSession(withAsker(ctx, r.ask), w.o, timeToUndo)
	w.patience = 0
	if need := (*unlock.Need)(nil); errors.As(err, &need) {
		return w.askedFirst(need, r), nil
	}
	if err != nil {
		return ui.Services{}, err
	}
	return w.use(s)
}

// timeToUndo is how long an action can be taken back before it is sent.
const timeToUndo = 10 * time.Second

// use hands the services of a session to the window and starts its work.
func (w *windowed) use(s *session) (ui.Services, error) {
	if s.owner == nil {
		_ = s.close()
		return ui.Services{}, secondInstance()
	}
	s.keys.patience, s.keys.asks = 0, w.ask
	w.mu.Lock()
	old := w.session
	w.session = s
	w.mu.Unlock()
	if old != nil && old != s {
		_ = old.close()
	}
	go func() {
		<-w.painted
		s.start()
	}()
	if len(s.damaged) > 0 {
		w.told.tell(s.damaged[0])
	}
	s.told.to(w.told.tell)
	if err := s.noTenant(); err != nil {
		return w.bare(s), nil
	}
	return w.services(s), nil
}

// bare are the services of a session without a tenant: the window begins with connecting
// one.
func (w *windowed) bare(s *session) ui.Services {
	return ui.Services{
		Start: &ui.Start{Simulate: w.simulateHere, Opened: w.opened}, Connector: newConnector(s),
		Prefs: prefs{s}, Now: s.now, Log: s.log,
	}
}

// services are those of a session with tenants, until the last of them is removed.
func (w *windowed) services(s *session) ui.Services {
	all := s.services()
	all.Emptied = func() ui.Services { return w.bare(s) }
	all.LockUp, all.LocksAlong, all.Ending = w.lockUp, screenlock.Supported, s.ending
	return all
}

// ask asks in the window.
func (w *windowed) ask(ctx context.Context, n *unlock.Need) (unlock.Answer, error) {
	w.mu.Lock()
	ask := w.askKey
	w.mu.Unlock()
	if ask == nil {
		return unlock.Answer{}, n
	}
	return ask(ctx, n)
}

func (w *windowed) asked(ask asker) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.askKey = ask
}

func (w *windowed) simulateHere(ctx context.Context, _ func(string)) (ui.Services, error) {
	o := w.o
	o.Simulated = true
	s, err := w.openSession(ctx, o, timeToUndo)
	if err != nil {
		return ui.Services{}, err
	}
	return w.use(s)
}

// opened are the services once the first tenant was connected.
func (w *windowed) opened(context.Context) (ui.Services, error) {
	w.mu.Lock()
	s := w.session
	w.mu.Unlock()
	if err := s.noTenant(); err != nil {
		return ui.Services{}, err
	}
	return w.services(s), nil
}

func (w *windowed) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.session == nil {
		return nil
	}
	return w.session.close()
}

// services are what the window works with.
func (s *session) services() ui.Services {
	first := s.first()
	return ui.Services{
		Queue: s.fleet, Cases: s.fleet, Outbox: s.fleet, Sync: s.fleet, Trends: trends{s}, Roster: s.fleet,
		Identity: s.fleet.Identity, Posture: s.fleet.Posture, Exports: exports{s}, Portal: portals{s, browser.Open}, Hub: s.hub, Prefs: prefs{s}, Now: s.now, Me: first.shown().Me, Tenant: first.about().Name,
		Connector: newConnector(s), Guard: newConnector(s), Profile: s.facts(), Log: s.log,
	}
}

// facts are what the settings page says beside the list of tenants.
func (s *session) facts() []settings.Fact {
	return []settings.Fact{{Name: "Data folder", Value: s.home}}
}
