package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"watchfloor/app"
	"watchfloor/app/identity"
)

var _ identity.Store = (*Cache)(nil)

// StoreIdentity implements identity.Store.
func (c *Cache) StoreIdentity(ctx context.Context, b identity.Batch) error {
	if err := c.roomForPull(); err != nil {
		return err
	}
	return c.tx(ctx, func(t *tx) error { return t.storeIdentity(b) })
}

// storeIdentity puts what a pull brought, as part of a transaction.
func (t *tx) storeIdentity(b identity.Batch) error {
	if err := t.putUsers(b.Users); err != nil {
		return err
	}
	if err := t.putWorkloads(b.Workloads); err != nil {
		return err
	}
	if err := t.putTurns(b.Turns); err != nil {
		return err
	}
	if err := t.putDetections(b.Detections); err != nil {
		return err
	}
	if err := t.putSignIns(b.SignIns); err != nil {
		return err
	}
	names, err := t.putAccounts(b.Accounts)
	if err != nil {
		return err
	}
	lists, err := t.putHighValue(b.HighValue, b.Origins)
	if err != nil {
		return err
	}
	more, err := t.backfillAccounts()
	if err != nil {
		return err
	}
	if names || lists || more {
		if err := t.reweigh(); err != nil {
			return err
		}
	}
	t.topics[app.TopicIdentity] = true
	if len(b.SignIns)+len(b.Detections) == 0 {
		return nil
	}
	return t.fit()
}

// keyOr is an id, or where the service gave none one made of what it sent, which begins
// with a mark that no id has.
func keyOr(id string, parts ...string) string {
	if id != "" {
		return id
	}
	return fmt.Sprintf("%s%016x", noID, hashOf(strings.Join(parts, "\x00")))
}

const noID = "?"

// realID is the id as the service gave it.
func realID(key string) string {
	if strings.HasPrefix(key, noID) {
		return ""
	}
	return key
}

// overtaken reports a row that is older than the stored one, whose time is not in the
// future: an answer that was overtaken by another.
func (t *tx) overtaken(query, id string, changed int64) (bool, error) {
	var was int64
	err := t.one(query, []any{id}, &was)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return changed != 0 && changed < was && was <= t.now, err
}

func (t *tx) putUsers(users []identity.User) error {
	for _, u := range users {
		if err := t.alive(); err != nil {
			return err
		}
		id := keyOr(u.ID, u.UPN, u.Name)
		old, err := t.overtaken(`SELECT changed FROM risky_user WHERE id = ?`, id, micros(u.Changed))
		if err != nil {
			return err
		}
		if old {
			continue
		}
		if err := t.exec(`INSERT OR REPLACE INTO risky_user (id, upn, name, level, rank, state, detail, changed, deleted, processing, raw)
    VALUES (?,?,?,?,?,?,?,?,?,?,?)`, id, u.UPN, u.Name, string(u.Level), u.Level.Rank(), string(u.State), u.Detail, micros(u.Changed),
			u.Deleted, u.Processing, squeeze(u.Raw)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) putWorkloads(list []identity.Workload) error {
	for _, w := range list {
		id := keyOr(w.ID, w.AppID, w.Name)
		old, err := t.overtaken(`SELECT changed FROM workload WHERE id = ?`, id, micros(w.Changed))
		if err != nil {
			return err
		}
		if old {
			continue
		}
		if err := t.exec(`INSERT OR REPLACE INTO workload (id, app_id, name, type, enabled, level, rank, state, detail, changed, processing, raw)
    VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`, id, w.AppID, w.Name, w.Type, w.Enabled, string(w.Level), w.Level.Rank(), string(w.State),
			w.Detail, micros(w.Changed), w.Processing, squeeze(w.Raw)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) putTurns(turns []identity.Turn) error {
	for _, h := range turns {
		if err := t.alive(); err != nil {
			return err
		}
		id := keyOr(h.ID, string(h.Level), string(h.State), h.Detail, h.At.String())
		if err := t.exec(`INSERT OR REPLACE INTO risk_turn (subject, id, at, level, state, detail, who, events, raw) VALUES (?,?,?,?,?,?,?,?,?)`,
			h.Subject, id, micros(h.At), string(h.Level), string(h.State), h.Detail, h.By, formatList(h.Events), squeeze(h.Raw)); err != nil {
			return err
		}
	}
	return nil
}

// putAccounts reports whether names that joins use changed.
func (t *tx) putAccounts(list []identity.Account) (renamed bool, err error) {
	for _, a := range list {
		if a.ID == "" {
			continue // an account is only known by its id; the row it came with is kept elsewhere
		}
		var upn, sid, sam string
		err := t.one(`SELECT upn, sid, sam FROM account WHERE id = ?`, []any{a.ID}, &upn, &sid, &sam)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return renamed, err
		}
		renamed = renamed || err != nil || upn != a.UPN || sid != a.SID || sam != a.SAM
		if err := t.exec(`INSERT INTO account (id, upn, name, enabled, sessions_from, sid, sam, raw) VALUES (?,?,?,?,?,?,?,?)
    ON CONFLICT (id) DO UPDATE SET upn=excluded.upn, name=excluded.name, enabled=excluded.enabled, sessions_from=excluded.sessions_from,
        sid=excluded.sid, sam=excluded.sam, raw=excluded.raw`,
			a.ID, a.UPN, a.Name, a.Enabled, micros(a.SessionsFrom), a.SID, a.SAM, squeeze(a.Raw)); err != nil {
			return renamed, err
		}
		if err := t.exec(`DELETE FROM account_role WHERE account = ?`, a.ID); err != nil {
			return renamed, err
		}
		for _, r := range a.Roles {
			if err := t.exec(`INSERT OR IGNORE INTO account_role (account, role) VALUES (?,?)`, a.ID, r); err != nil {
				return renamed, err
			}
		}
	}
	return renamed, nil
}
