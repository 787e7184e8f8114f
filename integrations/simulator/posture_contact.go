package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// contact is who Defender for Cloud tells about a subscription.
type contact struct {
	absent bool
	known  contactProperties
}

type contactProperties struct {
	ByRole  *contactRoles   `json:"notificationsByRole,omitempty"`
	Enabled *bool           `json:"isEnabled,omitempty"`
	Emails  string          `json:"emails"`
	Phone   string          `json:"phone"`
	Sources []contactSource `json:"notificationsSources"`
}

type contactRoles struct {
	State string   `json:"state"`
	Roles []string `json:"roles"`
}

type contactSource struct {
	Source   string `json:"sourceType"`
	Severity string `json:"minimalSeverity,omitempty"`
	Level    string `json:"minimalRiskLevel,omitempty"`
}

// firstContact invents the contact of a subscription: complete, without a phone, with
// everything off, or none at all.
func (c *posture) firstContact(i int) *contact {
	on := i%4 != 2
	x := &contact{absent: i%4 == 3, known: contactProperties{
		Enabled: &on, Emails: "soc@northwind-clinic.example;oncall@northwind-clinic.example", Phone: "+351 210 000 000",
		ByRole:  &contactRoles{"On", []string{"Owner"}},
		Sources: []contactSource{{Source: "Alert", Severity: "Medium"}, {Source: "AttackPath", Level: "Critical"}},
	}}
	switch i % 4 {
	case 1:
		x.known.Emails, x.known.Phone = "", ""
		x.known.ByRole = &contactRoles{"Off", []string{}}
	case 2:
		x.known.Sources = []contactSource{}
	}
	return x
}

// wrong says what the service refuses in a contact, "" where nothing.
func (p *contactProperties) wrong() string {
	for _, mail := range strings.Split(p.Emails, ";") {
		if mail = strings.TrimSpace(mail); mail != "" && (strings.Count(mail, "@") != 1 || strings.ContainsAny(mail, " ,<>")) {
			return "The e-mail address '" + mail + "' is not valid."
		}
	}
	if p.ByRole != nil {
		if wordIn([]string{"On", "Off"}, p.ByRole.State) < 0 {
			return "The state of notificationsByRole is not valid."
		}
		for _, role := range p.ByRole.Roles {
			if wordIn([]string{"AccountAdmin", "ServiceAdmin", "Owner", "Contributor"}, role) < 0 {
				return "The role '" + role + "' cannot be notified."
			}
		}
	}
	for _, x := range p.Sources {
		alert := x.Source == "Alert" && wordIn([]string{"Low", "Medium", "High"}, x.Severity) >= 0 && x.Level == ""
		path := x.Source == "AttackPath" && wordIn([]string{"Low", "Medium", "High", "Critical"}, x.Level) >= 0 && x.Severity == ""
		if !alert && !path {
			return "The notification source '" + x.Source + "' is not valid."
		}
	}
	return ""
}

// differing names the properties in which two contacts differ.
func (p *contactProperties) differing(q *contactProperties) (fields []string) {
	same := func(name string, a, b any) {
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		if string(x) != string(y) {
			fields = append(fields, name)
		}
	}
	same("emails", p.Emails, q.Emails)
	same("phone", p.Phone, q.Phone)
	same("isEnabled", p.Enabled, q.Enabled)
	same("notificationsByRole", p.ByRole, q.ByRole)
	same("notificationsSources", p.Sources, q.Sources)
	return fields
}

// contact answers for the security contact of a subscription. Its name is fixed.
func (s *Server) contact(w http.ResponseWriter, r *http.Request, at securityPath, who owner) {
	if at.sub == nil || len(at.scope) != 2 || len(at.rest) > 2 || len(at.rest) == 2 && !at.rest.is(1, "default") {
		noSecurity(w, at.rest)
		return
	}
	s.posture.mu.Lock()
	defer s.posture.mu.Unlock()
	x := s.posture.contacts[at.sub.id]
	answer := func(status int) {
		writeJSON(w, status, contactResource(at.sub, x))
	}
	switch {
	case len(at.rest) == 1 && r.Method == http.MethodGet:
		list := []any{}
		if !x.absent {
			list = append(list, contactResource(at.sub, x))
		}
		writeJSON(w, http.StatusOK, map[string]any{"value": list})
	case len(at.rest) == 1:
		onlyGet(w, r)
	case r.Method == http.MethodPut:
		var body struct {
			Properties contactProperties `json:"properties"`
		}
		if text, status := readBody(w, r, &body); text != "" {
			armError(w, status, "InvalidRequestContent", text)
			return
		}
		if text := body.Properties.wrong(); text != "" {
			armError(w, http.StatusBadRequest, "InvalidInputJson", text)
			return
		}
		if body.Properties.Sources == nil {
			body.Properties.Sources = []contactSource{}
		}
		status := http.StatusOK
		if x.absent {
			status = http.StatusCreated
		}
		s.posture.wrote(PostureWrite{Kind: WroteContact, ID: at.sub.id, Method: r.Method, Who: who.label(), Fields: x.known.differing(&body.Properties), Value: body.Properties.Emails})
		x.absent, x.known = false, body.Properties
		answer(status)
	case x.absent && r.Method == http.MethodDelete:
		w.WriteHeader(http.StatusNoContent)
	case x.absent:
		noSecurity(w, at.rest)
	case r.Method == http.MethodDelete:
		s.posture.wrote(PostureWrite{Kind: WroteContact, ID: at.sub.id, Method: r.Method, Who: who.label(), Fields: []string{"deleted"}})
		x.absent = true
		w.WriteHeader(http.StatusOK)
	case onlyGet(w, r):
		answer(http.StatusOK)
	}
}

func contactResource(e *estate, x *contact) map[string]any {
	return map[string]any{
		"id": "/subscriptions/" + e.id + "/providers/Microsoft.Security/securityContacts/default", "name": "default",
		"type": "Microsoft.Security/securityContacts", "properties": x.known,
	}
}

// What a PostureWrite was on.
const (
	WroteContact = "contact" // ID is the subscription
	WroteControl = "control" // ID is the control profile
	WroteAlert   = "alert"   // ID is the alert's name
	WroteResult  = "result"  // ID is the assessment's id; made by SetHealth alone
)

// Contact returns the e-mail addresses and the phone of a subscription's contact; ok is
// false where it has none.
func (s *Server) Contact(subscription string) (emails, phone string, ok bool) {
	s.posture.mu.RLock()
	defer s.posture.mu.RUnlock()
	x := s.posture.contacts[strings.ToLower(subscription)]
	if x == nil || x.absent {
		return "", "", false
	}
	return x.known.Emails, x.known.Phone, true
}

// PostureWrites returns every write on posture that took effect, oldest first.
func (s *Server) PostureWrites() []PostureWrite {
	s.posture.mu.RLock()
	defer s.posture.mu.RUnlock()
	return slices.Clone(s.posture.writes)
}
