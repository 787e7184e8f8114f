package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
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
		steps := []func() error{j.user, j.high, j.turns, j.detections, func() error { return j.signIns(p) },
			j.incidents, j.actions}
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
		*part.own = firstOf(*part.own, *part.other)
	}
	a.ID = firstOf(a.ID, j.key.ObjectID, j.oid())
	for _, w := range book.byKind[wordUser] {
		if len(w.parts) < 3 || a.ID == "" || !strings.EqualFold(w.parts[0], a.ID) || w.parts[1] == "" {
			continue
		}
		if a.UPN != "" && !strings.EqualFold(a.UPN, w.parts[1]) {
			j.conflict("Sign-ins name the same object id %s.", w.parts[1])
		}
		a.UPN, a.Name = firstOf(a.UPN, w.parts[1]), firstOf(a.Name, w.parts[2])
	}
	return nil
}

func (j *dossier) user() error {
	u := &identity.User{}
	var changed int64
	var id string
	var raw []byte
	err := j.one(`SELECT id, upn, name, level, state, detail, changed, deleted, processing, raw FROM risky_user
    WHERE id = ?1 OR ?1 = '' AND upn = ?2 AND upn <> '' LIMIT 1`, []any{j.oid(), j.p.Account.UPN},
		&id, &u.UPN, &u.Name, &u.Level, &u.State, &u.Detail, &changed, &u.Deleted, &u.Processing, &raw)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	u.ID, u.Changed = realID(id), when(changed)
	if u.Raw, err = expand(raw); err != nil {
		return err
	}
	a := &j.p.Account
	if a.UPN != "" && u.UPN != "" && !strings.EqualFold(a.UPN, u.UPN) {
		j.conflict("Entra ID Protection names the same object id %s.", u.UPN)
	}
	a.ID, a.UPN, a.Name = firstOf(a.ID, u.ID), firstOf(a.UPN, u.UPN), firstOf(a.Name, u.Name)
	j.p.User = u
	return nil
}

func (j *dossier) high() error {
	a := j.p.Account
	for _, n := range []string{a.ID, a.UPN, a.SID, a.SAM} {
		if n == "" {
			continue
		}
		if err := j.each(`SELECT origin, key, name, reason FROM high_value WHERE key = ? ORDER BY origin`, []any{strings.ToLower(n)},
			func(scan func(...any) error) error {
				var h identity.HighValue
				err := scan(&h.Origin, &h.Key, &h.Name, &h.Reason)
				j.p.High = append(j.p.High, h)
				return err
			}); err != nil {
			return err
		}
	}
	return nil
}

func (j *dossier) turns() error {
	return j.each(`SELECT id, subject, at, level, state, detail, who, events, raw FROM risk_turn WHERE subject = ? AND subject <> ''
    ORDER BY at DESC, id LIMIT ?`, []any{j.p.Account.ID, maxOfPerson}, func(scan func(...any) error) error {
		var t identity.Turn
		var at int64
		var events string
		var raw []byte
		if err := scan(&t.ID, &t.Subject, &at, &t.Level, &t.State, &t.Detail, &t.By, &events, &raw); err != nil {
			return err
		}
		t.ID, t.At, t.Events = realID(t.ID), when(at), parseList(events)
		var err error
		t.Raw, err = expand(raw)
		j.p.Turns = append(j.p.Turns, t)
		return err
	})
}

func (j *dossier) detections() error {
	return j.each(`SELECT `+detectionColumns+` FROM detection d WHERE d.subject = ?1 AND ?1 <> '' OR d.upn = ?2 AND ?2 <> '' AND d.subject IN (?1, '')
    ORDER BY d.id DESC LIMIT ?3`, []any{j.p.Account.ID, j.p.Account.UPN, maxOfPerson}, func(scan func(...any) error) error {
		d, _, err := scanDetection(scan)
		j.p.Detections = append(j.p.Detections, d)
		return err
	})
}

// signIns reads those of the object id, and of the UPN where they name no id.
func (j *dossier) signIns(p *planner) error {
	a := j.p.Account
	set := p.book.find(wordUser, func(w *word) bool {
		if len(w.parts) < 2 {
			return false
		}
		if a.ID != "" && strings.EqualFold(w.parts[0], a.ID) {
			return true
		}
		return a.UPN != "" && (a.ID == "" || w.parts[0] == "") && strings.EqualFold(w.parts[1], a.UPN)
	})
	if len(set.ids) == 0 {
		return nil
	}
	in, args := inSet("s.user", set.ids)
	win, err := p.read("SELECT 0, 0, "+signInColumns+signInBody+"SELECT s.id FROM sign_in_week b CROSS JOIN sign_in s INDEXED BY sign_in_user ON s.week = b.week AND "+in+
		" ORDER BY b.week DESC, s.id DESC LIMIT ?) ORDER BY s.id DESC", append(args, maxOfPerson), maxOfPerson)
	for _, row := range win.Rows {
		j.p.SignIns = append(j.p.SignIns, row.SignIn)
	}
	return err
}

// incidents finds those that name the account by any of its names; each says by which
// was found, the strongest first.
func (j *dossier) incidents() error {
	a := j.p.Account
	seen := map[int64]bool{}
	for _, by := range []struct{ what, col, value string }{{"object id", "oid", a.ID}, {"UPN", "upn", a.UPN}, {"SID", "sid", a.SID}, {"on-premises name", "sam", a.SAM}} {
		if by.value == "" {
			continue
		}
		err := j.each(`SELECT DISTINCT i.id, i.number, i.title, i.severity, i.status, i.created, a.oid FROM entity_account a
    JOIN incident_entity l ON l.entity_id = a.entity_id JOIN incident s ON s.id = l.incident_id
    JOIN incident i ON i.id = CASE WHEN s.shadow = 1 THEN s.twin_id ELSE s.id END
    WHERE a.`+by.col+` = ? AND i.deleted = 0 ORDER BY i.id DESC LIMIT ?`, []any{by.value, maxOfPerson}, func(scan func(...any) error) error {
			m := identity.Mention{By: by.what}
			var severity app.Severity
			var status app.Status
			var created int64
			var oid string
			if err := scan(&m.IncidentID, &m.Number, &m.Title, &severity, &status, &created, &oid); err != nil {
				return err
			}
			if by.what != "object id" && oid != "" && a.ID != "" && !strings.EqualFold(oid, a.ID) {
				j.conflict("Incident %s names the %s %s with another object id: %s.", m.Number, by.what, by.value, oid)
			}
			if seen[m.IncidentID] {
				return nil
			}
			seen[m.IncidentID] = true
			m.Severity, m.Status, m.Created = severity.String(), status.String(), when(created)
			j.p.Incidents = append(j.p.Incidents, m)
			return nil
		})
		if err != nil {
			return err
		}
	}
	slices.SortStableFunc(j.p.Incidents, func(x, y identity.Mention) int { return int(max(-1, min(1, y.IncidentID-x.IncidentID))) })
	j.p.Incidents = j.p.Incidents[:min(len(j.p.Incidents), maxOfPerson)]
	return nil
}

func (j *dossier) actions() error {
	if j.p.Account.ID == "" {
		return nil
	}
	return j.each(`SELECT seq, request, state, created, finished, reason FROM outbox WHERE subject_kind = ? AND subject_id = ?
    ORDER BY seq DESC LIMIT ?`, []any{string(app.SubjectUser), j.p.Account.ID, maxOfPerson}, func(scan func(...any) error) error {
		var d identity.Done
		var request string
		var at, finished int64
		if err := scan(&d.Seq, &request, &d.State, &at, &finished, &d.Reason); err != nil {
			return err
		}
		var r outbox.Request
		if json.Unmarshal([]byte(request), &r) == nil { // one of another version is shown without its verb
			d.What = string(r.Verb)
		}
		d.At, d.Finished = when(at), when(finished)
		j.p.Actions = append(j.p.Actions, d)
		return nil
	})
}
