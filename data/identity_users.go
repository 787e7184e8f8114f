package data

import (
	"context"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
)

// highBy says why a person matters, by SQL of the object id and UPN; "" otherwise.
func highBy(oid, upn string) string {
	return `coalesce((SELECT group_concat(reason, '; ') FROM (SELECT DISTINCT h.reason AS reason FROM high_value h
    WHERE h.key IN (lower(` + oid + `), lower(nullif(` + upn + `, '')),
        (SELECT lower(nullif(a.sid, '')) FROM account a WHERE a.id = ` + oid + `), (SELECT lower(nullif(a.sam, '')) FROM account a WHERE a.id = ` + oid + `))
    ORDER BY h.reason)), '')`
}

// queuedFor counts unfinished actions on a subject.
func queuedFor(kind app.SubjectKind, id string) string {
	return `(SELECT count(*) FROM outbox o WHERE o.subject_kind = '` + string(kind) + `' AND o.subject_id = ` + id + `
    AND o.state NOT IN ('done', 'discarded'))`
}

const detectionsOf = `(SELECT count(*) FROM detection x WHERE x.subject = `

var userList = &idList{
	name: "users at risk", from: "risky_user u", key: "u.id",
	cols: `u.id, u.upn, u.name, u.level, u.state, u.detail, u.changed, u.deleted, u.processing, u.raw, ` + detectionsOf + `u.id), ` +
		highBy("u.id", "u.upn") + `, coalesce((SELECT json_group_array(role) FROM account_role r WHERE r.account = u.id), '[]'), ` +
		queuedFor(app.SubjectUser, "u.id"),
	sorts: map[string]string{
		identity.ByTime: "u.changed", identity.ByUser: "u.name", identity.ByRisk: "u.rank", identity.ByState: "u.state",
		identity.ByDetections: detectionsOf + "u.id)",
	},
	text: []string{"u.name", "u.upn", "u.id", "u.detail"},
	term: func(w *where, t identity.Term, now time.Time) bool {
		switch {
		case t.Key == identity.KeyLevel || t.Key == identity.KeyRisk:
			return w.words("u.level", t.Values, knownLevels)
		case t.Key == identity.KeyState:
			return w.words("u.state", t.Values, knownStates)
		case t.Key == identity.KeyUser:
			return w.part([]string{"u.name", "u.upn", "u.id"}, t.Values)
		case t.Key == identity.KeyRole:
			for _, v := range t.Values {
				w.add(`EXISTS (SELECT 1 FROM account_role r WHERE r.account = u.id AND r.role LIKE ? ESCAPE '\')`, like(v))
			}
			return true
		case t.Key == identity.KeyIs:
			return w.flag(t, map[string]string{
				"high": highBy("u.id", "u.upn") + " <> ''", "deleted": "u.deleted = 1",
				"processing": "u.processing = 1", "queued": queuedFor(app.SubjectUser, "u.id") + " > 0",
			})
		case isSpan(t, identity.KeyChanged):
			return w.during("u.changed", false, t, now)
		}
		return false
	},
}

// scanUser reads the columns of userList.
func scanUser(scan func(...any) error, sort *any) (identity.UserRow, string, error) {
	var u identity.UserRow
	var changed int64
	var roles, id string
	var raw []byte
	err := scan(sort, &id, &u.UPN, &u.Name, &u.Level, &u.State, &u.Detail, &changed, &u.Deleted, &u.Processing, &raw,
		&u.Detections, &u.High, &roles, &u.Queued)
	if err == nil {
		u.Raw, err = expand(raw)
	}
	u.ID, u.Changed, u.Roles = realID(id), when(changed), parseList(roles)
	return u, id, err
}

// Users implements identity.Reader.
func (r identities) Users(ctx context.Context, q identity.Query) (identity.Window[identity.UserRow], error) {
	return readList(ctx, r.c, userList, q, scanUser)
}

var workloadList = &idList{
	name: "workloads at risk", from: "workload u", key: "u.id",
	cols: `u.id, u.app_id, u.name, u.type, u.enabled, u.level, u.state, u.detail, u.changed, u.processing, u.raw, ` + detectionsOf + `u.id), ` +
		queuedFor(app.SubjectWorkload, "u.id"),
	sorts: map[string]string{
		identity.ByTime: "u.changed", identity.ByUser: "u.name", identity.ByRisk: "u.rank", identity.ByState: "u.state",
		identity.ByDetections: detectionsOf + "u.id)",
	},
	text: []string{"u.name", "u.app_id", "u.id", "u.detail"},
	term: func(w *where, t identity.Term, now time.Time) bool {
		switch {
		case t.Key == identity.KeyLevel || t.Key == identity.KeyRisk:
			return w.words("u.level", t.Values, knownLevels)
		case t.Key == identity.KeyState:
			return w.words("u.state", t.Values, knownStates)
		case t.Key == identity.KeyUser || t.Key == identity.KeyApp:
			return w.part([]string{"u.name", "u.app_id", "u.id"}, t.Values)
		case t.Key == identity.KeyType:
			return w.in("u.type", t.Values)
		case t.Key == identity.KeyIs:
			return w.flag(t, map[string]string{"processing": "u.processing = 1", "queued": queuedFor(app.SubjectWorkload, "u.id") + " > 0"})
		case isSpan(t, identity.KeyChanged):
			return w.during("u.changed", false, t, now)
		}
		return false
	},
}

// Workloads implements identity.Reader.
func (r identities) Workloads(ctx context.Context, q identity.Query) (identity.Window[identity.WorkloadRow], error) {
	return readList(ctx, r.c, workloadList, q, func(scan func(...any) error, sort *any) (identity.WorkloadRow, string, error) {
		var w identity.WorkloadRow
		var changed int64
		var id string
		var raw []byte
		err := scan(sort, &id, &w.AppID, &w.Name, &w.Type, &w.Enabled, &w.Level, &w.State, &w.Detail, &changed, &w.Processing, &raw,
			&w.Detections, &w.Queued)
		if err == nil {
			w.Raw, err = expand(raw)
		}
		w.ID, w.Changed = realID(id), when(changed)
		return w, id, err
	})
}
