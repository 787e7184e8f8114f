package data

import (
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/posture"
)

// asker is what reads in a write transaction and in a snapshot have in common.
type asker interface {
	one(query string, args []any, dest ...any) error
}

// seen reads what the cache holds of a subject; found is false where it is not there.
func seen(q asker, on app.Subject) (v app.Values, found bool, err error) {
	v = app.Values{}
	switch on.Kind {
	case app.SubjectUser:
		var risk, account bool
		if risk, err = seenRisk(q, v, `SELECT level, state, detail, changed FROM risky_user WHERE id = ?`, on.ID); err == nil {
			account, err = seenAccount(q, v, on.ID)
		}
		found = risk || account
	case app.SubjectWorkload:
		found, err = seenRisk(q, v, `SELECT level, state, detail, changed FROM workload WHERE id = ?`, on.ID)
	case app.SubjectSignIn:
		found, err = seenSignIn(q, v, on.ID)
	case app.SubjectControl:
		found, err = seenControl(q, v, on.ID)
	case app.SubjectContact:
		found, err = seenContact(q, v, on.ID)
	}
	return v, found, err
}

// ask reads one row; found is false where there is none.
func ask(q asker, query string, args []any, dest ...any) (found bool, err error) {
	err = q.one(query, args, dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func seenRisk(q asker, v app.Values, query, id string) (bool, error) {
	var level, state, detail string
	var changed int64
	found, err := ask(q, query, []any{id}, &level, &state, &detail, &changed)
	if found {
		v[app.PropRiskLevel], v[app.PropRiskState], v[app.PropRiskDetail] = level, state, detail
		putTime(v, app.PropRiskChanged, changed)
	}
	return found, err
}

func seenAccount(q asker, v app.Values, id string) (bool, error) {
	var enabled string
	var from int64
	found, err := ask(q, `SELECT enabled, sessions_from FROM account WHERE id = ?`, []any{id}, &enabled, &from)
	if found && enabled != "" {
		v[app.PropEnabled] = enabled
	}
	putTime(v, app.PropSessionsFrom, from)
	return found, err
}

// selectSignInState finds a sign-in by the hash of its id in whatever week it is; weeks
// are few.
const selectSignInState = `SELECT s.id, s.state, w.text FROM sign_in_week k JOIN sign_in s ON s.week = k.week AND s.hash = ?
    JOIN identity_word w ON w.id = s.state ORDER BY s.id DESC LIMIT 1`

// seenSignIn knows the risk state only: of the level a sign-in has two.
func seenSignIn(q asker, v app.Values, id string) (bool, error) {
	var row, word int64
	var state string
	found, err := ask(q, selectSignInState, []any{int64(hashOf(id))}, &row, &word, &state) // #nosec G115 -- a hash, not a number
	if found {
		v[app.PropRiskState] = state
	}
	return found, err
}

func seenControl(q asker, v app.Values, id string) (bool, error) {
	var state, note string
	found, err := ask(q, `SELECT state, note FROM control WHERE model = ? AND id = ?`, []any{string(posture.M365), azureKey(id)}, &state, &note)
	if found {
		v[app.PropControlState], v[app.PropControlNote] = state, note
	}
	return found, err
}

func seenContact(q asker, v app.Values, id string) (bool, error) {
	var emails, roles, phone, alerts, attacks string
	var on bool
	found, err := ask(q, `SELECT emails, roles, phone, active, alert_severity, attack_level FROM contact WHERE subscription = ?`,
		[]any{azureKey(id)}, &emails, &roles, &phone, &on, &alerts, &attacks)
	if found {
		v[app.PropEmails], v[app.PropRoles], v[app.PropPhone] = joined(emails), joined(roles), phone
		v[app.PropNotify], v[app.PropAlertSeverity], v[app.PropAttackLevel] = strconv.FormatBool(on), alerts, attacks
	}
	return found, err
}

// joined is a list as stored in the form of app.Values.
func joined(stored string) string {
	var list []string
	if json.Unmarshal([]byte(stored), &list) != nil {
		return ""
	}
	return strings.Join(list, ";")
}

func putTime(v app.Values, p app.Property, at int64) {
	if at != 0 {
		v[p] = when(at).UTC().Format(time.RFC3339Nano)
	}
}

// timeOf is a time property as stored, 0 where it cannot be read.
func timeOf(v app.Values, p app.Property) int64 {
	t, err := time.Parse(time.RFC3339Nano, v[p])
	if err != nil {
		return 0
	}
	return micros(t)
}
