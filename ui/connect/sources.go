package connect

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/profile"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
	"watchfloor/ui/work"
)

// signInChoices are which sign-ins can be kept, in the order they are offered.
var signInChoices = []struct {
	of    profile.SignIns
	label string
}{{profile.RiskySignIns, "risky"}, {profile.InteractiveSignIns, "risky, of a person at a screen"}, {profile.AllSignIns, "all"}}

// sources is the choice of what a connected tenant reads, and of how much of it is kept.
type sources struct {
	was     profile.Profile
	d       profile.Profile
	k       Keeper
	desk    Desk
	job     *work.Slot
	reading *work.Slot
	checks  []also
	signIns *widget.Choice
	some    *widget.Entry // ids of subscriptions
	budget  *widget.Entry
	budgets string // as it was read, "" until then
	stock   *widget.Line
	problem *fynewidget.Label
	dialog  *Dialog
}

// NewSources asks which sources a tenant reads, which sign-ins are kept and how many.
func NewSources(p profile.Profile, k Keeper, desk Desk) *Dialog { return newSources(p, k, desk).dialog }

func newSources(p profile.Profile, k Keeper, desk Desk) *sources {
	s := &sources{
		was: p, d: p, k: k, desk: desk, job: desk.Slot(), reading: desk.Slot(), checks: alsoSources(),
		stock: widget.NewLine(look.D("Reading how much is kept…")), problem: wrapped(fynewidget.WarningImportance),
	}
	press := closing(desk, func(key string) bool {
		if key == "Enter" || key == "Ctrl+Enter" {
			s.send()
			return true
		}
		return false
	})
	body := widget.Column(6, s.boxes(press), row("Sign-ins kept", s.choice(press)),
		row("", widget.NewLine(look.D("holds for sign-ins from now on; what was read stays"))), row("Subscriptions", s.limit(press)), row("Keep at most", s.bound(press)), row("", s.stock))
	ok := widget.NewButton("Ctrl+Enter", "Save", s.send)
	ok.Strong = true
	s.read()
	s.dialog = &Dialog{
		Body: frame(380, head("Sources of", p), body, foot(s.problem, esc(desk, "Cancel"), ok)), First: s.first(), Press: press,
		Stop: func() { s.job.Stop(); s.reading.Stop() },
	}
	return s
}

// boxes are the sources besides the workspace.
func (s *sources) boxes(press widget.Press) fyne.CanvasObject {
	col := widget.Column(0)
	for i := range s.checks {
		a := &s.checks[i]
		a.check = widget.NewCheck(a.words(s.d.Cloud), *a.of(&s.d), press, func(on bool) { *a.of(&s.d) = on })
		if a.off(s.d.Cloud) {
			a.check.Disable()
		}
		col.Add(a.check)
	}
	return col
}

// first is the first box that can be ticked.
func (s *sources) first() fyne.Focusable {
	for _, a := range s.checks {
		if !a.check.Disabled() {
			return a.check
		}
	}
	return s.some
}

func (s *sources) choice(press widget.Press) fyne.CanvasObject {
	var options []widget.Option
	at := 0
	for i, c := range signInChoices {
		options = append(options, widget.Option{Label: c.label})
		if c.of == s.d.SignIns {
			at = i
		}
	}
	s.signIns = widget.NewChoice(options, true, press)
	s.signIns.Choose(at)
	s.signIns.OnChanged = func(i int) { s.d.SignIns = signInChoices[i].of }
	return s.signIns
}

func (s *sources) limit(press widget.Press) fyne.CanvasObject {
	s.some = widget.NewEntry("all that the sign-in sees, or ids with commas between, for posture and cloud alerts", 1, press)
	s.some.SetText(s.d.Subscriptions)
	s.some.OnChanged = func(text string) { s.d.Subscriptions = strings.TrimSpace(text) }
	return s.some
}

func (s *sources) bound(press widget.Press) fyne.CanvasObject {
	s.budget = widget.NewEntry("2 GiB", 1, press)
	s.budget.Disable()
	return s.budget
}

// read shows what is kept of identities; until then the bound cannot be typed.
func (s *sources) read() {
	s.reading.Run(func(ctx context.Context) func() {
		kept, err := s.k.Kept(ctx, s.was.Slot)
		return func() {
			if err != nil {
				s.stock.Set(look.Cell{Text: app.Say(err), Tone: look.Warn})
				return
			}
			s.budgets = identity.BudgetText(kept.Budget)
			s.budget.SetText(s.budgets)
			s.budget.Enable()
			s.stock.Set(look.D(stockWords(kept)))
		}
	})
}

// stockWords say how much is kept of sign-ins and detections, and since when.
func stockWords(k identity.Kept) string {
	var since time.Time
	for _, at := range []time.Time{k.SignIns.Since, k.Detections.Since} {
		if !at.IsZero() && (since.IsZero() || at.Before(since)) {
			since = at
		}
	}
	words := "about " + strconv.FormatInt((k.Bytes+1<<20-1)>>20, 10) + " MiB of sign-ins and detections"
	if !since.IsZero() {
		words += " since " + since.UTC().Format(time.DateOnly)
	}
	return words + " are here; the oldest go first"
}

// wrong is the first thing that cannot be saved, in words; bytes is the bound typed.
func (s *sources) wrong() (bytes int64, problem string) {
	if problem = s.d.SourcesProblem(); problem != "" {
		return 0, problem
	}
	others := slices.DeleteFunc(s.k.Profiles(), func(o profile.Profile) bool { return o.Slot == s.was.Slot })
	if problem = s.d.Taken(others); problem != "" {
		return 0, problem
	}
	if s.budget.Text == s.budgets {
		return 0, ""
	}
	return identity.ParseBudget(s.budget.Text)
}

func (s *sources) send() {
	if s.job.Busy() {
		return
	}
	bytes, problem := s.wrong()
	s.problem.SetText(problem)
	if problem != "" {
		return
	}
	change, keep := s.d != s.was, s.budget.Text != s.budgets
	s.job.Run(func(ctx context.Context) func() {
		var err error
		if change {
			err = s.k.Change(ctx, s.d)
		}
		if err == nil && keep {
			err = s.k.Keep(ctx, s.was.Slot, bytes)
		}
		return func() {
			if err != nil {
				s.problem.SetText(app.Say(err))
				return
			}
			s.desk.Close()
			s.desk.Done(s.said(change, keep, bytes))
		}
	})
}

// said is what was done, in a sentence.
func (s *sources) said(change, keep bool, bytes int64) string {
	switch {
	case change:
		return s.d.Name + " reads " + s.d.Sources() + "."
	case keep:
		return s.d.Name + " keeps sign-ins and detections " + identity.BudgetWords(bytes) + "."
	}
	return "Nothing was changed at " + s.d.Name + "."
}
