package ui

import (
	"context"

	"watchfloor/app/identity"
	"watchfloor/app/profile"
)

// Connector connects tenants and looks after the connected ones. Profiles and
// SessionOnly return at once; the other calls may take minutes, run off the UI
// goroutine and end soon after their context does. Every error carries a sentence for a
// person. Safe for concurrent use.
type Connector interface {
	// Profiles are the connected tenants in order of their slots.
	Profiles() []profile.Profile
	// SignIn signs in with a draft whose SignInProblem is "" and returns who signed in,
	// "" where that is not told. say is called from any goroutine when the person has
	// something to do on another device.
	SignIn(ctx context.Context, d profile.Draft, say func(profile.Prompt)) (account string, err error)
	// Places are the workspaces that the sign-in of this draft can see; what of the
	// draft is not about signing in is ignored. Test tries what the draft reads and
	// acts on. Both come after SignIn with the same tenant, client, method and secret.
	Places(ctx context.Context, d profile.Draft) ([]profile.Place, error)
	Test(ctx context.Context, d profile.Draft) ([]profile.Finding, error)
	// Save stores a complete draft as a new profile, whatever Test found, and opens it
	// beside the others. warning is a sentence about what is weaker than asked, such
	// as a secret kept for this session only. KindInvalid: the name or the workspace
	// is taken.
	Save(ctx context.Context, d profile.Draft) (warning string, err error)

	// Change stores name, colour and account of the profile in p.Slot, and which sources
	// besides the workspace it reads. Other sources hold at once: the tenant goes on with
	// the same sign-in, cache and queued actions. KindConflict where actions have not
	// reached a source that is to be left out; the sentence says what to do.
	Change(ctx context.Context, p profile.Profile) error
	// Kept tells what is kept of identities, and Keep bounds it: in bytes, 0 for no bound.
	// Where less is allowed, the oldest go as new ones come.
	Kept(ctx context.Context, slot int) (identity.Kept, error)
	Keep(ctx context.Context, slot int, budget int64) error
	// TestSaved is Test of a stored profile, with the sign-in it has.
	TestSaved(ctx context.Context, slot int) ([]profile.Finding, error)
	// Again signs a stored profile in anew; its queued actions stay as they are.
	Again(ctx context.Context, slot int, say func(profile.Prompt)) error
	// Renew signs an application's profile in with another secret, or another certificate
	// file and its password; "" keeps the file. What signs in is kept like by Save. Its
	// cache and queued actions stay as they are.
	Renew(ctx context.Context, slot int, certificate, secret string) (warning string, err error)
	// Remove forgets a profile, its secret and its cache. KindConflict while its
	// outbox is not empty: the sentence says what to do.
	Remove(ctx context.Context, slot int) error

	// SessionOnly is a sentence where there is no keyring and secrets live for this
	// session only, else "".
	SessionOnly() string
}
