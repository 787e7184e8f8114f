package data

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"watchfloor/app"
	"watchfloor/app/identity"
)

// accountKey reads the names of an account out of an entity as either service sends it:
// Sentinel's properties, or the userAccount of Graph's evidence. What the JSON does not
// tell is guessed from the form of the entity's key.
func accountKey(e app.Entity) identity.Key {
	var row struct {
		Properties  map[string]any `json:"properties"`
		UserAccount map[string]any `json:"userAccount"`
	}
	var k identity.Key
	if json.Unmarshal(e.Raw, &row) == nil {
		members := map[string]string{}
		for _, m := range []map[string]any{row.Properties, row.UserAccount} {
			for name, v := range m {
				if s, ok := v.(string); ok {
					members[strings.ToLower(name)] = s
				}
			}
		}
		k.ObjectID = cmp.Or(members["aaduserid"], members["azureaduserid"])
		k.SID = cmp.Or(members["sid"], members["usersid"])
		account, domain := members["accountname"], cmp.Or(members["ntdomain"], members["domainname"])
		k.UPN = members["userprincipalname"]
		if suffix := members["upnsuffix"]; k.UPN == "" && account != "" && suffix != "" && !strings.Contains(account, "@") {
			k.UPN = account + "@" + suffix
		}
		if k.UPN == "" && strings.Contains(account, "@") {
			k.UPN = account
		}
		if account != "" && domain != "" && !strings.Contains(account, "@") {
			k.SAM = domain + `\` + account
		}
	}
	switch {
	case strings.Contains(e.Key, "@"):
		k.UPN = cmp.Or(k.UPN, e.Key)
	case strings.Contains(e.Key, `\`):
		k.SAM = cmp.Or(k.SAM, e.Key)
	case strings.HasPrefix(e.Key, "s-1-"):
		k.SID = cmp.Or(k.SID, e.Key)
	case len(e.Key) == 36 && strings.Count(e.Key, "-") == 4:
		k.ObjectID = cmp.Or(k.ObjectID, e.Key)
	}
	return k
}

// criticalTags are words of tags with which Defender marks assets that matter.
var criticalTags = []string{"critical", "high value", "high-value", "highvalue", "crown jewel", "tier 0", "tier0"}

// criticalTag is the first tag of the evidence that says it matters, "" without.
func criticalTag(raw []byte) string {
	var row struct {
		Tags []string `json:"tags"`
	}
	if json.Unmarshal(raw, &row) != nil {
		return ""
	}
	for _, tag := range row.Tags {
		for _, w := range criticalTags {
			if strings.Contains(strings.ToLower(tag), w) {
				return tag
			}
		}
	}
	return ""
}

// noteEntity keeps the names of an account that details brought, and what its tags say.
func (t *tx) noteEntity(id int64, e app.Entity) error {
	if e.Kind != "account" && e.Kind != "host" {
		return nil
	}
	k := identity.Key{}
	if e.Kind == "account" {
		k = accountKey(e)
	}
	if tag := criticalTag(e.Raw); tag != "" {
		key := strings.ToLower(cmp.Or(k.ObjectID, k.UPN, e.Key))
		if err := t.exec(`INSERT OR REPLACE INTO high_value (origin, key, name, reason) VALUES (?,?,?,?)`,
			identity.OriginDefender, key, e.Name, "critical asset: "+tag); err != nil {
			return err
		}
	}
	if e.Kind == "account" {
		w := t.cache.writer
		if was, noted := w.noted[id]; noted && was == k {
			return nil
		}
		if w.noted == nil || len(w.noted) >= maxEntities {
			w.noted = map[int64]identity.Key{}
		}
		w.noted[id] = k
		// Incidents tell parts of an account's names: what one tells stays when the next does not.
		if err := t.exec(`INSERT INTO entity_account (entity_id, oid, upn, sid, sam) VALUES (?,?,?,?,?) ON CONFLICT (entity_id) DO UPDATE SET
    oid = coalesce(nullif(excluded.oid, ''), oid), upn = coalesce(nullif(excluded.upn, ''), upn),
    sid = coalesce(nullif(excluded.sid, ''), sid), sam = coalesce(nullif(excluded.sam, ''), sam)
    WHERE (excluded.oid <> '' AND excluded.oid <> oid) OR (excluded.upn <> '' AND excluded.upn <> upn)
        OR (excluded.sid <> '' AND excluded.sid <> sid) OR (excluded.sam <> '' AND excluded.sam <> sam)`,
			id, k.ObjectID, k.UPN, k.SID, k.SAM); err != nil {
			return err
		}
	}
	return t.weighEntity(id, e, k)
}

// backfillStep is how many entities one transaction reads that were stored before their
// names were kept.
const backfillStep = 500

// backfillAccounts notes the names of some entities that older versions stored; where it
// is, is a preference. It reports whether it noted any.
func (t *tx) backfillAccounts() (bool, error) {
	const key = "identity.accounts"
	at, err := t.preferenceInt(key)
	if err != nil || at < 0 {
		return false, err
	}
	type row struct {
		id int64
		e  app.Entity
	}
	var found []row
	err = t.each(`SELECT e.id, e.kind, e.key, e.name, coalesce((SELECT l.raw FROM incident_entity l WHERE l.entity_id = e.id AND length(l.raw) > 0
    LIMIT 1), (SELECT v.raw FROM evidence v JOIN incident_entity l ON l.incident_id = v.incident_id
    WHERE l.entity_id = e.id AND v.entity_id = e.id AND length(v.raw) > 0 LIMIT 1), x'')
    FROM entity e WHERE e.id > ? AND e.kind IN ('account', 'host') ORDER BY e.id LIMIT ?`, []any{at, backfillStep},
		func(scan func(...any) error) error {
			var r row
			err := scan(&r.id, &r.e.Kind, &r.e.Key, &r.e.Name, &r.e.Raw)
			found = append(found, r)
			return err
		})
	if err != nil {
		return false, err
	}
	at = -1
	for _, r := range found {
		if err := t.noteEntity(r.id, r.e); err != nil {
			return false, err
		}
	}
	if len(found) == backfillStep {
		at = found[len(found)-1].id
	}
	return len(found) > 0, t.exec(`INSERT INTO preference (key, value) VALUES (?,?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
		key, strconv.FormatInt(at, 10))
}

func (t *tx) preferenceInt(key string) (int64, error) {
	var text string
	err := t.one(`SELECT value FROM preference WHERE key = ?`, []any{key}, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, nil //nolint:nilerr // written by another version: begin again
	}
	return n, nil
}
