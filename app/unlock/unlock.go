// Package unlock is what a person is asked about the key of a sealed cache, and what they
// can answer: the same questions in the window and on the command line. It knows no
// keyring and no file, and holds words that open a cache no longer than an answer lives.
package unlock

import (
	"fmt"

	"watchfloor/app"
)

// State is why a person is asked.
type State string

// States.
const (
	// Idle: the window was locked; the key is where it always is.
	Idle State = "locked"
	// Choose: a new cache, and no keyring that its key could be kept in.
	Choose State = "choose"
	// Waiting: the key is in a keyring that cannot be used now.
	Waiting State = "waiting"
	// Words: the key is wrapped by a passphrase.
	Words State = "passphrase"
	// Lost: the key is no longer where it was put.
	Lost State = "lost"
)

// Need is a question that must be answered before a cache can be opened. It is an error
// where nobody can be asked: KindSignIn.
type Need struct {
	Profile string // the id of the profile
	Tenant  string // its name, as received
	State   State
	// Why is a sentence about what happened: what is wrong with the keyring, that the
	// passphrase was another one. "" where there is nothing to add.
	Why string
	// Unsent is how many actions in the locked cache have not reached their service;
	// Known is false where nobody noted it.
	Unsent int
	Known  bool
	// Passphrase and Phrase report that these words open the cache.
	Passphrase, Phrase bool
	// Others reports that other tenants can be opened without this one.
	Others bool
}

// Do is what a person decided.
type Do string

// Answers. Try again asks the keyring once more; Session has the cache end with the
// process; Fresh begins an empty cache and keeps the old files; Skip leaves this tenant
// closed.
const (
	Again      Do = "again"
	Passphrase Do = "passphrase"
	Phrase     Do = "phrase"
	Session    Do = "session"
	Fresh      Do = "fresh"
	Skip       Do = "skip"
)

// Answer is what a person decided, with the words they typed for Passphrase and Phrase.
type Answer struct {
	Do    Do
	Words string
}

// String keeps the words out of every log.
func (a Answer) String() string { return string(a.Do) }

// GoString is String for %#v.
func (a Answer) GoString() string { return string(a.Do) }

// Offers reports that an answer makes sense.
func (n *Need) Offers(d Do) bool {
	switch d {
	case Again:
		return n.State == Waiting || n.State == Idle || n.State == Lost
	case Passphrase:
		return n.State == Choose || n.Passphrase
	case Phrase:
		return n.Phrase && n.State != Choose && n.State != Idle
	case Session:
		return n.State == Choose
	case Fresh:
		return n.State == Lost || n.State == Words
	case Skip:
		return n.Others
	}
	return false
}

// LeastWords is the shortest passphrase that is accepted, in characters.
const LeastWords = 12

// Weak says in a sentence why a new passphrase is not accepted, "" where it is.
func Weak(passphrase string) string {
	if len([]rune(passphrase)) < LeastWords {
		return fmt.Sprintf("Take at least %d characters; four words that do not belong together are easy to keep.", LeastWords)
	}
	return ""
}

// Headline names the state in a few words.
func (n *Need) Headline() string {
	switch n.State {
	case Choose:
		return "Where shall the key of the cache be?"
	case Waiting:
		return "The keyring is needed"
	case Words:
		return "Passphrase"
	case Lost:
		return "The key of the cache is gone"
	}
	return "Locked"
}

// Says explains the state in a sentence or two; it holds no text of a tenant's.
func (n *Need) Says() string {
	switch n.State {
	case Choose:
		return "Incidents are kept sealed on this machine, and there is no keyring that could keep their key. Choose a passphrase, which is asked at each start, or a cache for this session only, which ends when Watchfloor is closed."
	case Waiting:
		return "The key of the cache is in the system's keyring. Unlock the keyring and try again."
	case Words:
		return "The cache is sealed by your passphrase."
	case Lost:
		return "The cache is here, but its key is no longer in the place it was put. " + n.Inside() + " " + n.waysOut()
	}
	return "Nothing is shown and nothing is sent until it is unlocked."
}

// Inside says how many unsent actions a locked cache holds.
func (n *Need) Inside() string {
	switch {
	case !n.Known:
		return "How many unsent actions are locked in is not known."
	case n.Unsent == 0:
		return "No unsent action is locked in."
	case n.Unsent == 1:
		return "1 unsent action is locked in."
	}
	return fmt.Sprintf("%d unsent actions are locked in.", n.Unsent)
}

func (n *Need) waysOut() string {
	switch {
	case n.Phrase && n.Passphrase:
		return "Open it with the recovery phrase or the passphrase, or start afresh: the old files stay."
	case n.Phrase:
		return "Open it with the recovery phrase, or start afresh: the old files stay."
	case n.Passphrase:
		return "Open it with the passphrase, or start afresh: the old files stay."
	}
	return "Start afresh with an empty cache: the old files stay, and open again should the key come back."
}

func (n *Need) Error() string { return n.Unwrap().Error() }

// Unwrap gives the need its kind and its sentence, for where nobody can be asked.
func (n *Need) Unwrap() error {
	text := n.Says()
	if n.Why != "" {
		text = n.Why + " " + text
	}
	if n.State == Words || n.State == Choose {
		text += " Where nobody can be asked, the passphrase is read from WATCHFLOOR_PASSPHRASE."
	}
	return app.E(app.KindSignIn, text, nil)
}

// Status tells where the key of one cache is.
type Status struct {
	Slot   int    `json:"slot"`
	Tenant string `json:"tenant"`
	// Place is keyring, passphrase, session or file.
	Place  string `json:"place"`
	Phrase bool   `json:"recoveryPhrase"`
}

// Words is the place in words.
func (s Status) Words() string {
	switch s.Place {
	case "keyring":
		return "in the system's keyring"
	case "passphrase":
		return "behind a passphrase"
	case "session":
		return "in memory; the cache ends with this session"
	case "file":
		return "in a file: a simulated tenant"
	}
	return s.Place
}
