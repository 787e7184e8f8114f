package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"watchfloor/app"
	"watchfloor/app/audit"
	"watchfloor/app/permission"
	"watchfloor/data/profiles"
	"watchfloor/ui"
)

// readOnly is the switch of one tenant, over that of all. Its clients and its outbox ask
// it before anything could be changed.
type readOnly struct {
	everywhere func() bool
	here       atomic.Bool
}

func (r *readOnly) on() bool { return r.here.Load() || r.everywhere() }

// why says why the tenant may not be changed and how to end that, "" where it may.
func (r *readOnly) why(tenant string) string {
	switch {
	case r.everywhere():
		return permission.Everywhere
	case r.here.Load():
		return permission.Here(tenant)
	}
	return ""
}

// lockName is a file of the data folder: while it is there, no tenant is changed. A file
// is seen by every process on the folder, and needs no cache to be open.
const lockName = "read-only"

// everywhere reports the switch for all tenants. Where that cannot be found out it is on.
func (s *session) everywhere() bool {
	_, err := os.Stat(filepath.Join(s.home, lockName))
	return !errors.Is(err, fs.ErrNotExist)
}

func (s *session) setEverywhere(on bool) error {
	path := filepath.Join(s.home, lockName)
	if on {
		if err := profiles.ReplaceFile(path, []byte("Watchfloor changes nothing while this file is here.\n")); err != nil {
			return unwritable(err)
		}
	} else if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unwritable(err)
	}
	s.log.Info("read-only everywhere", "on", on)
	for _, t := range s.open() {
		t.noteSwitch("read-only everywhere", on)
		t.outbox.Kick()
	}
	return nil
}

// noteSwitch writes to the audit log that a switch was turned. The switch holds all the
// same where that fails.
func (t *tenant) noteSwitch(name string, on bool) {
	p := t.about()
	words := map[bool]string{true: "on", false: "off"}
	r := audit.Record{Event: audit.Setting, By: app.Owner{UPN: p.Account}.Label(), Tenant: p.Name, Changes: []audit.Change{{Field: name, From: words[!on], To: words[on]}}}
	if err := t.cache.Note(context.Background(), r); err != nil {
		t.log.Warn("audit", "err", err)
	}
}

// mayNot is why the tenant may not be changed, "" where it may.
func (t *tenant) mayNot() string { return t.clients.only.why(t.about().Name) }

// setReadOnly turns the switch of the tenant.
func (t *tenant) setReadOnly(on bool) {
	t.mu.Lock()
	t.profile.ReadOnly = on
	t.mu.Unlock()
	if t.clients.only.here.Swap(on) != on {
		t.noteSwitch("read-only", on)
	}
	t.log.Info("read-only", "tenant", t.dir, "on", on)
	t.outbox.Kick()
}

var _ ui.Guard = (*connector)(nil)

// ReadOnly implements ui.Guard.
func (c *connector) ReadOnly(slot int) string {
	t, err := c.s.at(slot)
	if err != nil {
		return ""
	}
	return t.mayNot()
}

// Everywhere implements ui.Guard.
func (c *connector) Everywhere() bool { return c.s.everywhere() }

// SetEverywhere implements ui.Guard.
func (c *connector) SetEverywhere(_ context.Context, on bool) error { return c.s.setEverywhere(on) }

// SetReadOnly implements ui.Guard.
func (c *connector) SetReadOnly(_ context.Context, slot int, on bool) error {
	c.changing.Lock()
	defer c.changing.Unlock()
	t, err := c.s.at(slot)
	if err != nil {
		return err
	}
	if c.s.owner == nil {
		return app.E(app.KindInvalid, "Watchfloor is open on this data folder in another window; turn the switch there, or close it first.", nil)
	}
	p := t.about()
	if p.ReadOnly = on; on { // at once, whatever becomes of the file
		t.setReadOnly(true)
	}
	if err := c.storeChange(p); err != nil {
		return err
	}
	t.setReadOnly(on)
	return nil
}

// Permissions implements ui.Guard.
func (c *connector) Permissions(ctx context.Context, slot int) (permission.Report, error) {
	t, err := c.s.at(slot)
	if err != nil {
		return permission.Report{}, err
	}
	return t.permissions(ctx)
}
