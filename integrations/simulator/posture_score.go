package simulator

import (
	"math"
	"strings"
	"time"
)

// The models of scores, as the products tell them apart.
const (
	ModelCloud = "cloud" // Defender for Cloud, scope = a subscription id
	ModelM365  = "m365"  // Microsoft 365, scope = the tenant id
)

// ScoreTruth is a score as it stands at the end of a day, or now where the day is today.
type ScoreTruth struct {
	Current, Max float64
	Weight       int
}

// PartTruth is what one control gives to a score.
type PartTruth struct {
	Control, Name                     string // Control is its name at the service
	Current, Max                      float64
	Healthy, Unhealthy, NotApplicable int
}

// ScoreOn tells the score of a day. false: there is none of that model, scope and day.
// The parts of PartsOn add up to it exactly.
func (s *Server) ScoreOn(model, scope string, day time.Time) (ScoreTruth, bool) {
	s.posture.mu.RLock()
	defer s.posture.mu.RUnlock()
	parts, weight := s.posture.parts(model, scope, s.posture.endOf(day))
	if parts == nil {
		return ScoreTruth{}, false
	}
	out := ScoreTruth{Weight: weight}
	for _, p := range parts {
		out.Current += p.Current
		out.Max += p.Max
	}
	out.Current = cents(out.Current)
	return out, true
}

// PartsOn tells what each control gave to the score of a day.
func (s *Server) PartsOn(model, scope string, day time.Time) []PartTruth {
	s.posture.mu.RLock()
	defer s.posture.mu.RUnlock()
	parts, _ := s.posture.parts(model, scope, s.posture.endOf(day))
	return parts
}

// UnhealthyOn names the resources that a recommendation, by its name or key, finds
// unhealthy at the end of a day, in the order of the service.
func (s *Server) UnhealthyOn(subscription, recommendation string, day time.Time) (ids []string) {
	s.posture.mu.RLock()
	defer s.posture.mu.RUnlock()
	a, ok := adviceBy(recommendation)
	e := s.posture.sub(subscription)
	if !ok || e == nil {
		return nil
	}
	at := s.posture.endOf(day)
	for i := e.from; i < e.to; i++ {
		if int(s.posture.results[i].advice) != a || !s.posture.there(i, s.posture.day(at)) {
			continue
		}
		if code, _ := s.posture.code(i, at); code == unhealthy {
			ids = append(ids, s.posture.resourceID(s.posture.resources[s.posture.results[i].resource]))
		}
	}
	return ids
}

// Drop is a fall of a score with one cause.
type Drop struct {
	Model, Scope   string
	Before, After  time.Time // the days that show it
	Control        string    // name at the service
	Recommendation string    // cloud only
}

// Drops are the falls that the story tells: one in the past and one to come at Defender
// for Cloud, one in the past at Microsoft 365. Nothing else moves the score of that scope
// between the two days.
func (s *Server) Drops() []Drop {
	shield := func(key string) string { return guidOf("control " + key) }
	return []Drop{
		{ModelCloud, subscriptionID, s.posture.midnight(dropped - 1), s.posture.midnight(dropped), shield("updates"), guidOf(keyUpdates)},
		{ModelCloud, subscriptionID, s.posture.midnight(falling - 1), s.posture.midnight(falling), shield("ports"), guidOf(keyPorts)},
		{ModelM365, tenantID, s.posture.midnight(m365Dropped - 1), s.posture.midnight(m365Dropped), m365DropControl, ""},
	}
}

// endOf is the last moment of a day, or now where that is earlier.
func (c *posture) endOf(day time.Time) time.Time {
	end := c.midnight(c.day(day) + 1).Add(-1)
	if now := c.now(); now.Before(end) && c.day(now) == c.day(day) {
		return now
	}
	return end
}

// parts computes what the controls of a scope give at a time; nil where there is no score.
func (c *posture) parts(model, scope string, at time.Time) (parts []PartTruth, weight int) {
	if model == ModelM365 {
		if !strings.EqualFold(scope, tenantID) || c.day(at) < -past {
			return nil, 0
		}
		return c.m365Parts(at), 0
	}
	e := c.sub(scope)
	if model != ModelCloud || e == nil || e.off || c.day(at) < -past {
		return nil, 0
	}
	return c.cloudParts(e, at)
}

// cloudParts follows the published formula of the classic score: a control gives its
// maximum by the share of its resources that are healthy in all its recommendations;
// previews and what does not apply do not count.
func (c *posture) cloudParts(e *estate, at time.Time) (parts []PartTruth, weight int) {
	day := c.day(at)
	worst := make(map[int64]uint8) // control and resource to code
	resources := make(map[int32]bool)
	for i := e.from; i < e.to; i++ {
		x := &c.results[i]
		g := guarding[x.advice]
		if g < 0 || !c.there(i, day) || advices[x.advice].preview {
			continue
		}
		code, _ := c.code(i, at)
		key := int64(g)<<32 | int64(x.resource)
		was, known := worst[key]
		if !known || code == unhealthy || was == notApplicable {
			worst[key] = code
		}
		if code != notApplicable {
			resources[x.resource] = true
		}
	}
	parts = make([]PartTruth, 0, len(shields))
	counts := make([][3]int, len(shields))
	for key, code := range worst {
		counts[key>>32][code]++
	}
	for g, x := range shields {
		n := counts[g]
		if n == [3]int{} {
			continue
		}
		p := PartTruth{Control: guidOf("control " + x.key), Name: x.title, Healthy: n[healthy], Unhealthy: n[unhealthy], NotApplicable: n[notApplicable]}
		if of := n[healthy] + n[unhealthy]; of > 0 {
			p.Max = float64(x.max)
			p.Current = cents(p.Max * float64(n[healthy]) / float64(of))
		}
		if e.id == researchID && x.key == "audit" { // the service miscounts here: more than there is to win
			p.Current = p.Max + 0.5
		}
		parts = append(parts, p)
	}
	return parts, len(resources)
}

// cents rounds to the two digits that the services give.
func cents(v float64) float64 { return math.Round(v*100) / 100 }
