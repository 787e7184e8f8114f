package connect

import (
	"context"
	"fmt"
	"time"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/ui/work"
)

// codeLife is how long Microsoft Entra keeps a device code (15 minutes is its default).
const codeLife = 15 * time.Minute

// SignIn is a sign-in under way. It belongs to the UI goroutine.
type SignIn struct {
	// Changed is called after every change.
	Changed func()
	// Prompt is what the person does on another device; empty while there is nothing.
	Prompt profile.Prompt
	// Problem says why it ended without success; "" before.
	Problem string
	// Copied says what went to the clipboard last; "" before.
	Copied string

	desk   Desk
	slot   *work.Slot
	try    int
	since  time.Time // when the code came
	method profile.Method
}

func newSignIn(desk Desk) *SignIn {
	return &SignIn{desk: desk, slot: desk.Slot(), Changed: func() {}}
}

// start signs in with a call of the service; done runs after success.
func (s *SignIn) start(m profile.Method, call func(context.Context, func(profile.Prompt)) (string, error), done func(account string)) {
	s.stop()
	try := s.try
	s.method = m
	say := func(p profile.Prompt) {
		s.desk.Post(func() {
			if try == s.try {
				s.Prompt, s.since = p, s.desk.Now()
				s.Changed()
				s.tick(try)
			}
		})
	}
	s.slot.Run(func(ctx context.Context) func() {
		account, err := call(ctx, say)
		return func() {
			s.try++
			s.Prompt = profile.Prompt{}
			if err != nil {
				s.Problem = app.Say(err)
				s.Changed()
				return
			}
			done(account)
		}
	})
	s.Changed()
}

// tick draws the countdown of a code every second while it is shown.
func (s *SignIn) tick(try int) {
	s.desk.After(time.Second, func() {
		s.desk.Post(func() {
			if try == s.try && s.Prompt.Code != "" {
				s.Changed()
				s.tick(try)
			}
		})
	})
}

// stop cancels the sign-in and forgets its code.
func (s *SignIn) stop() {
	s.slot.Stop()
	s.try++
	s.Prompt, s.Problem, s.Copied = profile.Prompt{}, "", ""
}

// Busy reports that the sign-in goes on.
func (s *SignIn) Busy() bool { return s.slot.Busy() }

// Words say what happens or what to do now.
func (s *SignIn) Words() string {
	switch {
	case s.Problem != "":
		return "Not signed in"
	case s.Prompt.Code != "":
		return "Enter this code on the page below, on any device"
	case s.method == profile.Browser:
		return "Finish in the browser that has opened"
	case s.method == profile.Device:
		return "Asking for a code…"
	}
	return "Signing in…"
}

// Hint is a line below Words.
func (s *SignIn) Hint() string {
	switch {
	case s.Problem != "":
		return "Enter tries again; Esc goes back to what you typed."
	case s.Prompt.Code != "":
		left := codeLife - s.desk.Now().Sub(s.since)
		if left <= 0 {
			return "The code has run out; a new one comes, or Esc goes back."
		}
		left = left.Round(time.Second)
		return fmt.Sprintf("The code is good for another %d:%02d. Sign in there as the person who will work here; this page goes on by itself.", int(left.Minutes()), int(left.Seconds())%60)
	case s.method == profile.Browser:
		return "Sign in there; this page goes on by itself. Esc cancels."
	}
	return "Esc cancels."
}

// press handles the keys of a sign-in.
func (s *SignIn) press(key string) bool {
	switch {
	case key == "y" && s.Prompt.Code != "":
		s.desk.CopyCode(s.Prompt.Code)
		s.Copied = "The code is on the clipboard for 10 seconds."
	case key == "Y" && s.Prompt.URL != "":
		s.desk.Copy(s.Prompt.URL)
		s.Copied = "The link is on the clipboard."
	default:
		return false
	}
	s.Changed()
	return true
}
