package data

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
)

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
	a.ID, a.UPN, a.Name = cmp.Or(a.ID, u.ID), cmp.Or(a.UPN, u.UPN), cmp.Or(a.Name, u.Name)
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
