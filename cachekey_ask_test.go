package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"watchfloor/app/unlock"
)

// Nobody sits there: the passphrase of the environment is tried once, then it is said
// what is missing.
func TestGoal32WithoutATerminalTheEnvironmentAnswersOnce(t *testing.T) {
	term := &terminal{passphrase: "four words that differ", tried: map[string]bool{}, out: &strings.Builder{}}
	for _, state := range []unlock.State{unlock.Choose, unlock.Words} {
		n := &unlock.Need{Profile: string(state), State: state, Passphrase: state == unlock.Words}
		a, err := term.ask(t.Context(), n)
		if err != nil || a.Do != unlock.Passphrase || a.Words != "four words that differ" {
			t.Errorf("%s: %v, %v", state, a, err)
		}
		var need *unlock.Need
		if _, err := term.ask(t.Context(), n); !errors.As(err, &need) {
			t.Errorf("%s, asked again: %v", state, err)
		}
	}
	if _, err := term.ask(t.Context(), &unlock.Need{State: unlock.Lost}); err == nil {
		t.Error("a lost key is answered for the person")
	}
}

// A person chooses by number, types twice what is new, and text of a tenant stays a line.
func TestGoal32ATerminalAsksAPerson(t *testing.T) {
	var out strings.Builder
	typed := []string{"four words that differ", "four words that difer"}
	term := &terminal{
		person: true, out: &out, tried: map[string]bool{},
		line: func(context.Context) (string, error) { return " 1 ", nil },
		hidden: func(context.Context) (string, error) {
			next := typed[0]
			typed = typed[1:]
			return next, nil
		},
	}
	if _, err := term.ask(t.Context(), &unlock.Need{State: unlock.Choose, Tenant: "North\nwind"}); err == nil {
		t.Error("two passphrases that differ are taken")
	}
	if said := out.String(); strings.Contains(said, "North\nwind") || !strings.Contains(said, "session only") {
		t.Errorf("said %q", said)
	}
}

// Whoever forgot the passphrase is led to the other ways, as in the window.
func TestGoal34ATerminalOffersTheRecoveryPhraseToo(t *testing.T) {
	var out strings.Builder
	typed := []string{"", "4TQ8"}
	term := &terminal{
		person: true, out: &out, tried: map[string]bool{},
		line: func(context.Context) (string, error) { return "2", nil },
		hidden: func(context.Context) (string, error) {
			next := typed[0]
			typed = typed[1:]
			return next, nil
		},
	}
	a, err := term.ask(t.Context(), &unlock.Need{State: unlock.Words, Tenant: "Northwind", Passphrase: true, Phrase: true})
	if err != nil || a != (unlock.Answer{Do: unlock.Phrase, Words: "4TQ8"}) {
		t.Errorf("%s, %v", a, err)
	}
	if said := out.String(); !strings.Contains(said, "other ways") || !strings.Contains(said, "start afresh") {
		t.Errorf("said %q", said)
	}
	typed = []string{"", ""}
	term.line = func(context.Context) (string, error) { return "1", nil }
	var need *unlock.Need
	if _, err := term.ask(t.Context(), &unlock.Need{State: unlock.Words, Passphrase: true, Phrase: true}); !errors.As(err, &need) {
		t.Errorf("giving up is %v", err)
	}
}
