package ui

import (
	"context"
	"image/color"
	"log/slog"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/sync"
	"watchfloor/app/text"
	"watchfloor/app/triage"
	"watchfloor/ui/clip"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	wf "watchfloor/ui/theme"
	"watchfloor/ui/widget"
	"watchfloor/ui/work"
)

// page is one place of the window.
type page interface {
	Root() fyne.CanvasObject
	// Keys is what takes the keyboard.
	Keys() fyne.Focusable
	// Do carries out a command and reports whether the page knows it.
	Do(keys.Command) bool
	// Tick draws again what depends on the time.
	Tick()
	// Event tells that rows, the outbox or the sync changed.
	Event(app.Event)
	// Leave stops what only matters while the page is seen.
	Leave()
}

// targeted is a page with an incident under the cursor.
type targeted interface{ Target() (triage.Row, bool) }

// Shell is the window.
type Shell struct {
	app    fyne.App
	clip   *clip.Keeper
	win    fyne.Window
	s      Services
	desk   *work.Desk
	prefs  *savedPrefs
	drafts *work.Saver
	router keys.Router

	on       keys.Screen
	back     keys.Screen // where Esc leads from an incident
	pages    map[keys.Screen]page
	dialog   *dialog // nil without one
	dark     bool
	utc      bool
	state    sync.State
	counts   outbox.Counts
	last     *app.Reason // of the last close
	message  look.Cell
	syncing  bool // the analyst asked for a sync
	heard    bool // the pull has spoken since
	closed   bool
	quitting bool          // asked whether to close
	left     left          // where the person was when the window was locked
	notices  []string      // notices that nobody has closed yet
	noticing bool          // one of them is open
	input    time.Time     // of the last key or click
	early    *earlyPost    // until the window is shown
	counting chan struct{} // closed when figures may be counted; nil once shown

	body   *fyne.Container
	below  *fyne.Container
	outer  *fyne.Container
	rail   *rail
	status *statusLine
	banner *banner
	which  *whichKey
	events *eventBuffer
	unhook func()
	stop   chan struct{}
	outbox *work.Slot
	strip  *strip
	deciding
}

// New builds the window without showing it.
func New(a fyne.App, s Services) *Shell {
	watched := clip.Watch(a)
	sh := &Shell{app: a, clip: watched.Keeper(), pages: map[keys.Screen]page{}, stop: make(chan struct{})}
	if s.Poster == nil {
		sh.early = newEarlyPost(fyne.Do)
		s.Poster = sh.early.Post
		if s.Queue != nil {
			sh.counting = make(chan struct{})
			s.Queue = patientQueue{s.Queue, sh.counting}
		}
	}
	sh.win = a.NewWindow("Watchfloor")
	sh.win.SetPadded(false)
	sh.win.Resize(fyne.NewSize(1440, 900))
	sh.win.SetOnClosed(sh.Close)
	sh.win.SetCloseIntercept(sh.quit)
	sh.keyboard()
	widget.OnInput(sh.takes)
	sh.Use(s)
	return sh
}

// Use puts the window to work on other services, closing what worked on the old.
func (sh *Shell) Use(s Services) {
	sh.drop()
	sh.s = filled(s)
	sh.desk = work.New(sh.s.Poster, sh.s.Go)
	sh.prefs = newSavedPrefs(sh.s.Prefs)
	sh.clip.On(sh.s.Poster, sh.s.After)
	sh.clip.Stay(copyStays(sh.prefs.Get(clipboardPref)))
	if sh.early == nil { // else Show does it
		sh.exclude(0)
	}
	sh.drafts = work.NewSaver(saveDraft(sh.s))
	sh.outbox = sh.desk.Slot()
	sh.deciding = deciding{reading: sh.desk.Slot()}
	sh.dark = sh.prefs.Get("theme") != "light"
	sh.utc = sh.prefs.Get("zone") == "utc"
	sh.app.Settings().SetTheme(wf.Theme{Dark: sh.dark})
	sh.pages = map[keys.Screen]page{}
	sh.counts, sh.state, sh.message = outbox.Counts{}, sync.State{}, look.Cell{}
	sh.left = left{}
	sh.touched()
	sh.title()
	sh.build()
	if sh.s.Lock != nil {
		sh.goTo(keys.Locked)
		return
	}
	if sh.s.Queue == nil {
		sh.goTo(keys.Welcome)
		sh.showNotice()
		return
	}
	sh.listen()
	first := keys.Screen(sh.prefs.Get("page"))
	if !slices.Contains([]keys.Screen{keys.Identity, keys.Posture, keys.Actions, keys.Trends, keys.Reports, keys.Settings}, first) {
		first = keys.Queue
	}
	sh.goTo(first)
	sh.readState()
	sh.showNotice()
}

func filled(s Services) Services {
	if s.Poster == nil {
		s.Poster = fyne.Do
	}
	if s.After == nil {
		s.After = func(d time.Duration, f func()) { time.AfterFunc(d, f) }
	}
	if s.Prefs == nil {
		s.Prefs = noPrefs{}
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Zone == nil {
		s.Zone = time.Local
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if len(s.Targets) == 0 {
		s.Targets = triage.DefaultTargets
	}
	return s
}

// leastSize is the smallest content of the window: every dialog keeps its buttons.
var leastSize = fyne.NewSize(760, 540)

func (sh *Shell) build() {
	sh.body = container.NewStack()
	sh.rail, sh.status, sh.banner, sh.which = newRail(sh), newStatusLine(sh), newBanner(), newWhichKey(sh)
	sh.strip = newStrip(sh)
	sh.below = widget.Column(0, sh.which.root, sh.strip.root, widget.Rule(), sh.status.root)
	var left fyne.CanvasObject
	if sh.s.Queue != nil {
		left = sh.rail.root
	} else {
		sh.below.Hide()
	}
	sh.outer = container.NewBorder(sh.banner.root, sh.below, left, nil, sh.body)
	least := canvas.NewRectangle(color.Transparent)
	least.SetMinSize(leastSize)
	sh.win.SetContent(container.NewStack(least, widget.NewSensor(), sh.outer))
}

// relayout makes room for what came or went above or below the page.
func (sh *Shell) relayout() {
	widget.Relayout(sh.outer)
	widget.Relayout(sh.below)
}

// Press acts as if a key was pressed while no text field has the focus; keys are named
// as in package keys ("j", "Ctrl+O"). It reports whether the key meant something.
func (sh *Shell) Press(key string) bool { return sh.press(key) }

// Window is the Fyne window.
func (sh *Shell) Window() fyne.Window { return sh.win }

// firstRows is how long the window waits for its first rows before it opens without.
const firstRows = 150 * time.Millisecond

// Show opens the window.
func (sh *Shell) Show() {
	if sh.early != nil {
		sh.early.Open(firstRows, sh.settled)
		sh.early = nil
	}
	sh.win.Show()
	sh.exclude(0)
	if c := sh.counting; c != nil {
		sh.counting = nil
		time.AfterFunc(afterFirst, func() { close(c) })
	}
	sh.focus()
}

// settled reports that the page has what it shows first.
func (sh *Shell) settled() bool {
	p, waits := sh.page().(interface{ Settled() bool })
	return !waits || p.Settled()
}

// Close stops all work and writes what is still to be written. It may be called twice.
func (sh *Shell) Close() {
	if sh.closed {
		return
	}
	sh.closed = true
	sh.clip.Close()
	sh.drop()
}

func (sh *Shell) drop() {
	if sh.desk == nil {
		return
	}
	for sh.dialog != nil {
		sh.closeDialog()
	}
	for _, p := range sh.pages {
		p.Leave()
	}
	if sh.unhook != nil {
		sh.unhook()
		sh.unhook = nil
		close(sh.stop)
		sh.stop = make(chan struct{})
	}
	sh.desk.Close()
	sh.prefs.saver.Flush()
	sh.drafts.Flush()
}

func (sh *Shell) clock() present.Clock {
	z := sh.s.Zone
	if sh.utc {
		z = time.UTC
	}
	return present.Clock{Now: sh.s.Now(), Zone: z}
}

// goTo shows a page, building it the first time.
func (sh *Shell) goTo(on keys.Screen) {
	if old := sh.page(); old != nil && sh.on != on {
		old.Leave()
	}
	sh.on = on
	sh.router.Reset()
	sh.which.draw()
	p := sh.pages[on]
	if p == nil {
		p = sh.make(on)
		sh.pages[on] = p
	} else {
		p.Event(app.Event{Topic: app.TopicIncidents})
	}
	sh.body.Objects = []fyne.CanvasObject{p.Root()}
	sh.body.Refresh()
	if on != keys.Incident && on != keys.Person && on != keys.Welcome && on != keys.Locked {
		sh.prefs.Set("page", string(on))
	}
	sh.rail.draw()
	sh.status.draw()
	sh.focus()
}

func (sh *Shell) page() page { return sh.pages[sh.on] }

func (sh *Shell) focus() {
	if p := sh.page(); p != nil && sh.dialog == nil {
		sh.win.Canvas().Focus(p.Keys())
	}
}

// say shows a message in the status line until the next command. What it quotes of a
// service or a file hides nothing there.
func (sh *Shell) say(words string, t look.Tone) {
	sh.message = look.Cell{Text: text.Line(words, mostSaid), Tone: t}
	sh.status.draw()
}

// mostSaid is the longest message, in characters.
const mostSaid = 500

func (sh *Shell) fail(err error) {
	if app.KindOf(err) == app.KindCancelled {
		return
	}
	sh.s.Log.Warn("window", "err", err)
	sh.say(app.Say(err), look.Alarm)
}

// later runs a job off the UI goroutine; done gets its error back on it.
func (sh *Shell) later(job func(context.Context) error, done func(error)) {
	sh.desk.Run(func(ctx context.Context) func() {
		err := job(app.WithPriority(ctx))
		return func() { done(err) }
	})
}
