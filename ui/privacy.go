package ui

import (
	"errors"
	"strconv"
	"time"

	"watchfloor/ui/capture"
	"watchfloor/ui/clip"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/settings"
)

// clipboardPref keeps for how many seconds copied text stays, "0" until somebody else
// copies; capturePref is "show" where the window may be in pictures of the screen.
const (
	clipboardPref = "clipboard"
	capturePref   = "capture"
)

// copyStays reads clipboardPref; what it cannot read is the usual time.
func copyStays(pref string) time.Duration {
	n, err := strconv.Atoi(pref)
	if err != nil || n < 0 || n > 3600 {
		return clip.Usual
	}
	return time.Duration(n) * time.Second
}

func (sh *Shell) privacy() *settings.Privacy {
	return &settings.Privacy{
		Stays:    func() time.Duration { return copyStays(sh.prefs.Get(clipboardPref)) },
		SetStays: sh.setCopyStays,
		Offered:  capture.Offered,
		Hidden:   sh.hidden,
	}
}

func (sh *Shell) setCopyStays(d time.Duration) {
	sh.prefs.Set(clipboardPref, strconv.Itoa(int(d/time.Second)))
	sh.clip.Stay(d)
	sh.say("Copied text stays on the clipboard: "+settings.StayWords(d)+".", look.Normal)
}

func (sh *Shell) hidden() bool { return sh.prefs.Get(capturePref) != "show" }

// private carries out the commands about privacy; it reports whether it knows the command.
func (sh *Shell) private(c keys.Command) bool {
	switch c {
	case keys.CopyStays:
		sh.setCopyStays(settings.NextStay(copyStays(sh.prefs.Get(clipboardPref))))
	case keys.HideWindow:
		sh.toggleHidden()
	default:
		return false
	}
	return true
}

func (sh *Shell) toggleHidden() {
	if !capture.Offered {
		sh.say("This system cannot leave a window out of screenshots and shared screens.", look.Warn)
		return
	}
	words, pref := "Pictures of the screen show this window from now on.", "show"
	if !sh.hidden() {
		words, pref = "Pictures of the screen leave this window out from now on.", ""
	}
	sh.prefs.Set(capturePref, pref)
	sh.say(words, look.Normal)
	sh.exclude(0)
}

// creating is how often and how long apart the system is asked for a window that is being
// created.
const (
	creating = 50 * time.Millisecond
	patient  = 100
)

// exclude has the system leave the window out of pictures, or show it, as is set.
func (sh *Shell) exclude(tries int) {
	if sh.closed {
		return
	}
	err := capture.Exclude(sh.win, sh.hidden())
	switch {
	case errors.Is(err, capture.ErrNotYet) && tries < patient:
		sh.s.After(creating, func() { sh.s.Poster(func() { sh.exclude(tries + 1) }) })
	case err != nil:
		sh.s.Log.Warn("window in pictures of the screen", "err", err)
		sh.say("The window could not be left out of screenshots; the log says why.", look.Warn)
	}
}
