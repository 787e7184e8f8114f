package connect

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
	"watchfloor/ui/work"
)

// Dialog is a small dialog about one connected tenant.
type Dialog struct {
	Body  fyne.CanvasObject
	First fyne.Focusable
	Press widget.Press
	// Stop cancels what is under way.
	Stop func()
}

// head names the tenant that a dialog is about, with its colour.
func head(verb string, p profile.Profile) fyne.CanvasObject {
	bar := widget.NewFill(fyne.ThemeColorName(look.Tenant(p.Colour)))
	bar.Least = fyne.NewSize(3, 1)
	sub := widget.NewLine(look.D(Facts(p)))
	text := widget.Column(3, widget.Sized(look.Cell{Text: verb + " " + present.Field(p.Name), Bold: true}, theme.SizeNameSubHeadingText), sub)
	return widget.Column(8, container.NewBorder(nil, nil, bar, nil, widget.Pad(text, 0, 0, 0, 10)), widget.Rule())
}

// Facts are a profile in a line: tenant, workspace, sources.
func Facts(p profile.Profile) string {
	parts := []string{p.TenantID}
	if p.Workspace != "" {
		parts = append(parts, "Sentinel "+p.Workspace)
	}
	parts = append(parts, p.Also()...)
	return present.Field(strings.Join(append(parts, p.Method.Label()), "  ·  "))
}

func closing(desk Desk, press widget.Press) widget.Press {
	return func(key string) bool {
		if key == "Esc" {
			desk.Close()
			return true
		}
		return press(key)
	}
}

func esc(desk Desk, word string) *widget.Button {
	b := widget.NewButton("Esc", word, desk.Close)
	b.Framed = true
	return b
}

// saved is the test of a stored profile.
type saved struct {
	desk     Desk
	k        Keeper
	p        profile.Profile
	job      *work.Slot
	findings []profile.Finding
	cursor   int
	copied   bool
	problem  string
	draw     func()
}

func (s *saved) found() ([]profile.Finding, int, bool, bool) {
	return s.findings, s.cursor, s.job.Busy(), s.copied
}

func (s *saved) move(i int) { s.cursor = i; s.draw() }

func (s *saved) test() {
	s.findings, s.cursor, s.copied, s.problem = nil, 0, false, ""
	s.job.Run(func(ctx context.Context) func() {
		fs, err := s.k.TestSaved(ctx, s.p.Slot)
		return func() {
			s.findings = fs
			if err != nil {
				s.problem = app.Say(err)
			}
			s.draw()
		}
	})
	s.draw()
}

func (s *saved) press(key string) bool {
	switch key {
	case "y":
		if len(s.findings) > 0 {
			s.desk.Copy(profile.Table(s.findings))
			s.copied = true
		}
	case "r":
		if !s.job.Busy() {
			s.test()
		}
	case "j", "Down":
		s.cursor = min(s.cursor+1, len(s.findings)-1)
	case "k", "Up":
		s.cursor = max(s.cursor-1, 0)
	case "Enter":
		s.desk.Close()
	default:
		return false
	}
	s.draw()
	return true
}

// NewTest shows what works for a profile and what is missing.
func NewTest(p profile.Profile, k Keeper, desk Desk) *Dialog {
	s := &saved{desk: desk, k: k, p: p, job: desk.Slot(), draw: func() {}}
	press := closing(desk, s.press)
	page := newFindingsPage(s, press)
	problem := wrapped(fynewidget.WarningImportance)
	s.draw = func() {
		page.draw()
		problem.SetText(s.problem)
	}
	s.test()
	return &Dialog{Body: frame(height+12, head("Test", p), page.root(), foot(problem, esc(desk, "Close"))), First: page.first(), Press: press, Stop: s.job.Stop}
}

// NewChange asks for another name, colour or account.
func NewChange(p profile.Profile, k Keeper, desk Desk) *Dialog {
	d, job, problem := p, desk.Slot(), wrapped(fynewidget.WarningImportance)
	send := func() {
		if job.Busy() {
			return
		}
		c := profile.Draft{Profile: d}.Clean().Profile
		wrong := c.NameProblem()
		if wrong == "" {
			wrong = c.Taken(k.Profiles())
		}
		problem.SetText(wrong)
		if wrong != "" {
			return
		}
		job.Run(func(ctx context.Context) func() {
			err := k.Change(ctx, c)
			return func() {
				if err != nil {
					problem.SetText(app.Say(err))
					return
				}
				desk.Close()
				desk.Done(c.Name + " is changed.")
			}
		})
	}
	press := closing(desk, func(key string) bool {
		if key == "Enter" || key == "Ctrl+Enter" {
			send()
			return true
		}
		return false
	})
	form := newNameForm(&d, press)
	ok := widget.NewButton("Ctrl+Enter", "Save", send)
	ok.Strong = true
	return &Dialog{Body: frame(230, head("Change", p), form.body, foot(problem, esc(desk, "Cancel"), ok)), First: form.name, Press: press, Stop: job.Stop}
}

// NewRemove asks whether a profile shall go, and says why where it cannot.
func NewRemove(p profile.Profile, k Keeper, desk Desk) *Dialog {
	job, problem := desk.Slot(), wrapped(fynewidget.WarningImportance)
	send := func() {
		if job.Busy() {
			return
		}
		job.Run(func(ctx context.Context) func() {
			err := k.Remove(ctx, p.Slot)
			return func() {
				if err != nil {
					problem.SetText(app.Say(err))
					return
				}
				desk.Close()
				desk.Done(p.Name + " is no longer connected.")
			}
		})
	}
	text := wrapped(fynewidget.MediumImportance)
	text.SetText("Its cache, its sign-in and its secret are deleted on this machine: incidents, drafts of comments and the history of what you did. " +
		"Nothing changes at the service. It can be connected again, and its incidents are then read anew.\n\n" +
		"A tenant with actions that were not sent cannot be removed.")
	press := closing(desk, func(key string) bool {
		if key == "Ctrl+Enter" {
			send()
			return true
		}
		return false
	})
	catch := widget.NewCatcher(flush(text), press)
	ok := widget.NewButton("Ctrl+Enter", "Remove", send)
	ok.Strong = true
	return &Dialog{Body: frame(240, head("Remove", p), catch, foot(problem, esc(desk, "Keep it"), ok)), First: catch, Press: press, Stop: job.Stop}
}
