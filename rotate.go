package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"watchfloor/app"
	"watchfloor/app/unlock"
	"watchfloor/data"
	"watchfloor/data/keyslot"
	"watchfloor/data/vault"
)

// rotate seals the cache of a profile with a new key. words are the passphrase where the
// key is wrapped by one. The new key is kept before the cache is sealed with it, and the
// old one forgotten after: a kill at any point leaves a cache that opens. A recovery
// phrase opens only the old key; the person is told to make another.
func (h *keyHolder) rotate(ctx context.Context, cfg data.Config, words string) error {
	slots, err := keyslot.Read(h.dir)
	if err != nil {
		return err
	}
	if slots.Place == keyslot.Session {
		return app.E(app.KindInvalid, "This cache ends with its session and has a new key each time.", nil)
	}
	to := vault.NewKey()
	defer to.Zero()
	next := keyslot.New(h.profile.ID, slots.Place, to)
	switch slots.Place {
	case keyslot.Beside:
		err = keyslot.WriteNext(h.dir, to, h.profile.Simulated())
	case keyslot.Passphrase:
		if _, err = slots.WithPassphrase(words); err == nil {
			err = next.SetPassphrase(to, words, h.cost)
		}
	default:
		err = h.keep(ctx, next.Name, to)
	}
	if err != nil {
		return err
	}
	slots.Next = &next
	if err := slots.Write(h.dir); err != nil {
		return err
	}
	if err := data.Rotate(ctx, cfg, to); err != nil {
		return errors.Join(err, h.abandon(context.WithoutCancel(ctx), slots, cfg.Key, to))
	}
	return h.promote(ctx, slots)
}

// abandon forgets the new key after a rotation that failed, unless the cache is sealed
// with it already.
func (h *keyHolder) abandon(ctx context.Context, slots keyslot.Slots, old, to *vault.Key) error {
	path := filepath.Join(h.dir, cacheFile)
	if fits, err := vault.Fits(path, old); err != nil || !fits {
		if fits, err := vault.Fits(path, to); err == nil && fits {
			return h.promote(ctx, slots)
		}
		return err
	}
	return h.forgetNext(ctx, slots)
}

// promote makes the next slots those of the cache and forgets the old key.
func (h *keyHolder) promote(ctx context.Context, slots keyslot.Slots) error {
	next := *slots.Next
	if next.Place == keyslot.Beside {
		k, err := keyslot.ReadNext(h.dir, h.profile.Simulated())
		if err == nil {
			err = keyslot.WriteBeside(h.dir, k, true)
		}
		if err != nil && app.KindOf(err) != app.KindNotFound {
			return err
		}
	}
	if err := next.Write(h.dir); err != nil {
		return err
	}
	if next.Place == keyslot.Beside {
		return shred(filepath.Join(h.dir, keyslot.NextFile))
	}
	return h.unkeep(ctx, slots)
}

// forgetNext goes back to the old key alone.
func (h *keyHolder) forgetNext(ctx context.Context, slots keyslot.Slots) error {
	next := *slots.Next
	slots.Next = nil
	if err := slots.Write(h.dir); err != nil {
		return err
	}
	if next.Place == keyslot.Beside {
		return shred(filepath.Join(h.dir, keyslot.NextFile))
	}
	return h.unkeep(ctx, next)
}

// unkeep removes a key from the keyring. One that stays there opens nothing any more.
func (h *keyHolder) unkeep(ctx context.Context, slots keyslot.Slots) error {
	if slots.Place != keyslot.Keyring || h.chain == nil {
		return nil
	}
	if err := h.chain.Delete(ctx, slots.Name); err != nil {
		h.log.Warn("a key that is no longer used stays in the keyring", "err", err)
	}
	return nil
}

// settleRotation ends a rotation that was interrupted: k, the old key, is right where it
// fits the cache, else the new one is.
func (h *keyHolder) settleRotation(ctx context.Context, slots keyslot.Slots, k *vault.Key, a unlock.Answer) (*vault.Key, error) {
	path := filepath.Join(h.dir, cacheFile)
	if slots.Next.Opens(k) { // it was promoted in part
		return k, h.promote(ctx, slots)
	}
	fits, err := vault.Fits(path, k)
	if errors.Is(err, os.ErrNotExist) || err == nil && fits {
		if h.owner {
			err = h.forgetNext(ctx, slots)
		}
		return k, err
	}
	k.Zero()
	next, err := h.next(ctx, slots, a)
	if err != nil {
		return nil, err
	}
	if h.owner {
		err = h.promote(ctx, slots)
	}
	return next, err
}

// next is the new key of a rotation, found as the old one was.
func (h *keyHolder) next(ctx context.Context, slots keyslot.Slots, a unlock.Answer) (*vault.Key, error) {
	switch slots.Next.Place {
	case keyslot.Beside:
		k, err := keyslot.ReadNext(h.dir, h.profile.Simulated())
		if app.KindOf(err) == app.KindNotFound { // it has taken its place already
			k, err = keyslot.ReadBeside(h.dir, h.profile.Simulated())
		}
		if err == nil && !slots.Next.Opens(k) {
			err = h.need(unlock.Lost, slots, "The key file of the simulated tenant is another one.")
		}
		return k, err
	case keyslot.Passphrase:
		return open(*slots.Next, a)
	}
	return h.fromKeyring(ctx, *slots.Next)
}
