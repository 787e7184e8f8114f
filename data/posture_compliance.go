package data

import (
	"context"
	"encoding/json"

	"watchfloor/app/posture"
)

// Standards implements posture.Reader, ordered by name and subscription.
func (v postureView) Standards(ctx context.Context) (out []posture.Standard, err error) {
	err = v.c.view(ctx, func(q querier) error {
		return q.each(`SELECT subscription, id, state, passed, failed, skipped, unsupported, raw FROM standard WHERE gone = 0 ORDER BY id, subscription`, nil,
			func(scan func(...any) error) error {
				var s posture.Standard
				err := scan(&s.Subscription, &s.ID, &s.State, &s.Passed, &s.Failed, &s.Skipped, &s.Unsupported, &s.Raw)
				out = append(out, s)
				return err
			})
	})
	return out, err
}

// Requirements implements posture.Reader, ordered by id.
func (v postureView) Requirements(ctx context.Context, subscription, standard string) (out []posture.Requirement, err error) {
	err = v.c.view(ctx, func(q querier) error {
		return q.each(`SELECT subscription, standard, id, title, state, passed, failed, skipped, raw FROM requirement
    WHERE subscription = ? AND standard = ? AND gone = 0 ORDER BY id`, []any{azureKey(subscription), standard}, func(scan func(...any) error) error {
			var r posture.Requirement
			err := scan(&r.Subscription, &r.Standard, &r.ID, &r.Title, &r.State, &r.Passed, &r.Failed, &r.Skipped, &r.Raw)
			out = append(out, r)
			return err
		})
	})
	return out, err
}

// Contacts implements posture.Reader, ordered by name.
func (v postureView) Contacts(ctx context.Context) (out []posture.Contact, err error) {
	err = v.c.view(ctx, func(q querier) error {
		return q.each(`SELECT subscription, name, absent, emails, phone, active, roles, alert_severity, attack_level, raw FROM contact ORDER BY name, subscription`, nil,
			func(scan func(...any) error) error {
				var c posture.Contact
				var emails, roles string
				if err := scan(&c.Subscription, &c.Name, &c.Absent, &emails, &c.Phone, &c.On, &roles, &c.AlertSeverity, &c.AttackLevel, &c.Raw); err != nil {
					return err
				}
				if err := json.Unmarshal([]byte(emails), &c.Emails); err != nil {
					return err
				}
				if err := json.Unmarshal([]byte(roles), &c.Roles); err != nil {
					return err
				}
				if len(c.Roles) == 0 {
					c.Roles = nil
				}
				out = append(out, c)
				return nil
			})
	})
	return out, err
}
