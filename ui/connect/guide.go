package connect

import (
	"context"
	"slices"
	"strings"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/ui/work"
)

// Step is a page of the guided dialog.
type Step int

// Steps, in order.
const (
	Access Step = iota
	Signing
	Choosing
	Testing
	Naming
)

// stepNames name the steps on screen.
var stepNames = []string{"Access", "Sign in", "Choose", "Test", "Name"}

// Guide is the state of the guided dialog. It belongs to the UI goroutine.
type Guide struct {
	// Changed is called after every change of state.
	Changed func()
	Step    Step
	// Draft is what was typed and chosen so far.
	Draft profile.Draft
	// Problem is the first thing that is wrong with this step, "" when nothing is.
	Problem string
	SignIn  *SignIn
	// Warning is what Save had to say; the dialog then ends with Enter.
	Warning string
	Saved   bool

	desk    Desk
	service Service
	job     *work.Slot
	inside  profile.Draft // what the sign-in that holds was made with

	places  []profile.Place
	had     profile.Place // what the draft named before choosing
	listed  bool
	filter  string
	at      int
	byHand  bool
	trouble string // why there is no list

	findings []profile.Finding
	cursor   int
	copied   bool
	asked    bool // whether actions are allowed was chosen, not only offered
}

// NewGuide begins with an empty draft.
func NewGuide(s Service, desk Desk) *Guide {
	s.SessionOnly() // asked for now, known when a secret is typed
	return &Guide{
		desk: desk, service: s, job: desk.Slot(), SignIn: newSignIn(desk), Changed: func() {},
		Draft: profile.Draft{Profile: profile.Profile{Cloud: "public", Method: profile.Browser, Defender: true, Identity: true, Posture: true}},
	}
}

// Stop cancels what is under way and forgets the secret.
func (g *Guide) Stop() {
	g.SignIn.stop()
	g.job.Stop()
	g.Draft.Secret, g.inside.Secret = "", ""
}

// Busy reports that an answer is awaited.
func (g *Guide) Busy() bool { return g.job.Busy() || g.SignIn.Busy() }

// Paste takes settings as watchfloor simulate prints them in place of what was typed so
// far, and reports whether s is that. Settings that are refused leave what was typed, and
// Problem says why.
func (g *Guide) Paste(s string) bool {
	if !strings.HasPrefix(strings.TrimSpace(s), "{") {
		return false
	}
	d, err := profile.ReadDraft(strings.NewReader(s))
	switch {
	case err != nil && strings.HasSuffix(strings.TrimSpace(s), "}") && strings.Contains(s, `"tenantId"`): // not a part, as while typing
		g.Problem = app.Say(err)
		g.Changed()
		return true
	case err != nil || d.TenantID == "":
		return false
	}
	if d.Cloud == "" {
		d.Cloud = "public"
	}
	for _, o := range g.service.Profiles() { // what another tenant has is chosen anew
		if strings.EqualFold(d.Name, o.Name) {
			d.Name = ""
		}
		if d.Colour == o.Colour {
			d.Colour = ""
		}
	}
	g.Draft = d
	g.Changed()
	return true
}

// Press handles the keys that all steps share; a step's own come first.
func (g *Guide) Press(key string) bool {
	switch {
	case key == "Ctrl+Enter" || key == "Enter":
		g.Next()
	case key == "Esc":
		g.Back()
	case g.Step == Signing:
		return g.SignIn.press(key)
	case g.Step == Testing:
		return g.pressTest(key)
	default:
		return false
	}
	return true
}

// Next goes on where the step is complete, else says what is missing.
func (g *Guide) Next() {
	if g.Saved {
		g.end()
		return
	}
	if g.Busy() && g.Step != Choosing { // a list that takes long is not waited for
		return
	}
	g.Problem = ""
	switch g.Step {
	case Access:
		g.enter()
	case Signing:
		g.signIn()
	case Choosing:
		g.choose()
	case Testing:
		g.name()
	case Naming:
		g.save()
	}
	g.Changed()
}

// Back goes to the step before, cancelling this one's work; from the first it closes.
func (g *Guide) Back() {
	if g.Step == Naming && g.job.Busy() {
		return // what is being stored is not left half way
	}
	g.Problem = ""
	g.SignIn.stop()
	g.job.Stop()
	switch {
	case g.Saved:
		g.end()
		return
	case g.Step == Access:
		g.desk.Close()
		return
	case g.Step == Choosing && g.byHand && g.trouble == "":
		g.byHand = false
	case g.Step == Choosing:
		g.Step = Access // the sign-in holds; there is nothing to go back to between
	default:
		g.Step--
		if g.Step == Choosing && !g.listed {
			g.list()
		}
	}
	g.Changed()
}

func (g *Guide) enter() {
	d := g.Draft.Clean()
	if g.Problem = d.SignInProblem(); g.Problem != "" {
		return
	}
	if access(d) == g.inside {
		g.Step = Choosing
		return
	}
	g.Step = Signing
	g.signIn()
}

// access is what of a draft a sign-in depends on.
func access(d profile.Draft) profile.Draft {
	return profile.Draft{Secret: d.Secret, Profile: profile.Profile{
		TenantID: d.TenantID, ClientID: d.ClientID, Method: d.Method, Cloud: d.Cloud, Certificate: d.Certificate,
		Authority: d.Authority, ARM: d.ARM, Graph: d.Graph, CAFile: d.CAFile,
	}}
}

func (g *Guide) signIn() {
	d := g.Draft.Clean()
	g.SignIn.Changed = func() { g.Changed() }
	g.SignIn.start(d.Method, func(ctx context.Context, say func(profile.Prompt)) (string, error) {
		return g.service.SignIn(ctx, d, say)
	}, func(account string) {
		g.inside = access(d)
		if account != "" {
			g.Draft.Account = account
		}
		g.Step = Choosing
		g.at, g.byHand, g.filter = 0, false, ""
		g.had = profile.Place{Subscription: g.Draft.Subscription, ResourceGroup: g.Draft.ResourceGroup, Workspace: g.Draft.Workspace, Sentinel: true}
		g.list()
	})
}

// list asks what there is to choose from.
func (g *Guide) list() {
	d := g.Draft.Clean()
	g.places, g.listed, g.trouble = nil, false, ""
	if d.Cloud == "china" || d.Method == profile.AzureCLI {
		g.Draft.Defender = false // nothing there, or no right to it; the latter can be tried
		if d.Method == profile.AzureCLI {
			g.Draft.Identity = false
		}
	}
	g.job.Run(func(ctx context.Context) func() {
		places, err := g.service.Places(ctx, d)
		return func() {
			g.places, g.listed = places, true
			if i := g.hadAt(); i > 0 && g.at == 0 && g.filter == "" {
				g.at = i
			}
			if err != nil {
				g.trouble = app.Say(err)
				g.byHand = true
			}
			g.Changed()
		}
	})
	g.Changed()
}

// rows are the choices that the filter leaves. A workspace that the draft came with is
// one of them from the start.
func (g *Guide) rows() []placeChoice {
	places := g.places
	if g.had.Workspace != "" && g.hadAt() < 0 {
		places = append([]profile.Place{g.had}, places...)
	}
	return rows(places, g.filter, g.Draft.Cloud != "china")
}

// hadAt is where the list has the workspace that the draft came with, -1 where it has not.
func (g *Guide) hadAt() int {
	return slices.IndexFunc(g.places, func(p profile.Place) bool {
		return strings.EqualFold(p.Subscription, g.had.Subscription) && strings.EqualFold(p.ResourceGroup, g.had.ResourceGroup) &&
			strings.EqualFold(p.Workspace, g.had.Workspace)
	})
}

// Filter narrows the choices.
func (g *Guide) Filter(s string) {
	g.filter, g.at, g.Problem = s, 0, ""
	g.Changed()
}

// Move puts the cursor on a choice, bounded by the list.
func (g *Guide) Move(i int) {
	g.at = max(0, min(i, len(g.rows())-1))
	g.Changed()
}

// choose takes the choice under the cursor, or what was typed, and tests it.
func (g *Guide) choose() {
	if !g.byHand {
		all := g.rows()
		if g.at >= len(all) {
			return
		}
		c := all[g.at]
		switch {
		case c.kind == handRow:
			g.byHand = true
			return
		case c.kind == aloneRow && !g.listed: // a hasty Enter must not leave Sentinel out
			g.Problem = "The workspaces are still being read. Wait a moment, or choose to type one by hand."
			return
		case c.kind == aloneRow:
			g.Draft.Defender = true
		case !c.Sentinel && c.Problem == "":
			g.Problem = "Microsoft Sentinel is not enabled on " + c.Workspace + ": choose another workspace, or have it enabled there first."
			return
		}
		g.Draft.Subscription, g.Draft.ResourceGroup, g.Draft.Workspace = c.Subscription, c.ResourceGroup, c.Workspace
	}
	d := g.Draft.Clean()
	if g.Problem = d.Problem(); g.Problem == "" {
		d.Name = "" // it is asked for later
		g.Problem = d.Taken(g.service.Profiles())
	}
	if g.Problem != "" {
		return
	}
	g.Step = Testing
	g.test()
}

// test tries the draft.
func (g *Guide) test() {
	d := g.Draft.Clean()
	g.findings, g.cursor, g.copied, g.Problem = nil, 0, false, ""
	g.job.Run(func(ctx context.Context) func() {
		fs, err := g.service.Test(ctx, d)
		return func() {
			g.findings = fs
			if err != nil {
				g.Problem = app.Say(err)
			}
			g.Changed()
		}
	})
	g.Changed()
}

func (g *Guide) pressTest(key string) bool {
	switch key {
	case "y":
		if len(g.findings) > 0 {
			g.desk.Copy(profile.Table(g.findings))
			g.copied = true
		}
	case "r":
		if !g.Busy() {
			g.test()
		}
	case "j", "Down":
		g.cursor = min(g.cursor+1, len(g.findings)-1)
	case "k", "Up":
		g.cursor = max(g.cursor-1, 0)
	default:
		return false
	}
	g.Changed()
	return true
}

func (g *Guide) name() {
	name, colour := g.Draft.Clean().Suggested(g.service.Profiles())
	if g.Draft.Name == "" {
		g.Draft.Name = name
	}
	if g.Draft.Colour == "" {
		g.Draft.Colour = colour
	}
	if !g.asked { // a new tenant starts read-only; a simulated one is there to be acted on
		g.Draft.ReadOnly = !g.Draft.Simulated()
	}
	g.Step = Naming
}

// allow chooses whether actions are allowed from the start.
func (g *Guide) allow(on bool) { g.asked, g.Draft.ReadOnly = true, !on }

func (g *Guide) save() {
	d := g.Draft.Clean()
	if g.Problem = d.NameProblem(); g.Problem == "" {
		g.Problem = d.Taken(g.service.Profiles())
	}
	if g.Problem != "" {
		return
	}
	g.job.Run(func(ctx context.Context) func() {
		warning, err := g.service.Save(ctx, d)
		return func() {
			if err != nil {
				g.Problem = app.Say(err)
				g.Changed()
				return
			}
			g.Saved, g.Warning = true, warning
			if warning == "" {
				g.end()
				return
			}
			g.Changed()
		}
	})
}

// end closes the dialog after the profile was stored.
func (g *Guide) end() {
	name := strings.TrimSpace(g.Draft.Name)
	g.desk.Close()
	g.desk.Done(name + " is connected.")
}
