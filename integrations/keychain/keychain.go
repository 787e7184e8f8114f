package keychain

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/zalando/go-keyring"

	"watchfloor/app"
)

const (
	service = "watchfloor"
	limit   = 20 * time.Second // a person may have to unlock the keyring
	longest = 512              // bytes; keyrings hold little (reliability goal 33)
)

// Keychain stores secrets by name. Safe for concurrent use.
type Keychain struct {
	mu      sync.Mutex
	session map[string]string // kept for this process where there is no keyring
	limit   time.Duration
}

// New returns a Keychain.
func New() *Keychain { return &Keychain{session: map[string]string{}, limit: limit} }

// Set stores a secret. kept is false when there is no usable keyring: then the secret
// lives as long as this process and err says why, in a sentence for the person.
func (k *Keychain) Set(ctx context.Context, name, secret string) (kept bool, err error) {
	if len(secret) > longest {
		return false, app.E(app.KindInvalid, "This secret is too long for the keyring of the system.", nil)
	}
	if err := k.call(ctx, func() error { return keyring.Set(service, name, secret) }); err != nil {
		k.mu.Lock()
		k.session[name] = secret
		k.mu.Unlock()
		return false, app.E(app.KindPermission, why(err)+", so the secret is kept for this session only.", err)
	}
	k.mu.Lock()
	delete(k.session, name)
	k.mu.Unlock()
	return true, nil
}

// Keep stores a secret in the keyring or nowhere. KindPermission: there is no usable one,
// and nothing was kept.
func (k *Keychain) Keep(ctx context.Context, name, secret string) error {
	if len(secret) > longest {
		return app.E(app.KindInvalid, "This secret is too long for the keyring of the system.", nil)
	}
	if err := k.call(ctx, func() error { return keyring.Set(service, name, secret) }); err != nil {
		return app.E(app.KindPermission, why(err)+".", err)
	}
	return nil
}

// Get reads a secret. KindNotFound: there is none. KindPermission: the keyring cannot
// be used.
func (k *Keychain) Get(ctx context.Context, name string) (string, error) {
	k.mu.Lock()
	secret, ok := k.session[name]
	k.mu.Unlock()
	if ok {
		return secret, nil
	}
	var got string
	err := k.call(ctx, func() (err error) {
		got, err = keyring.Get(service, name)
		return err
	})
	switch {
	case err == nil:
		return got, nil
	case errors.Is(err, keyring.ErrNotFound):
		return "", app.E(app.KindNotFound, "The keyring holds no secret for this tenant; connect it again.", err)
	}
	return "", app.E(app.KindPermission, why(err)+". Unlock it, or give the secret in WATCHFLOOR_CLIENT_SECRET for this run.", err)
}

// Delete removes a secret; one that is not there, or was kept for this process only, is
// fine whatever the state of the keyring.
func (k *Keychain) Delete(ctx context.Context, name string) error {
	k.mu.Lock()
	_, here := k.session[name]
	delete(k.session, name)
	k.mu.Unlock()
	err := k.call(ctx, func() error { return keyring.Delete(service, name) })
	if err != nil && !here && !errors.Is(err, keyring.ErrNotFound) {
		return app.E(app.KindPermission, why(err)+". Unlock it and try again.", err)
	}
	return nil
}

// why is the beginning of a sentence about a keyring that cannot be used.
func why(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "The system's keyring does not answer; it may wait for its password in another window"
	case strings.Contains(err.Error(), "unlock"):
		return "The system's keyring is locked"
	}
	return "The system's keyring cannot be used"
}

// Check says in a few words whether the keyring works, by a round trip.
func (k *Keychain) Check(ctx context.Context) (string, error) {
	const probe = "doctor"
	if kept, err := k.Set(ctx, probe, "probe"); !kept {
		return "", err
	}
	if _, err := k.Get(ctx, probe); err != nil {
		return "", err
	}
	return "secrets are kept in the system's keyring", k.Delete(ctx, probe)
}

// call runs fn, which cannot be interrupted, no longer than the limit.
func (k *Keychain) call(ctx context.Context, fn func() error) error {
	ctx, cancel := context.WithTimeout(ctx, k.limit)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- fn() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
