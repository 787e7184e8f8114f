package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"watchfloor/app"
	"watchfloor/app/identity"
)

// putHighValue replaces the lists of the origins and reports whether they differ.
func (t *tx) putHighValue(list []identity.HighValue, origins []string) (changed bool, err error) {
	for _, origin := range origins {
		now := map[string]identity.HighValue{}
		for _, h := range list {
			if h.Origin == origin && h.Key != "" {
				h.Key = strings.ToLower(h.Key)
				now[h.Key] = h
			}
		}
		was := map[string]identity.HighValue{}
		err := t.each(`SELECT key, name, reason FROM high_value WHERE origin = ?`, []any{origin}, func(scan func(...any) error) error {
			h := identity.HighValue{Origin: origin}
			err := scan(&h.Key, &h.Name, &h.Reason)
			was[h.Key] = h
			return err
		})
		if err != nil {
			return changed, err
		}
		for key, h := range now {
			if was[key] == h {
				continue
			}
			changed = true
			if err := t.exec(`INSERT OR REPLACE INTO high_value (origin, key, name, reason) VALUES (?,?,?,?)`, origin, key, h.Name, h.Reason); err != nil {
				return changed, err
			}
		}
		for key := range was {
			if _, stays := now[key]; !stays {
				changed = true
				if err := t.exec(`DELETE FROM high_value WHERE origin = ? AND key = ?`, origin, key); err != nil {
					return changed, err
				}
			}
		}
	}
	return changed, nil
}

// importHigh replaces a list that a person brought.
func (c *Cache) importHigh(ctx context.Context, origin string, list []identity.HighValue) (n int, err error) {
	own := make([]identity.HighValue, len(list))
	for i, h := range list {
		h.Origin = origin
		own[i] = h
	}
	err = c.tx(ctx, func(t *tx) error {
		changed, err := t.putHighValue(own, []string{origin})
		if err != nil {
			return err
		}
		if changed {
			if err := t.reweigh(); err != nil {
				return err
			}
		}
		t.topics[app.TopicIdentity] = true
		return t.one(`SELECT count(*) FROM high_value WHERE origin = ?`, []any{origin}, &n)
	})
	return n, err
}

// aliases are all names under which the account of a key may occur: those of the key
// itself, and of accounts of the directory that have one of them.
const aliasSQL = `SELECT id, upn, sid, sam FROM account WHERE id = ?1 OR upn = ?1 OR sid = ?1 AND sid <> '' OR sam = ?1 AND sam <> ''`

func (t *tx) aliases(key string) ([]string, error) {
	out := []string{key}
	err := t.each(aliasSQL, []any{key}, func(scan func(...any) error) error {
		var names [4]string
		err := scan(&names[0], &names[1], &names[2], &names[3])
		for _, n := range names {
			if n = strings.ToLower(n); n != "" && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
		return err
	})
	return out, err
}

// highOf is why any of the names matters.
func (t *tx) highOf(names []string) (out []identity.HighValue, err error) {
	for _, n := range names {
		if n == "" {
			continue
		}
		err := t.each(`SELECT origin, key, name, reason FROM high_value WHERE key = ?`, []any{strings.ToLower(n)}, func(scan func(...any) error) error {
			var h identity.HighValue
			err := scan(&h.Origin, &h.Key, &h.Name, &h.Reason)
			out = append(out, h)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// weighEntity works out why one entity matters, when its names may be new.
func (t *tx) weighEntity(id int64, e app.Entity, k identity.Key) error {
	var any bool
	if err := t.one(`SELECT EXISTS (SELECT 1 FROM high_value)`, nil, &any); err != nil || !any {
		return err
	}
	var names []string
	for _, n := range []string{k.ObjectID, k.UPN, k.SID, k.SAM, e.Key} {
		if n == "" {
			continue
		}
		more, err := t.aliases(strings.ToLower(n))
		if err != nil {
			return err
		}
		names = append(names, more...)
	}
	slices.Sort(names)
	high, err := t.highOf(slices.Compact(names))
	if err != nil || len(high) == 0 {
		return err // what was known of it stays until the lists change
	}
	weight, why := identity.Weight(high)
	return t.setHigh(id, why, weight)
}

func (t *tx) setHigh(id int64, why string, weight int) error {
	return t.exec(`INSERT INTO entity_account (entity_id, oid, upn, sid, sam, high, weight) VALUES (?,'','','','',?,?)
    ON CONFLICT (entity_id) DO UPDATE SET high = excluded.high, weight = excluded.weight`, id, why, weight)
}

// reweigh works out for all entities why they matter, after the lists or the names of
// accounts changed, and what that adds to their incidents.
func (t *tx) reweigh() error {
	high := map[string][]identity.HighValue{}
	err := t.each(`SELECT origin, key, name, reason FROM high_value`, nil, func(scan func(...any) error) error {
		var h identity.HighValue
		err := scan(&h.Origin, &h.Key, &h.Name, &h.Reason)
		high[h.Key] = append(high[h.Key], h)
		return err
	})
	if err != nil {
		return err
	}
	found := map[int64][]identity.HighValue{}
	for key, why := range high {
		if err := t.alive(); err != nil {
			return err
		}
		names, err := t.aliases(key)
		if err != nil {
			return err
		}
		for _, n := range names {
			if err := t.each(entitiesNamed, []any{n}, func(scan func(...any) error) error {
				var id int64
				err := scan(&id)
				for _, h := range why {
					if !slices.Contains(found[id], h) {
						found[id] = append(found[id], h)
					}
				}
				return err
			}); err != nil {
				return err
			}
		}
	}
	return t.apply(found)
}

// entitiesNamed finds the accounts that have a name, and the hosts.
const entitiesNamed = `SELECT entity_id FROM entity_account WHERE oid = ?1 AND oid <> ''
    UNION SELECT entity_id FROM entity_account WHERE upn = ?1 AND upn <> ''
    UNION SELECT entity_id FROM entity_account WHERE sid = ?1 AND sid <> ''
    UNION SELECT entity_id FROM entity_account WHERE sam = ?1 AND sam <> ''
    UNION SELECT id FROM entity WHERE kind = 'host' AND key = ?1`

func (t *tx) apply(found map[int64][]identity.HighValue) error {
	type state struct {
		why    string
		weight int
	}
	was := map[int64]state{}
	err := t.each(`SELECT entity_id, high, weight FROM entity_account WHERE weight > 0`, nil, func(scan func(...any) error) error {
		var id int64
		var s state
		err := scan(&id, &s.why, &s.weight)
		was[id] = s
		return err
	})
	if err != nil {
		return err
	}
	changed := map[int64]bool{}
	for id, why := range found {
		var now state
		if now.weight, now.why = identity.Weight(why); now == was[id] {
			continue
		}
		changed[id] = true
		if err := t.setHigh(id, now.why, now.weight); err != nil {
			return err
		}
	}
	for id := range was {
		if _, stays := found[id]; !stays {
			changed[id] = true
			if err := t.setHigh(id, "", 0); err != nil {
				return err
			}
		}
	}
	return t.weighIncidentsOf(changed)
}

func (t *tx) weighIncidentsOf(entities map[int64]bool) error {
	ids := make([]int64, 0, len(entities))
	for id := range entities {
		ids = append(ids, id)
	}
	in, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	var incidents []int64
	err = t.each(`SELECT DISTINCT CASE WHEN i.shadow = 1 THEN i.twin_id ELSE i.id END FROM incident_entity l JOIN incident i ON i.id = l.incident_id
    WHERE l.entity_id IN (SELECT value FROM json_each(?))`, []any{string(in)}, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		incidents = append(incidents, id)
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range incidents {
		if err := t.weigh(id); err != nil {
			return err
		}
	}
	return nil
}

// weigh sets what the entities of an incident and its twin add to its score.
func (t *tx) weigh(id int64) error {
	var was, now int
	var twin sql.NullInt64
	err := t.one(`SELECT id, weight, twin_id FROM incident
    WHERE id = (SELECT CASE WHEN shadow = 1 THEN twin_id ELSE id END FROM incident WHERE id = ?)`, []any{id}, &id, &was, &twin)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := t.one(`SELECT coalesce(max(a.weight), 0) FROM incident_entity l JOIN entity_account a ON a.entity_id = l.entity_id
    WHERE l.incident_id IN (?, ?)`, []any{id, twin}, &now); err != nil || now == was {
		return err
	}
	t.touch(id)
	return t.exec(`UPDATE incident SET weight = ? WHERE id = ?`, now, id)
}
