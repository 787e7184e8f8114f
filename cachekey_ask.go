package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"watchfloor/app"
	"watchfloor/app/text"
	"watchfloor/app/unlock"
)

// terminal asks a person on a terminal about keys of caches. Its zero value asks nobody.
type terminal struct {
	passphrase string // tried first, once for each cache
	person     bool
	out        io.Writer
	hidden     func(context.Context) (string, error)
	line       func(context.Context) (string, error)
	tried      map[string]bool
}

func (m *program) terminal() *terminal {
	return &terminal{passphrase: m.passphrase, person: asks(), out: os.Stderr, hidden: hidden, line: typedLine, tried: map[string]bool{}}
}

// choice is one way out that a terminal offers.
type choice struct {
	do    unlock.Do
	words string
}

var choices = []choice{
	{unlock.Passphrase, "type the passphrase"},
	{unlock.Phrase, "type the recovery phrase"},
	{unlock.Again, "try again"},
	{unlock.Session, "a cache for this session only"},
	{unlock.Fresh, "start afresh with an empty cache; the old files stay"},
	{unlock.Skip, "leave this tenant closed"},
}

// ask is an asker.
func (t *terminal) ask(ctx context.Context, n *unlock.Need) (unlock.Answer, error) {
	if (n.Passphrase || n.State == unlock.Choose) && t.passphrase != "" && !t.tried[n.Profile] {
		t.tried[n.Profile] = true
		return unlock.Answer{Do: unlock.Passphrase, Words: t.passphrase}, nil
	}
	if !t.person {
		return unlock.Answer{}, n
	}
	fmt.Fprintf(t.out, "%s: %s\n", text.Line(n.Tenant, 60), strings.TrimSpace(n.Why+" "+n.Says()))
	var offered []choice
	for _, c := range choices {
		if n.Offers(c.do) {
			offered = append(offered, c)
		}
	}
	do, other := unlock.Passphrase, n.State == unlock.Words && len(offered) > 1
	if n.State != unlock.Words {
		var err error
		if do, err = t.pick(ctx, offered); err != nil {
			return unlock.Answer{}, err
		}
	}
	for do == unlock.Passphrase || do == unlock.Phrase {
		words, err := t.words(ctx, do, other)
		switch {
		case err != nil || words == "" && !other:
			return unlock.Answer{}, n
		case words == "":
			other = false
			if do, err = t.pick(ctx, offered); err != nil {
				return unlock.Answer{}, err
			}
		case n.State == unlock.Choose:
			return unlock.Answer{Do: do, Words: words}, t.twice(ctx, words)
		default:
			return unlock.Answer{Do: do, Words: words}, nil
		}
	}
	return unlock.Answer{Do: do}, nil
}

// words has the passphrase or the recovery phrase typed; "" gives up, or asks for the
// other ways out.
func (t *terminal) words(ctx context.Context, do unlock.Do, other bool) (string, error) {
	what, none := "passphrase", "gives up"
	if do == unlock.Phrase {
		what = "recovery phrase"
	}
	if other {
		none = "shows the other ways"
	}
	fmt.Fprintf(t.out, "The %s (not shown; Enter alone %s): ", what, none)
	words, err := t.hidden(ctx)
	fmt.Fprintln(t.out)
	return words, err
}

// twice has a new passphrase typed once more.
func (t *terminal) twice(ctx context.Context, words string) error {
	fmt.Fprint(t.out, "The same once more: ")
	again, err := t.hidden(ctx)
	fmt.Fprintln(t.out)
	if err == nil && again != words {
		err = app.E(app.KindInvalid, "The two passphrases are not the same; nothing was changed.", nil)
	}
	return err
}

func (t *terminal) pick(ctx context.Context, offered []choice) (unlock.Do, error) {
	for i, c := range offered {
		fmt.Fprintf(t.out, "  %d  %s\n", i+1, c.words)
	}
	for {
		fmt.Fprintf(t.out, "A number from 1 to %d: ", len(offered))
		line, err := t.line(ctx)
		if err != nil {
			return "", err
		}
		for i, c := range offered {
			if strings.TrimSpace(line) == fmt.Sprint(i+1) {
				return c.do, nil
			}
		}
	}
}

// typedLine reads a line of the terminal byte by byte: what follows belongs to others.
func typedLine(ctx context.Context) (string, error) {
	type read struct {
		line string
		err  error
	}
	got := make(chan read, 1)
	go func() {
		var line []byte
		for one := make([]byte, 1); ; {
			if _, err := os.Stdin.Read(one); err != nil || one[0] == '\n' || len(line) > 1000 {
				got <- read{string(line), err}
				return
			}
			line = append(line, one[0])
		}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case r := <-got:
		if r.err != nil {
			return "", app.E(app.KindInvalid, "Standard input ended before the question about the key was answered.", r.err)
		}
		return r.line, nil
	}
}
