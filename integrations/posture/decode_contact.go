package posture

import (
	"strings"

	"watchfloor/app/posture"
	"watchfloor/integrations/azure/wire"
)

// Words of the contacts API (sheet part D).
const (
	fromAlerts      = "Alert"
	fromAttackPaths = "AttackPath"
	rolesOn         = "On"
	rolesOff        = "Off"
)

// DecodeContact reads who is notified about a subscription; raw nil is nobody.
func DecodeContact(raw []byte, subscriptionID, name string) (posture.Contact, bool) {
	c := posture.Contact{Subscription: subscriptionID, Name: name}
	if raw == nil {
		c.Absent = true
		return c, false
	}
	c.Raw = raw
	row := wire.ReadRow(raw)
	props := row.Object("properties")
	c.Emails, c.Phone = split(props.Text("emails")), props.Text("phone")
	c.On, _ = props.Bool("isEnabled")
	byRole := props.Object("notificationsByRole")
	if strings.EqualFold(byRole.Text("state"), rolesOn) {
		if c.Roles = byRole.Texts("roles"); c.Roles == nil {
			c.Roles = []string{}
		}
	}
	sources, _ := props.List("notificationsSources")
	odd := row.Odd || props.Odd || byRole.Odd || !row.Has("properties")
	for _, one := range sources {
		s := wire.Part(one)
		switch kind := s.Text("sourceType"); {
		case strings.EqualFold(kind, fromAlerts):
			c.AlertSeverity = s.Text("minimalSeverity")
		case strings.EqualFold(kind, fromAttackPaths):
			c.AttackLevel = s.Text("minimalRiskLevel")
		default:
			s.Odd = true
		}
		odd = odd || s.Odd
	}
	return c, odd
}

// split takes a list apart that the service keeps in one text.
func split(s string) []string {
	var out []string
	for _, one := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == ',' }) {
		if one = strings.TrimSpace(one); one != "" {
			out = append(out, one)
		}
	}
	return out
}
