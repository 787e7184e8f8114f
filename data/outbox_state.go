package data

import (
	"slices"
	"strconv"
	"strings"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/posture"
)

// storeState brings the cached row of a subject to what its service holds now. What the
// service did not tell stays; a subject that is not cached is left to the next pull.
func (t *tx) storeState(s app.SubjectState) error {
	has, found, err := seen(t, s.Subject)
	if err != nil || !found {
		return err
	}
	for p, v := range s.Values {
		has[p] = v
	}
	t.topics[topicOf(s.Kind)] = true
	switch s.Kind {
	case app.SubjectUser:
		if err := t.storeRisk(`UPDATE risky_user SET level=?, rank=?, state=?, detail=?, changed=? WHERE id = ?`, s.ID, has); err != nil {
			return err
		}
		return t.exec(`UPDATE account SET enabled = ?, sessions_from = ? WHERE id = ?`, has[app.PropEnabled], timeOf(has, app.PropSessionsFrom), s.ID)
	case app.SubjectWorkload:
		return t.storeRisk(`UPDATE workload SET level=?, rank=?, state=?, detail=?, changed=? WHERE id = ?`, s.ID, has)
	case app.SubjectSignIn:
		return t.storeSignInState(s.ID, has[app.PropRiskState])
	case app.SubjectControl:
		return t.exec(`UPDATE control SET state = ?, note = ?, who = ?, changed = max(changed, ?) WHERE model = ? AND id = ?`,
			has[app.PropControlState], has[app.PropControlNote], s.By, micros(s.Modified), string(posture.M365), azureKey(s.ID))
	case app.SubjectContact:
		on, _ := strconv.ParseBool(has[app.PropNotify])
		return t.exec(`UPDATE contact SET emails = ?, roles = ?, phone = ?, active = ?, alert_severity = ?, attack_level = ?, absent = 0 WHERE subscription = ?`,
			asList(parted(has[app.PropEmails])), asList(parted(has[app.PropRoles])), has[app.PropPhone], on,
			has[app.PropAlertSeverity], has[app.PropAttackLevel], azureKey(s.ID))
	}
	return nil
}

func (t *tx) storeRisk(query, id string, v app.Values) error {
	level := identity.Level(v[app.PropRiskLevel])
	return t.exec(query, string(level), level.Rank(), v[app.PropRiskState], v[app.PropRiskDetail], timeOf(v, app.PropRiskChanged), id)
}

// storeSignInState changes the risk state of a sign-in and the numbers of rows that name
// the two words.
func (t *tx) storeSignInState(id, state string) error {
	var row, was int64
	var text string
	found, err := ask(t, selectSignInState, []any{int64(hashOf(id))}, &row, &was, &text) // #nosec G115 -- a hash, not a number
	if err != nil || !found || text == state {
		return err
	}
	now, err := t.word(wordState, state, state)
	if err != nil {
		return err
	}
	if err := t.exec(`UPDATE sign_in SET state = ? WHERE id = ?`, now, row); err != nil {
		return err
	}
	return t.exec(`UPDATE identity_word SET rows = rows + (CASE id WHEN ? THEN 1 ELSE -1 END) WHERE id IN (?,?)`, now, now, was)
}

// parted is the inverse of joined.
func parted(v string) []string {
	return slices.DeleteFunc(strings.Split(v, ";"), func(s string) bool { return strings.TrimSpace(s) == "" })
}
