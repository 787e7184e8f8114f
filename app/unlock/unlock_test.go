package unlock

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"watchfloor/app"
)

// Whoever cannot be asked is told what to do in a sentence, whatever the state.
func TestGoal32EveryStateOfAKeyHasItsSentenceAndAWayOut(t *testing.T) {
	for _, state := range []State{Idle, Choose, Waiting, Words, Lost} {
		n := &Need{Tenant: "Contoso", State: state, Why: "The system's keyring is locked.", Passphrase: state == Words}
		err := fmt.Errorf("opening: %w", n)
		var back *Need
		if app.KindOf(err) != app.KindSignIn || !errors.As(err, &back) {
			t.Errorf("%s: %v", state, err)
		}
		if say := app.Say(err); !strings.HasPrefix(say, n.Why) || !strings.HasSuffix(say, ".") {
			t.Errorf("%s says %q", state, say)
		}
		ways := 0
		for _, d := range []Do{Again, Passphrase, Phrase, Session, Fresh, Skip} {
			if n.Offers(d) {
				ways++
			}
		}
		if ways == 0 || n.Headline() == "" {
			t.Errorf("%s has no way out", state)
		}
	}
}

func TestGoal34TheLockedInActionsAreCounted(t *testing.T) {
	for want, n := range map[string]*Need{
		"not known": {}, "No unsent": {Known: true}, "1 unsent action is": {Known: true, Unsent: 1}, "12 unsent actions are": {Known: true, Unsent: 12},
	} {
		n.State = Lost
		if !strings.Contains(n.Says(), want) {
			t.Errorf("%q lacks %q", n.Says(), want)
		}
	}
	if n := (&Need{State: Lost, Phrase: true}); !n.Offers(Phrase) || !strings.Contains(n.Says(), "recovery phrase") {
		t.Error("a recovery phrase is not offered")
	}
	if n := (&Need{State: Lost}); n.Offers(Phrase) || n.Offers(Passphrase) || !n.Offers(Fresh) {
		t.Error("words are offered that open nothing")
	}
}

func TestGoal23AnAnswerPrintsNoWords(t *testing.T) {
	a := Answer{Do: Passphrase, Words: "correct horse"}
	if s := fmt.Sprintf("%v %+v %#v %s", a, a, a, a); strings.Contains(s, "horse") {
		t.Error(s)
	}
}
