package data

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"watchfloor/app"
	"watchfloor/app/identity"
)

// maxOfPerson bounds each list of a person's page.
const maxOfPerson = 200

// EntityKey implements identity.Reader.
func (r identities) EntityKey(ctx context.Context, incident int64, entity string) (k identity.Key, err error) {
	err = r.c.view(ctx, func(q querier) error {
		var id int64
		e := app.Entity{Kind: "account"}
		var known bool
		err := q.one(`SELECT e.id, e.key, e.name, a.entity_id IS NOT NULL, coalesce(a.oid, ''), coalesce(a.upn, ''), coalesce(a.sid, ''), coalesce(a.sam, '')
    FROM incident_entity l JOIN entity e ON e.id = l.entity_id LEFT JOIN entity_account a ON a.entity_id = e.id
    WHERE e.kind = 'account' AND e.key = ?1 AND l.incident_id IN (?2, (SELECT twin_id FROM incident WHERE id = ?2)) LIMIT 1`,
			[]any{strings.ToLower(entity), incident}, &id, &e.Key, &e.Name, &known, &k.ObjectID, &k.UPN, &k.SID, &k.SAM)
		if errors.Is(err, sql.ErrNoRows) {
			return unknownIdentity("account")
		}
		if err == nil && !known { // stored before names were kept, and not reached yet
			k = accountKey(e)
		}
		return err
	})
	return k, err
}

// dossier gathers what is known of one account.
type dossier struct {
	querier
	key  identity.Key
	oids []string // of the account, lower case, the one meant first
	// known is true once a source names the account besides the key.
	known bool
	p     identity.Person
}

// Person implements identity.Reader.
func (r identities) Person(ctx context.Context, k identity.Key) (identity.Person, error) {
	var j dossier
	err := r.c.view(ctx, func(q querier) error {
		j = dossier{querier: q, key: k}
		p, err := r.c.planner(q)
		if err != nil {
			return err
		}
		if err := j.identify(p.book); err != nil {
			return err
		}
		steps := []func() error{
			j.user, j.high, j.turns, j.detections, func() error { return j.signIns(p) },
			j.incidents, j.actions,
		}
		for _, step := range steps {
			if err := step(); err != nil {
				return err
			}
		}
		if j.empty() {
			return unknownIdentity("person")
		}
		return nil
	})
	return j.p, err
}

func (j *dossier) empty() bool {
	p := j.p
	return !j.known && p.User == nil && len(p.Turns)+len(p.Detections)+len(p.SignIns)+len(p.Incidents)+len(p.Actions)+len(p.High) == 0
}

func (j *dossier) conflict(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(j.p.Conflicts, text) {
		j.p.Conflicts = append(j.p.Conflicts, text)
	}
}

// identify finds the object id that the key's parts lead to, the strongest part first,
// and completes the account's names. Parts that lead elsewhere are conflicts.
func (j *dossier) identify(book *wordList) error {
	for _, part := range []struct{ value, what, query string }{
		{j.key.ObjectID, "object id", `SELECT ?1`},
		{j.key.UPN, "UPN", `SELECT id FROM account WHERE upn = ?1 UNION SELECT id FROM risky_user WHERE upn = ?1 AND deleted = 0
    UNION SELECT oid FROM entity_account WHERE upn = ?1 AND oid <> '' UNION SELECT DISTINCT subject FROM detection WHERE upn = ?1 AND subject <> ''`},
		{j.key.SID, "SID", `SELECT id FROM account WHERE sid = ?1 AND sid <> '' UNION SELECT oid FROM entity_account WHERE sid = ?1 AND sid <> '' AND oid <> ''`},
		{j.key.SAM, "on-premises name", `SELECT id FROM account WHERE sam = ?1 AND sam <> '' UNION SELECT oid FROM entity_account WHERE sam = ?1 AND sam <> '' AND oid <> ''`},
	} {
		if part.value == "" {
			continue
		}
		var found []string
		if err := j.each(part.query, []any{part.value}, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			if id = strings.ToLower(id); id != "" && !slices.Contains(found, id) {
				found = append(found, id)
			}
			return err
		}); err != nil {
			return err
		}
		if part.what == "UPN" {
			for _, w := range book.byKind[wordUser] {
				if len(w.parts) > 1 && w.parts[0] != "" && strings.EqualFold(w.parts[1], part.value) && !slices.Contains(found, strings.ToLower(w.parts[0])) {
					found = append(found, strings.ToLower(w.parts[0]))
				}
			}
		}
		slices.Sort(found)
		if len(found) > 1 {
			j.conflict("The %s %s belongs to %d object ids: %s.", part.what, part.value, len(found), strings.Join(found, ", "))
		}
		if len(j.oids) > 0 && len(found) > 0 && !slices.Contains(found, j.oids[0]) {
			j.conflict("The %s %s leads to another object id: %s.", part.what, part.value, found[0])
		}
		if len(j.oids) == 0 && len(found) > 0 {
			if err := j.best(found); err != nil {
				return err
			}
		}
	}
	return j.account(book)
}

// best puts the id that the directory or Entra ID Protection knows first.
func (j *dossier) best(found []string) error {
	for i, id := range found {
		var known bool
		if err := j.one(`SELECT EXISTS (SELECT 1 FROM account WHERE id = ?1) OR EXISTS (SELECT 1 FROM risky_user WHERE id = ?1)`, []any{id}, &known); err != nil {
			return err
		}
		if known {
			found[0], found[i] = found[i], found[0]
			break
		}
	}
	j.oids = found[:1]
	return nil
}

// oid is the object id, "" where only other names are known.
func (j *dossier) oid() string {
	if len(j.oids) > 0 {
		return j.oids[0]
	}
	return ""
}

// account reads the directory's row and fills its gaps from the key and from sign-ins.
func (j *dossier) account(book *wordList) error {
	a := &j.p.Account
	var from int64
	var raw []byte
	err := j.one(`SELECT id, upn, name, enabled, sessions_from, sid, sam, raw FROM account WHERE id = ?`, []any{j.oid()},
		&a.ID, &a.UPN, &a.Name, &a.Enabled, &from, &a.SID, &a.SAM, &raw)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	j.known = err == nil
	a.SessionsFrom = when(from)
	if a.Raw, err = expand(raw); err != nil {
		return err
	}
	if err := j.each(`SELECT role FROM account_role WHERE account = ? ORDER BY role`, []any{j.oid()}, func(scan func(...any) error) error {
		var r string
		err := scan(&r)
		a.Roles = append(a.Roles, r)
		return err
	}); err != nil {
		return err
	}
	for _, part := range []struct {
		what       string
		own, other *string
	}{{"UPN", &a.UPN, &j.key.UPN}, {"SID", &a.SID, &j.key.SID}, {"on-premises name", &a.SAM, &j.key.SAM}} {
		if *part.own != "" && *part.other != "" && !strings.EqualFold(*part.own, *part.other) {
			j.conflict("The directory's %s is %s, not %s.", part.what, *part.own, *part.other)
		}
		*part.own = cmp.Or(*part.own, *part.other)
	}
	a.ID = cmp.Or(a.ID, j.key.ObjectID, j.oid())
	for _, w := range book.byKind[wordUser] {
		if len(w.parts) < 3 || a.ID == "" || !strings.EqualFold(w.parts[0], a.ID) || w.parts[1] == "" {
			continue
		}
		if a.UPN != "" && !strings.EqualFold(a.UPN, w.parts[1]) {
			j.conflict("Sign-ins name the same object id %s.", w.parts[1])
		}
		a.UPN, a.Name = cmp.Or(a.UPN, w.parts[1]), cmp.Or(a.Name, w.parts[2])
	}
	return nil
}
