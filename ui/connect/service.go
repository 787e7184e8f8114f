package connect

import (
	"context"
	"time"

	"watchfloor/app/identity"
	"watchfloor/app/profile"
	"watchfloor/ui/work"
)

// Service is what connecting needs; its contract is that of ui.Connector.
type Service interface {
	Profiles() []profile.Profile
	SignIn(ctx context.Context, d profile.Draft, say func(profile.Prompt)) (account string, err error)
	Places(ctx context.Context, d profile.Draft) ([]profile.Place, error)
	Test(ctx context.Context, d profile.Draft) ([]profile.Finding, error)
	Save(ctx context.Context, d profile.Draft) (warning string, err error)
	SessionOnly() string
}

// Keeper looks after connected tenants; its contract is that of ui.Connector.
type Keeper interface {
	Profiles() []profile.Profile
	Change(ctx context.Context, p profile.Profile) error
	Kept(ctx context.Context, slot int) (identity.Kept, error)
	Keep(ctx context.Context, slot int, budget int64) error
	TestSaved(ctx context.Context, slot int) ([]profile.Finding, error)
	Again(ctx context.Context, slot int, say func(profile.Prompt)) error
	Renew(ctx context.Context, slot int, certificate, secret string) (warning string, err error)
	Remove(ctx context.Context, slot int) error
}

// Desk is what the window lends to every dialog here.
type Desk struct {
	*work.Desk
	Now   func() time.Time
	After func(time.Duration, func()) // runs f later, on any goroutine
	Copy  func(text string)           // to the clipboard
	// CopyCode puts a code to sign in with on the clipboard, for seconds.
	CopyCode func(text string)
	Close    func() // closes the dialog
	// Done is told, after the dialog closed, what was done, in a sentence.
	Done func(said string)
}
