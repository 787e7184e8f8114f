package cli

import (
	"context"
	"fmt"
	"strings"

	"watchfloor/app"
	"watchfloor/app/permission"
	"watchfloor/app/profile"
	"watchfloor/app/text"
)

// Connector connects tenants and looks after the connected ones; the contract of its
// methods is that of the window's connector.
type Connector interface {
	Profiles() []profile.Profile
	SignIn(ctx context.Context, d profile.Draft, say func(profile.Prompt)) (account string, err error)
	Places(ctx context.Context, d profile.Draft) ([]profile.Place, error)
	Test(ctx context.Context, d profile.Draft) ([]profile.Finding, error)
	Save(ctx context.Context, d profile.Draft) (warning string, err error)
	Change(ctx context.Context, p profile.Profile) error
	Keep(ctx context.Context, slot int, budget int64) error
	TestSaved(ctx context.Context, slot int) ([]profile.Finding, error)
	Again(ctx context.Context, slot int, say func(profile.Prompt)) error
	Renew(ctx context.Context, slot int, certificate, secret string) (warning string, err error)
	Remove(ctx context.Context, slot int) error
	// SetReadOnly and SetEverywhere turn the switches that have nothing changed, that of one
	// tenant and that of all; Permissions asks what a sign-in may do.
	Everywhere() bool
	SetEverywhere(ctx context.Context, on bool) error
	SetReadOnly(ctx context.Context, slot int, on bool) error
	Permissions(ctx context.Context, slot int) (permission.Report, error)
	Close() error
}

// connector opens the connector for one command and closes it.
func (r *runner) connector(ctx context.Context, do func(context.Context, Connector) error) (err error) {
	if r.d.Connector == nil {
		return missing("a way to connect")
	}
	if r.o.Simulated {
		return usage("--simulated works on a tenant of its own; leave it out to connect or look after tenants")
	}
	c, err := r.d.Connector(ctx, r.o)
	if err != nil {
		return err
	}
	defer func() {
		if closing := c.Close(); err == nil {
			err = closing
		}
	}()
	return do(ctx, c)
}

// connect takes a draft through all steps: access, sign-in, choice, test, name.
func (r *runner) connect(ctx context.Context, c Connector, d profile.Draft) error {
	a := newAsker(r)
	d, err := a.access(ctx, d)
	if err != nil {
		return err
	}
	a.step("Step 2 of 5: sign in.")
	r.sayBrowser(d.Method)
	account, err := c.SignIn(ctx, d, r.prompt)
	if err != nil {
		return err
	}
	if account != "" {
		r.say("Signed in as %s.", text.Line(account, 120))
	}
	if d.Account == "" {
		d.Account = account
	}
	if d, err = a.choose(ctx, c, d); err != nil {
		return err
	}
	nameless := d
	nameless.Name = ""
	if p := nameless.Taken(c.Profiles()); p != "" {
		return app.E(app.KindInvalid, p, nil)
	}
	a.step("Step 4 of 5: test.")
	findings, err := c.Test(ctx, d)
	if err != nil {
		return err
	}
	if err := r.printTest(findings); err != nil {
		return err
	}
	if d, err = a.name(ctx, c, d); err != nil {
		return err
	}
	warning, err := c.Save(ctx, d)
	if warning != "" {
		r.note("%s", warning)
	}
	if err != nil {
		return err
	}
	if d.ReadOnly {
		r.say("%s is read-only: nothing is changed or sent there. To allow actions: watchfloor permissions allow %s", text.Line(d.Name, 60), quoted(text.Line(d.Name, 60)))
	}
	r.say("%s is connected. To open the window: %s", d.Name, startLine(r.d.Program, r.o.Home))
	return verdict("Connected, but ", findings)
}

// sayBrowser says what is waited for where a browser opens.
func (r *runner) sayBrowser(m profile.Method) {
	if m == profile.Browser {
		r.note("Finish signing in in the browser that opens; Ctrl+C gives up.")
	}
}

// prompt tells a person where to sign in.
func (r *runner) prompt(p profile.Prompt) {
	r.note("To sign in, open %s and enter the code %s", text.Line(p.URL, 200), text.Line(p.Code, 60))
}

var verdictGlyphs = map[profile.Verdict]string{profile.Works: "✓", profile.Missing: "×", profile.Failed: "!", profile.Unknown: "?"}

// printTest prints the table of a test: of what works only that it does. Nothing in it
// is cut: it is to be copied.
func (r *runner) printTest(findings []profile.Finding) error {
	t := table{header: []string{"", "SOURCE", "TRIED", "NEEDS", "WITHOUT IT"}, flex: 4}
	for _, f := range findings {
		needs, costs := f.Needs, f.Costs
		if f.Verdict == profile.Works {
			needs, costs = "", ""
		}
		if f.Verdict == profile.Failed && f.Said != "" {
			costs = strings.TrimSpace(costs + " (" + f.Said + ")")
		}
		t.rows = append(t.rows, []string{verdictGlyphs[f.Verdict] + " " + string(f.Verdict), f.Source, f.Check, needs, costs})
	}
	return t.print(r.out, 8*unbounded)
}

// verdict is the end of a command that tested: what is missing is a failure of access,
// what did not answer one of a part.
func verdict(begin string, findings []profile.Finding) error {
	missing, failed := 0, 0
	for _, f := range findings {
		switch f.Verdict {
		case profile.Missing:
			missing++
		case profile.Failed:
			failed++
		}
	}
	switch {
	case missing > 0:
		return app.E(app.KindPermission, fmt.Sprintf("%s%d of %d checks found a permission or role missing; give the table to an administrator.", begin, missing, len(findings)), nil)
	case failed > 0:
		return partlyError{fmt.Sprintf("%s%d of %d checks failed; watchfloor profiles test tries again.", begin, failed, len(findings))}
	}
	return nil
}

// startLine is what a person types to open the window on a data folder.
func startLine(program, home string) string {
	if home == "" {
		return program
	}
	return program + " --home " + quoted(home)
}

// quoted is a word as a shell takes it.
func quoted(word string) string {
	if strings.ContainsAny(word, " \t'\"$`\\*?&;|<>()#~") {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}
