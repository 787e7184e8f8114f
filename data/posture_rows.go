package data

import (
	"strings"

	"watchfloor/app/posture"
)

func (t *tx) putControl(c posture.Control) error {
	id, model := azureKey(c.ID), string(c.Model)
	if err := t.exec(`INSERT OR REPLACE INTO control (model, id, received, seen, title, grp, max, service, tier, user_impact, cost, remediation, url,
    threats, deprecated, state, note, who, changed, raw) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		model, id, c.ID, t.now, c.Title, c.Group, finite(c.Max), c.Service, c.Tier, c.UserImpact, c.Cost, c.Remediation, c.URL,
		asList(c.Threats), c.Deprecated, c.State, c.Note, c.By, micros(c.Changed), orNone(c.Raw)); err != nil {
		return err
	}
	if err := t.exec(`DELETE FROM control_rec WHERE model = ? AND control = ?`, model, id); err != nil {
		return err
	}
	for i, rec := range c.Assessments {
		if err := t.exec(`INSERT INTO control_rec (model, control, ordinal, rec) VALUES (?,?,?,?)`, model, id, i, azureKey(rec)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) putMeta(m posture.Meta) error {
	return t.exec(`INSERT OR REPLACE INTO rec_meta (rec, title, description, remediation, severity, categories, threats, effort, impact, preview, type, raw)
    VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`,
		azureKey(m.ID), m.Title, m.Description, m.Remediation, m.Severity, asList(m.Categories), asList(m.Threats), m.Effort, m.Impact, m.Preview, m.Type, orNone(m.Raw))
}

func (t *tx) putStandard(s posture.Standard) error {
	return t.exec(`INSERT OR REPLACE INTO standard (subscription, id, seen, state, passed, failed, skipped, unsupported, raw) VALUES (?,?,?,?,?,?,?,?,?)`,
		azureKey(s.Subscription), s.ID, t.now, s.State, s.Passed, s.Failed, s.Skipped, s.Unsupported, orNone(s.Raw))
}

func (t *tx) putRequirement(r posture.Requirement) error {
	return t.exec(`INSERT OR REPLACE INTO requirement (subscription, standard, id, seen, title, state, passed, failed, skipped, raw) VALUES (?,?,?,?,?,?,?,?,?,?)`,
		azureKey(r.Subscription), r.Standard, r.ID, t.now, r.Title, r.State, r.Passed, r.Failed, r.Skipped, orNone(r.Raw))
}

func (t *tx) putContact(c posture.Contact) error {
	return t.exec(`INSERT OR REPLACE INTO contact (subscription, name, absent, emails, phone, active, roles, alert_severity, attack_level, raw)
    VALUES (?,?,?,?,?,?,?,?,?,?)`,
		azureKey(c.Subscription), c.Name, c.Absent, asList(c.Emails), c.Phone, c.On, asList(c.Roles), c.AlertSeverity, c.AttackLevel, orNone(c.Raw))
}

// asList is a list of words as stored.
func asList(v []string) string {
	if len(v) == 0 {
		return "[]"
	}
	return asJSON(v)
}

// Kinds of Whole.
const (
	wholeControls     = "controls"
	wholeAssessments  = "assessments"
	wholeStandards    = "standards"
	wholeRequirements = "requirements"
)

// sweep marks as gone, now, what a complete list does not hold any more. Controls belong
// to a model, not to a scope. The scope of requirements is a subscription, or a
// subscription and a standard with "/" between.
func (t *tx) sweep(w posture.Whole, recs *recount) error {
	scope, began := azureKey(w.Scope), micros(w.Began)
	switch w.Kind {
	case wholeControls:
		return t.exec(`UPDATE control SET gone = ? WHERE model = ? AND seen < ? AND gone = 0`, t.now, string(w.Model), began)
	case wholeAssessments:
		return recs.sweep(scope, began)
	case wholeStandards:
		return t.exec(`UPDATE standard SET gone = ? WHERE subscription = ? AND seen < ? AND gone = 0`, t.now, scope, began)
	case wholeRequirements:
		if sub, standard, ok := strings.Cut(strings.TrimSpace(w.Scope), "/"); ok {
			return t.exec(`UPDATE requirement SET gone = ? WHERE subscription = ? AND standard = ? AND seen < ? AND gone = 0`, t.now, azureKey(sub), standard, began)
		}
		return t.exec(`UPDATE requirement SET gone = ? WHERE subscription = ? AND seen < ? AND gone = 0`, t.now, scope, began)
	}
	t.cache.cfg.Log.Warn("a complete list of an unknown kind was left alone", "kind", w.Kind)
	return nil
}
