package posture

import "strings"

// Missing says in words what keeps the right people from hearing about a subscription's
// alerts, the gravest first; empty where nothing does.
func (c Contact) Missing() []string {
	if c.Absent {
		return []string{"no security contact: nobody is notified"}
	}
	var out []string
	if !c.On {
		out = append(out, "notifications are off")
	}
	mail := false
	for _, e := range c.Emails {
		mail = mail || strings.TrimSpace(e) != ""
	}
	if !mail {
		out = append(out, "no e-mail address")
	}
	if len(c.Roles) == 0 {
		out = append(out, "no role is notified")
	}
	switch strings.ToLower(c.AlertSeverity) {
	case "":
		out = append(out, "alerts are not sent")
	case "high":
		out = append(out, "alerts from High only: Medium and Low are not sent")
	}
	switch strings.ToLower(c.AttackLevel) {
	case "":
		out = append(out, "attack paths are not sent")
	case "critical":
		out = append(out, "attack paths from Critical only")
	}
	if strings.TrimSpace(c.Phone) == "" {
		out = append(out, "no phone number")
	}
	return out
}
