package cli

import (
	"context"
	"strings"
	"testing"

	"watchfloor/app/profile"
	"watchfloor/app/unlock"
)

// safe is a Vault that notes what it is told.
type safe struct {
	place string
	calls []string
}

func (s *safe) Profiles() []profile.Profile { return []profile.Profile{{Slot: 1, Name: "North West"}} }
func (s *safe) Keys() []unlock.Status {
	return []unlock.Status{{Slot: 1, Tenant: "North West", Place: s.place}}
}

func (s *safe) note(call string) error {
	s.calls = append(s.calls, call)
	return nil
}

func (s *safe) ToPassphrase(_ context.Context, _ int, words string) error {
	return s.note("passphrase " + words)
}
func (s *safe) ToKeyring(context.Context, int) error                   { return s.note("keyring") }
func (s *safe) NewPhrase(context.Context, int) (string, error)         { return "AAAA-BBBB", s.note("phrase") }
func (s *safe) TryPhrase(_ context.Context, _ int, typed string) error { return s.note("try " + typed) }
func (s *safe) Rotate(_ context.Context, _ int, words string) error    { return s.note("rotate " + words) }
func (s *safe) Close() error                                           { return nil }

func (s *safe) run(t *testing.T, in string, typed []string, args ...string) result {
	t.Helper()
	s.calls = nil
	return newFloor().run(t, func(d *Deps) {
		d.Vault = func(context.Context, Options) (Vault, error) { return s, nil }
		d.In, d.Asks = strings.NewReader(in), typed != nil
		d.Hidden = func(context.Context) (string, error) {
			if len(typed) == 0 {
				t.Fatal("a secret is asked for where nobody is")
			}
			next := typed[0]
			typed = typed[1:]
			return next, nil
		}
	}, append([]string{"vault"}, args...)...)
}

func (s *safe) did(t *testing.T, want ...string) {
	t.Helper()
	if strings.Join(s.calls, ";") != strings.Join(want, ";") {
		t.Errorf("did %q, want %q", s.calls, want)
	}
}

// A machine without a terminal changes keys as a person does: words come as lines.
func TestGoal32WordsOfKeysAreTypedUnseenOrComeFromStandardInput(t *testing.T) {
	const words = "four words that differ"
	s := &safe{place: "keyring"}
	s.run(t, "", []string{words, words}, "passphrase", "North West").expect(t, 0, "opens with this passphrase now")
	s.did(t, "passphrase "+words)
	s.run(t, "", []string{words, "others"}, "passphrase", "North West").expect(t, ExitFailed, "not the same")
	s.did(t)
	s.run(t, words+"\r\n", nil, "passphrase", "North West").expect(t, 0)
	s.did(t, "passphrase "+words)
	s.run(t, "short\n", nil, "passphrase", "North West").expect(t, ExitFailed, "at least 12 characters")
	s.run(t, "", nil, "passphrase", "North West").expect(t, ExitFailed, "Standard input holds no passphrase")
	s.did(t)
	s.run(t, "4TQ8\n", nil, "recovery", "North West", "--check").expect(t, 0, "It opens the cache of North West.")
	s.did(t, "try 4TQ8")
	s.run(t, "", nil, "rotate", "North West").expect(t, 0)
	s.did(t, "rotate ")
	s.place = "passphrase"
	s.run(t, words, nil, "rotate", "North West").expect(t, 0, "sealed with a new key")
	s.did(t, "rotate "+words)
}
