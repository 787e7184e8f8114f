package main

import (
	"context"
	"path/filepath"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/app/unlock"
	"watchfloor/data"
	"watchfloor/data/keyslot"
	"watchfloor/ui/cli"
)

// vaultKeys looks after the keys of a session's caches, for one command.
type vaultKeys struct{ s *session }

var _ cli.Vault = vaultKeys{}

// vault opens what looks after keys. Only the process that owns the data folder may
// change them.
func (m *program) vault(ctx context.Context, o cli.Options) (cli.Vault, error) {
	s, err := m.openSession(ctx, o, 0)
	if err == nil {
		if err = s.noTenant(); err != nil {
			_ = s.close()
		}
	}
	if err != nil {
		return nil, err
	}
	return vaultKeys{s}, nil
}

// Profiles implements cli.Vault.
func (v vaultKeys) Profiles() (out []profile.Profile) {
	for _, t := range v.s.open() {
		out = append(out, t.about())
	}
	return out
}

// Keys implements cli.Vault.
func (v vaultKeys) Keys() (out []unlock.Status) {
	for _, t := range v.s.open() {
		slots, _ := keyslot.Read(t.dir)
		p := t.about()
		out = append(out, unlock.Status{Slot: p.Slot, Tenant: p.Name, Place: string(t.place), Phrase: slots.ByPhrase != nil})
	}
	return out
}

// of is an open tenant with its slots, to be changed by the owner of the folder.
func (v vaultKeys) of(slot int) (*tenant, keyslot.Slots, error) {
	if v.s.owner == nil {
		return nil, keyslot.Slots{}, secondInstance()
	}
	t, err := v.s.at(slot)
	if err != nil {
		return nil, keyslot.Slots{}, err
	}
	slots, err := keyslot.Read(t.dir)
	if err == nil && slots.Place == keyslot.Session {
		err = app.E(app.KindInvalid, "This cache ends with its session. Remove the tenant and connect it again to choose another place for its key.", nil)
	}
	return t, slots, err
}

// ToPassphrase implements cli.Vault.
func (v vaultKeys) ToPassphrase(ctx context.Context, slot int, words string) error {
	t, slots, err := v.of(slot)
	if err != nil {
		return err
	}
	h := v.s.holder(t.about(), t.dir)
	before := slots
	if err := slots.SetPassphrase(t.key, words, h.cost); err != nil {
		return err
	}
	slots.Place = keyslot.Passphrase
	if err := slots.Write(t.dir); err != nil {
		return err
	}
	t.place = slots.Place
	if before.Place == keyslot.Beside {
		return shred(filepath.Join(t.dir, keyslot.KeyFile))
	}
	return h.unkeep(ctx, before)
}

// ToKeyring implements cli.Vault.
func (v vaultKeys) ToKeyring(ctx context.Context, slot int) error {
	t, slots, err := v.of(slot)
	if err != nil {
		return err
	}
	if t.profile.Simulated() {
		return app.E(app.KindInvalid, "The key of a simulated tenant goes into no keyring: its data is invented.", nil)
	}
	if err := v.s.holder(t.about(), t.dir).keep(ctx, slots.Name, t.key); err != nil {
		return err
	}
	slots.Place, slots.ByPassphrase = keyslot.Keyring, nil
	if err := slots.Write(t.dir); err != nil {
		return err
	}
	t.place = slots.Place
	return nil
}

// NewPhrase implements cli.Vault.
func (v vaultKeys) NewPhrase(_ context.Context, slot int) (string, error) {
	t, slots, err := v.of(slot)
	if err != nil {
		return "", err
	}
	p := keyslot.NewPhrase()
	if err := slots.SetPhrase(t.key, p, v.s.holder(t.about(), t.dir).cost); err != nil {
		return "", err
	}
	return p.Groups(), slots.Write(t.dir)
}

// TryPhrase implements cli.Vault.
func (v vaultKeys) TryPhrase(_ context.Context, slot int, typed string) error {
	_, slots, err := v.of(slot)
	if err != nil {
		return err
	}
	p, err := keyslot.ParsePhrase(typed)
	if err != nil {
		return err
	}
	k, err := slots.WithPhrase(p)
	if err == nil {
		k.Zero()
	}
	return err
}

// Rotate implements cli.Vault. The tenant is closed meanwhile and open again after.
func (v vaultKeys) Rotate(ctx context.Context, slot int, words string) error {
	t, _, err := v.of(slot)
	if err != nil {
		return err
	}
	old, p := t.key.Copy(), t.about()
	defer old.Zero()
	h := v.s.holder(p, t.dir)
	if err := v.s.drop(t); err != nil {
		return err
	}
	err = h.rotate(ctx, data.Config{Path: filepath.Join(t.dir, cacheFile), Key: old, Now: v.s.now, Log: v.s.log}, words)
	if err != nil {
		return err
	}
	r := &replies{tried: map[string]int{}, used: map[string]bool{}, words: []string{words}}
	return v.s.openStored(withAsker(ctx, r.ask), p)
}

// Close implements cli.Vault.
func (v vaultKeys) Close() error { return v.s.close() }
