package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/app/text"
)

// asker asks a person on a terminal for what a draft lacks. Without one it leaves the
// draft as it is, with defaults.
type asker struct {
	r      *runner
	person bool
	asked  bool // at least one question
}

func newAsker(r *runner) *asker {
	return &asker{r: r, person: r.d.Asks}
}

// step names a step that asks nothing, between those that do.
func (a *asker) step(words string) {
	if a.asked {
		a.r.note("%s", words)
	}
}

// line asks one question on stderr and returns the answer, none where it is empty. An
// interrupt ends the waiting.
func (a *asker) line(ctx context.Context, question, none string) (string, error) {
	if none != "" {
		question += " [" + text.Line(none, 80) + "]"
	}
	a.asked = true
	fmt.Fprint(a.r.err, question+": ")
	type read struct {
		line string
		err  error
	}
	got := make(chan read, 1)
	go func() {
		line, err := a.r.lines().ReadString('\n')
		got <- read{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case l := <-got:
		if l.err != nil && (l.err != io.EOF || l.line == "") {
			return "", app.E(app.KindInvalid, "Standard input ended before everything was answered; nothing was connected.", l.err)
		}
		if s := strings.TrimSpace(l.line); s != "" {
			return s, nil
		}
		return none, nil
	}
}

// lines reads standard input line by line; one reader serves all questions.
func (r *runner) lines() *bufio.Reader {
	if r.in == nil {
		r.in = bufio.NewReader(r.d.In)
	}
	return r.in
}

// until asks again until take accepts the answer; it says what is wrong.
func (a *asker) until(ctx context.Context, question, none string, take func(string) (wrong string)) error {
	for {
		s, err := a.line(ctx, question, none)
		if err != nil {
			return err
		}
		wrong := take(s)
		if wrong == "" {
			return nil
		}
		a.r.note("%s", wrong)
	}
}

// pick asks for one of several lines by its number.
func (a *asker) pick(ctx context.Context, question string, none int, options []string) (int, error) {
	for i, o := range options {
		a.r.note("  %d  %s", i+1, o)
	}
	chosen := 0
	err := a.until(ctx, question, strconv.Itoa(none+1), func(s string) string {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > len(options) {
			return fmt.Sprintf("Give a number from 1 to %d.", len(options))
		}
		chosen = n - 1
		return ""
	})
	return chosen, err
}

// secret asks for what must not be seen.
func (a *asker) secret(ctx context.Context, question string) (string, error) {
	if a.r.d.Hidden == nil {
		return "", app.E(app.KindInvalid, "This terminal cannot hide what is typed: give the secret in "+SecretVariable+" or with --secret-stdin.", nil)
	}
	fmt.Fprint(a.r.err, question+": ")
	s, err := a.r.d.Hidden(ctx)
	fmt.Fprintln(a.r.err)
	return s, err
}

// methodNotes say what each way to sign in is for.
var methodNotes = map[profile.Method]string{
	profile.Browser:     "you, in this machine's browser",
	profile.Device:      "you, with a code on another device",
	profile.Secret:      "an application with a password",
	profile.Certificate: "an application with a key file (PEM or PFX)",
	profile.AzureCLI:    "whoever signed in with az login here",
	profile.Managed:     "the identity of this Azure machine",
}

// access is the first step: cloud, tenant and the way to sign in.
func (a *asker) access(ctx context.Context, d profile.Draft) (profile.Draft, error) {
	if !a.person {
		return withDefaults(d), nil
	}
	full := withDefaults(d)
	if full.SignInProblem() == "" {
		return full, nil
	}
	a.r.note("Step 1 of 5: access. Enter takes what stands in brackets; Ctrl+C ends without a trace.")
	// ask asks for one field as long as its problem begins with a word.
	ask := func(to *string, word, question string) error {
		if !strings.HasPrefix(withDefaults(d).SignInProblem(), word+":") {
			return nil
		}
		return a.until(ctx, question, "", func(s string) string {
			*to = s
			if p := withDefaults(d.Clean()).SignInProblem(); strings.HasPrefix(p, word+":") {
				return p
			}
			return ""
		})
	}
	if d.Cloud == "" && d.TenantID == "" {
		var words []string
		for _, c := range profile.Clouds {
			words = append(words, c.Words)
		}
		i, err := a.pick(ctx, "Cloud", 0, words)
		if err != nil {
			return d, err
		}
		d.Cloud = profile.Clouds[i].ID
	}
	if err := ask(&d.TenantID, "Tenant", "Tenant id, or a domain such as contoso.example"); err != nil {
		return d, err
	}
	if d.Method == "" {
		var words []string
		for _, m := range profile.Methods {
			words = append(words, fmt.Sprintf("%-19s %s", m.Label(), methodNotes[m]))
		}
		i, err := a.pick(ctx, "Sign in by", slices.Index(profile.Methods, profile.Device), words)
		if err != nil {
			return d, err
		}
		d.Method = profile.Methods[i]
	}
	if err := ask(&d.ClientID, "Client id", "Application (client) id"); err != nil {
		return d, err
	}
	if err := ask(&d.Certificate, "Certificate", "Path of the PEM or PFX file"); err != nil {
		return d, err
	}
	question := map[profile.Method]string{profile.Secret: "Client secret (not shown)", profile.Certificate: "Password of the file, if it has one (not shown)"}[d.Method]
	if question != "" && d.Secret == "" {
		s, err := a.secret(ctx, question)
		if err != nil {
			return d, err
		}
		d.Secret = s
	}
	if p := withDefaults(d.Clean()).SignInProblem(); p != "" {
		return d, app.E(app.KindInvalid, p, nil)
	}
	return withDefaults(d.Clean()), nil
}
