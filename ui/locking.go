package ui

import (
	"context"
	"errors"
	"strconv"
	gosync "sync"
	"time"

	"fyne.io/fyne/v2"

	"watchfloor/app"
	"watchfloor/app/unlock"
	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/lock"
	"watchfloor/ui/look"
)

// Lock is what a locked window works with: nothing but a question and what to do with
// its answer.
type Lock struct {
	Need *unlock.Need
	// Unlock returns the services to go on with. It runs off the UI goroutine. An
	// *unlock.Need as its error is the next question.
	Unlock func(ctx context.Context, a unlock.Answer) (Services, error)
}

// Lock hides everything and has the services close what they hold open. It belongs to
// the UI goroutine; a window that is locked, or has no tenant, stays as it is.
func (sh *Shell) Lock() {
	if sh.s.LockUp == nil || sh.s.Queue == nil || sh.closed {
		return
	}
	left := sh.leave()
	sh.prefs.saver.Flush()
	sh.drafts.Flush()
	kept := noPrefs{}
	for _, key := range []string{"theme", "zone", lockPref} {
		kept[key] = sh.prefs.Get(key)
	}
	up, s := sh.s.LockUp, sh.s
	sh.drop() // no page asks for anything any more
	sh.clip.Close()
	for o := sh.win.Canvas().Overlays().Top(); o != nil; o = sh.win.Canvas().Overlays().Top() {
		sh.win.Canvas().Overlays().Remove(o)
	}
	sh.Use(Services{Lock: up(), Prefs: kept, Now: s.Now, Zone: s.Zone, Poster: s.Poster, Go: s.Go, After: s.After, Log: s.Log})
	sh.left = left
}

// leave notes the place of the person by names and numbers alone.
func (sh *Shell) leave() (l left) {
	l.on, l.back = sh.on, sh.back
	if c, ok := sh.page().(*casePage); ok {
		l.incident = c.P.Row().ID
	}
	return l
}

// left is where a person was when the window was locked. Queue, filter and row, tabs and
// drafts are in the cache.
type left struct {
	on, back keys.Screen
	incident int64
}

// comeBack shows the place that was left.
func (sh *Shell) comeBack(l left) {
	if l.on == keys.Incident && l.incident != 0 {
		sh.on = l.back
		sh.openByID(l.incident)
	}
}

// lockPage is the only page of a locked window.
type lockPage struct {
	sh   *Shell
	view *lock.View
	root fyne.CanvasObject
}

func (sh *Shell) newLockPage() page {
	p := &lockPage{sh: sh}
	var q *lock.Presenter
	q = lock.NewPresenter(sh.s.Lock.Need, func(a unlock.Answer) { p.answer(q, a) })
	p.view = lock.NewView(q, sh.press, func(o fyne.Focusable) { sh.win.Canvas().Focus(o) })
	p.root = p.view.Page()
	return p
}

func (p *lockPage) answer(q *lock.Presenter, a unlock.Answer) {
	sh := p.sh
	var next Services
	sh.later(func(ctx context.Context) (err error) {
		next, err = sh.s.Lock.Unlock(ctx, a)
		return err
	}, func(err error) {
		var need *unlock.Need
		switch {
		case errors.As(err, &need):
			q.Ask(need)
		case err != nil:
			sh.s.Log.Warn("unlock", "err", err)
			q.Failed(app.Say(err))
		default:
			was := sh.left
			sh.touched()
			sh.Use(next)
			sh.comeBack(was)
		}
	})
}

func (p *lockPage) Root() fyne.CanvasObject { return p.root }
func (p *lockPage) Keys() fyne.Focusable    { return p.view.First() }
func (p *lockPage) Do(keys.Command) bool    { return false }
func (p *lockPage) Tick()                   {}
func (p *lockPage) Event(app.Event)         {}
func (p *lockPage) Leave()                  { p.view.Forget() }

// AskKey asks over whatever is open where the key of a new cache shall be. It is called
// off the UI goroutine and returns when the person has answered or ctx ended.
func (sh *Shell) AskKey(ctx context.Context, n *unlock.Need) (unlock.Answer, error) {
	answered := make(chan unlock.Answer, 1)
	var once gosync.Once
	give := func(a unlock.Answer) { once.Do(func() { answered <- a }) }
	sh.desk.Post(func() {
		q := lock.NewPresenter(n, func(a unlock.Answer) { sh.closeDialog(); give(a) })
		v := lock.NewView(q, func(key string) bool {
			if key == "Esc" {
				sh.closeDialog()
			}
			return true
		}, func(o fyne.Focusable) { sh.win.Canvas().Focus(o) })
		sh.openOver(&act.Dialog{Body: v.Body, Press: v.Press, First: v.First(), Width: lock.Width, On: keys.Form}, func() {
			v.Forget()
			give(unlock.Answer{})
		})
	})
	select {
	case a := <-answered:
		if a.Do == "" {
			return a, n
		}
		return a, nil
	case <-ctx.Done():
		return unlock.Answer{}, ctx.Err()
	}
}

const (
	lockPref      = "lock.after"
	lockByDefault = 15 // minutes
)

// lockTimes are the choices in minutes; 0 is never.
var lockTimes = []int{0, 5, 15, 30, 60}

// lockAfter is after how many minutes without a key or a click the window locks itself.
func (sh *Shell) lockAfter() int {
	n, err := strconv.Atoi(sh.prefs.Get(lockPref))
	for _, m := range lockTimes {
		if err == nil && n == m {
			return n
		}
	}
	return lockByDefault
}

func (sh *Shell) setLockAfter(minutes int) {
	sh.prefs.Set(lockPref, strconv.Itoa(minutes))
	words := "The window does not lock by itself."
	if minutes > 0 {
		words = "The window locks after " + strconv.Itoa(minutes) + " minutes."
	}
	sh.say(words, look.Normal)
	if p, ok := sh.page().(interface{ Themed() }); ok {
		p.Themed()
	}
}

// nextLockAfter goes on to the next choice.
func (sh *Shell) nextLockAfter() {
	for i, m := range lockTimes {
		if m == sh.lockAfter() {
			sh.setLockAfter(lockTimes[(i+1)%len(lockTimes)])
			return
		}
	}
}

// touched notes that the person is there. The clock of the wall counts, not that of the
// process, which stands still while the machine sleeps.
func (sh *Shell) touched() { sh.input = sh.s.Now().Round(0) }

// takes notes that the person is there, and the one shortcut that works wherever the
// keyboard is: over a dialog, in a text field.
func (sh *Shell) takes(shortcut string) bool {
	sh.touched()
	if shortcut != "Ctrl+L" || sh.s.LockUp == nil {
		return false
	}
	sh.Lock()
	return true
}

// lockIfIdle locks a window that nobody has used for the time that was chosen.
func (sh *Shell) lockIfIdle() {
	limit := time.Duration(sh.lockAfter()) * time.Minute
	if limit > 0 && sh.s.LockUp != nil && sh.s.Now().Round(0).Sub(sh.input) >= limit {
		sh.Lock()
	}
}

// LockAway locks the window because the screen was locked or the computer goes to sleep,
// unless locking by itself is off. It belongs to the UI goroutine.
func (sh *Shell) LockAway() {
	if sh.lockAfter() > 0 {
		sh.Lock()
	}
}

// lockNow is the key for it.
func (sh *Shell) lockNow() {
	if sh.s.LockUp == nil {
		sh.say("Locking is not available here.", look.Warn)
		return
	}
	sh.Lock()
}
