package connect

import (
	"context"

	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
	"watchfloor/ui/work"
)

// NewAgain signs a profile in anew. Its queued actions stay as they are. A person's
// sign-in begins at once; an application is asked for what it signs in with.
func NewAgain(p profile.Profile, k Keeper, desk Desk) *Dialog {
	if p.Method == profile.Secret || p.Method == profile.Certificate {
		return newRenewal(p, k, desk)
	}
	s := newSignIn(desk)
	start := func() {
		s.start(p.Method, func(ctx context.Context, say func(profile.Prompt)) (string, error) {
			return "", k.Again(ctx, p.Slot, say)
		}, func(string) { signedIn(p, desk, "") })
	}
	again := widget.NewButton("Enter", "Try again", start)
	again.Strong = true
	press := closing(desk, func(key string) bool {
		if (key == "Enter" || key == "Ctrl+Enter") && !s.Busy() {
			start()
			return true
		}
		return s.press(key)
	})
	page := newSigningPage(s, press)
	note := wrapped(fynewidget.MediumImportance)
	note.SetText("What is queued stays queued and is sent once you are signed in.")
	bottom := foot(note, esc(desk, "Cancel"), again)
	s.Changed = func() {
		page.draw()
		if s.Problem == "" {
			again.Hide()
		} else {
			again.Show()
		}
		bottom.Refresh()
	}
	start()
	return &Dialog{Body: frame(340, head("Sign in again:", p), page.root(), bottom), First: page.first(), Press: press, Stop: s.stop}
}

func signedIn(p profile.Profile, desk Desk, warning string) {
	desk.Close()
	said := p.Name + " is signed in again; what is queued goes on."
	if warning != "" {
		said += " " + warning
	}
	desk.Done(said)
}

// renewal asks an application for another secret or certificate.
type renewal struct {
	p       profile.Profile
	k       Keeper
	desk    Desk
	job     *work.Slot
	file    string
	secret  string
	problem *fynewidget.Label
}

func newRenewal(p profile.Profile, k Keeper, desk Desk) *Dialog {
	r := &renewal{p: p, k: k, desk: desk, job: desk.Slot(), problem: wrapped(fynewidget.WarningImportance)}
	press := closing(desk, func(key string) bool {
		if key == "Enter" || key == "Ctrl+Enter" {
			r.send()
			return true
		}
		return false
	})
	secret := widget.NewPassword("empty tries the one that is kept", press)
	secret.OnChanged = func(s string) { r.secret = s }
	first, words := fyne.Focusable(secret), "The secret's value, as the app registration showed it once. The one before is replaced when the new one has signed in."
	col := widget.Column(6, row("Client secret", secret))
	if p.Method == profile.Certificate {
		secret.SetPlaceHolder("empty where it has none, or for the one that is kept")
		file := widget.NewEntry(p.Certificate, 1, press)
		file.OnChanged = func(s string) { r.file = s }
		first, words = file, "Another PEM or PFX file, or nothing where the file in its place was replaced."
		col = widget.Column(6, row("Certificate", file), row("Its password", secret))
	}
	col.Add(row("", widget.NewLine(look.D(words))))
	ok := widget.NewButton("Ctrl+Enter", "Sign in", r.send)
	ok.Strong = true
	return &Dialog{Body: frame(230, head("Sign in again:", p), col, foot(r.problem, esc(desk, "Cancel"), ok)), First: first, Press: press, Stop: func() {
		r.job.Stop()
		r.secret = ""
	}}
}

func (r *renewal) send() {
	if r.job.Busy() {
		return
	}
	file, secret := r.file, r.secret
	r.problem.SetText("")
	r.job.Run(func(ctx context.Context) func() {
		var warning string
		var err error
		if file == "" && secret == "" {
			err = r.k.Again(ctx, r.p.Slot, func(profile.Prompt) {})
		} else {
			warning, err = r.k.Renew(ctx, r.p.Slot, file, secret)
		}
		return func() {
			if err != nil {
				r.problem.SetText(app.Say(err))
				return
			}
			signedIn(r.p, r.desk, warning)
		}
	})
}
