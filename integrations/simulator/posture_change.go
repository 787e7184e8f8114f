// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"fmt"
	"strings"
	"time"
)

// PostureWrite is one change on posture that took effect, however it came.
type PostureWrite struct {
	At     time.Time
	Kind   string // WroteContact, WroteControl, WroteAlert, WroteResult
	ID     string
	Method string // PUT, PATCH, POST, DELETE; EDIT for another person
	Who    string
	Fields []string
	Value  string // the state or, of a contact, the e-mail addresses it has now
}

func (c *posture) wrote(w PostureWrite) {
	w.At = time.Unix(0, tick(c.now())).UTC()
	c.writes = append(c.writes, w)
}

// PostureChange is what another person does; one of Control, Contact, Alert and
// Recommendation says to what.
type PostureChange struct {
	Who string `json:"who"`

	Control string `json:"control,omitempty"` // a control profile of Microsoft 365: State, Note
	Contact string `json:"contact,omitempty"` // a subscription: Emails, Phone
	Alert   string `json:"alert,omitempty"`   // a cloud alert's name: State

	State  string  `json:"state,omitempty"`
	Note   string  `json:"note,omitempty"`
	Emails *string `json:"emails,omitempty"`
	Phone  *string `json:"phone,omitempty"`

	// Recommendation, by name, turns State (Healthy, Unhealthy, NotApplicable) for Percent
	// of its resources in Subscription.
	Recommendation string `json:"recommendation,omitempty"`
	Subscription   string `json:"subscription,omitempty"`
	Percent        int    `json:"percent,omitempty"` // 0 = 100
}

// ApplyPosture does what another person does. An error says why nothing was done.
func (s *Server) ApplyPosture(ch PostureChange) error {
	s.posture.mu.Lock()
	defer s.posture.mu.Unlock()
	who := firstOf(ch.Who, "another analyst")
	switch c := s.posture; {
	case ch.Control != "":
		n, k := s.profileAt(ch.Control), wordIn(controlStates, ch.State)
		if n < 0 || k < 0 {
			return fmt.Errorf("there is no control %q or no state %q", ch.Control, ch.State)
		}
		u := c.newest(n)
		u.state, u.comment = controlStates[k], ch.Note
		c.say(n, u, who, "EDIT", []string{"state", "comment"})
	case ch.Contact != "":
		x := c.contacts[strings.ToLower(ch.Contact)]
		if x == nil {
			return fmt.Errorf("there is no subscription %q", ch.Contact)
		}
		now := x.known
		if ch.Emails != nil {
			now.Emails = *ch.Emails
		}
		if ch.Phone != nil {
			now.Phone = *ch.Phone
		}
		fields := x.known.differing(&now)
		x.known, x.absent = now, false
		c.wrote(PostureWrite{Kind: WroteContact, ID: strings.ToLower(ch.Contact), Method: "EDIT", Who: who, Fields: fields, Value: now.Emails})
	case ch.Alert != "":
		s.gatherAlerts()
		a, k := c.alertX[strings.ToLower(ch.Alert)], wordIn(cloudStates, ch.State)
		if a == nil || k < 0 {
			return fmt.Errorf("there is no alert %q or no state %q", ch.Alert, ch.State)
		}
		c.setAlert(a, cloudStates[k], who, "EDIT")
	default:
		return c.turnSome(ch, who)
	}
	return nil
}

// turnSome changes what a recommendation says about some resources of a subscription.
func (c *posture) turnSome(ch PostureChange, who string) error {
	a, ok := adviceBy(ch.Recommendation)
	e, code := c.sub(ch.Subscription), wordIn(codes[:], ch.State)
	if !ok || e == nil || code < 0 {
		return fmt.Errorf("there is no recommendation %q, subscription %q or state %q", ch.Recommendation, ch.Subscription, ch.State)
	}
	now := c.now()
	var list []int32
	for i := e.from; i < e.to; i++ {
		if int(c.results[i].advice) == a && c.there(i, c.day(now)) {
			list = append(list, i)
		}
	}
	percent := ch.Percent
	if percent <= 0 {
		percent = 100
	}
	for _, i := range list[:(len(list)*min(percent, 100)+99)/100] {
		c.turnOne(i, uint8(code), who)
	}
	return nil
}

// turnOne changes what an assessment says from now on.
func (c *posture) turnOne(i int32, code uint8, who string) {
	if was, _ := c.code(i, c.now()); was == code {
		return
	}
	c.changes[i] = append(c.changes[i], turned{tick(c.now()), code})
	c.wrote(PostureWrite{Kind: WroteResult, ID: c.resultID(i), Method: "EDIT", Who: who, Fields: []string{"status"}, Value: codes[code]})
}

// step is what somebody else does next: fix or break a resource, judge a control, settle
// an alert, rarely edit a contact. The first subscription's resources are left alone, so
// that the story's drops keep their one cause.
func (s *Server) step() {
	s.posture.mu.Lock()
	defer s.posture.mu.Unlock()
	c := s.posture
	c.beat++
	analysts := s.t.world.Analysts()
	who := analysts[1+c.beat%(len(analysts)-1)].UPN
	d := c.dice("step", c.beat)
	switch {
	case c.beat%40 == 0:
		if x := c.contacts[researchID]; x != nil {
			now := x.known
			now.Phone = fmt.Sprintf("+351 210 %03d %03d", d%1000, d>>10%1000)
			fields := x.known.differing(&now)
			x.known, x.absent = now, false
			c.wrote(PostureWrite{Kind: WroteContact, ID: researchID, Method: "EDIT", Who: who, Fields: fields, Value: now.Emails})
		}
	case c.beat%8 == 0:
		list := s.listed()
		n := list[d%uint64(len(list))]
		u := c.newest(n)
		u.state, u.comment = controlStates[d>>20%uint64(len(controlStates))], "Discussed with the owner of "+improvements[n].service+"."
		c.say(n, u, who, "EDIT", []string{"state", "comment"})
	case c.beat%3 == 0:
		s.gatherAlerts()
		if len(c.alerts) > 0 {
			a := c.alerts[d%uint64(len(c.alerts))]
			next := map[string]string{"Active": "InProgress", "InProgress": "Resolved"}[a.state]
			if next != "" {
				c.setAlert(a, next, who, "EDIT")
			}
		}
	default:
		if e := c.sub(researchID); e != nil && e.to > e.from {
			i := e.from + int32(d%uint64(e.to-e.from))
			if code, _ := c.code(i, c.now()); code != notApplicable && c.there(i, c.day(c.now())) {
				c.turnOne(i, 1-code, who)
			}
		}
	}
}
