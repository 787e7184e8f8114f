// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"watchfloor/integrations/simulator/story"
)

var cloudStates = []string{"Active", "InProgress", "Resolved", "Dismissed"}

// cloudAlert is an alert of Defender for Cloud.
type cloudAlert struct {
	name, location string
	sub            int
	title, about   string
	kind, intent   string
	severity       story.Severity
	techniques     []string
	first, last    time.Time
	made           time.Time
	things         []story.Thing
	fix            string
	state          string
	// incident is the record that holds it, -1 where it never became an incident.
	incident int32
}

const (
	coveredAlerts = 120    // at most, of the newest incidents
	lookThrough   = 40_000 // incidents that are looked through for them at first
	aloneAlerts   = 24
)

// lonelyAlerts are what the alerts that never became an incident are about.
var lonelyAlerts = []struct {
	title, about, kind, intent string
	severity                   int
	things                     []story.Kind
}{
	{"Access from an unusual location to a storage account", "Somebody read blobs from a country that never did.", "Storage.Blob_GeoAnomaly", "Exfiltration", 1, []story.Kind{story.KindIP, story.KindAccount}},
	{"Suspected brute-force attack attempt on a database", "Many passwords were tried for one name.", "SQL.DB_BruteForce", "PreAttack", 2, []story.Kind{story.KindIP}},
	{"Unusual deletion of a diagnostic setting", "Logs of the resource are not kept any more.", "ARM_DiagnosticSettingDeleted", "DefenseEvasion", 1, []story.Kind{story.KindAccount}},
	{"Suspicious PowerShell activity on a virtual machine", "A script was decoded and run from memory.", "VM_PowerShellDecoded", "Execution", 3, []story.Kind{story.KindHost, story.KindAccount}},
	{"Access to a vault by an application that never did", "The application listed every secret.", "KV_UnfamiliarApplication", "CredentialAccess", 2, []story.Kind{story.KindIP}},
	{"<script>alert('cloud')</script> =cmd|'/C calc'!A0 \u202egnp.exe", "The name of the resource was chosen by whoever made it.", "K8S_SuspiciousName", "Unknown", 0, []story.Kind{story.KindIP}},
}

// gatherAlerts finds the alerts behind incidents: at first of the newest ones, later of
// those that arrived since. The caller holds the lock of posture.
func (s *Server) gatherAlerts() {
	c, t := s.posture, s.t
	t.mu.RLock()
	defer t.mu.RUnlock()
	from := c.scanned
	if from == len(t.recs) {
		return
	}
	first := from == 0
	if first {
		from = max(0, len(t.recs)-lookThrough)
		c.lonely()
	}
	var found []*cloudAlert
	for i := len(t.recs) - 1; i >= from && len(found) < coveredAlerts; i-- {
		r := &t.recs[i]
		if !r.told() || !r.graph && r.twin > 0 || !slices.Contains(t.world.Head(r.plan).Products, story.CloudDefender) {
			continue
		}
		for k, a := range t.alerts(r) {
			if a.Product == story.CloudDefender {
				found = append(found, s.alertBehind(int32(i), int32(k), a))
			}
		}
	}
	c.scanned = len(t.recs)
	for _, a := range found {
		if c.alertX[strings.ToLower(a.name)] == nil {
			c.alerts = append(c.alerts, a)
			c.alertX[strings.ToLower(a.name)] = a
		}
	}
	if first {
		slices.SortStableFunc(c.alerts, func(a, b *cloudAlert) int { return a.made.Compare(b.made) })
	}
}

// alertBehind is the cloud alert that an incident's alert tells of: its name is what the
// incident's product calls the provider's id.
func (s *Server) alertBehind(i, k int32, a story.Alert) *cloudAlert {
	r := &s.t.recs[i]
	name := story.GUID(r.plan.Seed, fmt.Sprint("alert ", k))
	if r.graph {
		name = s.t.alertID(alertRef{i, k})
	}
	out := &cloudAlert{
		name: name, location: "westeurope", title: a.Title, about: a.Description, kind: strings.ReplaceAll(a.Title, " ", "_"),
		intent: a.Tactic, severity: a.Severity, techniques: a.Techniques, first: a.First, last: a.Last, made: a.Created, things: a.Things,
		fix: a.Remediation, state: "Active", incident: i,
	}
	if r.plan.Seed%3 == 0 && len(s.posture.subs) > 1 && !s.posture.subs[1].off {
		out.sub, out.location = 1, "northeurope"
	}
	switch r.status {
	case story.Closed, story.Redirected:
		out.state = "Resolved"
		if r.class == story.FalsePositive || r.class == story.BenignPositive {
			out.state = "Dismissed"
		}
	case story.Active, story.Awaiting:
		out.state = "InProgress"
	}
	return out
}

// lonely invents the alerts that never became an incident.
func (c *posture) lonely() {
	var watched []int
	for i := range c.subs {
		if !c.subs[i].off {
			watched = append(watched, i)
		}
	}
	world := story.NewWorld(int64(c.seed))
	people := world.Analysts()
	for i := range aloneAlerts {
		if len(watched) == 0 {
			return
		}
		x := lonelyAlerts[i%len(lonelyAlerts)]
		d := c.dice("lonely", i)
		made := c.midnight(0).Add(-time.Duration(d%(60*24*3600)) * time.Second)
		if i == aloneAlerts-1 { // the clock of the sensor is wrong
			made = c.midnight(0).AddDate(0, 0, 6)
		}
		a := &cloudAlert{
			name:     fmt.Sprintf("%019d_%s", 2518000000000000000+d%999999999999999, story.GUID(c.seed, fmt.Sprint("lonely alert ", i))),
			location: "westeurope", sub: watched[d%uint64(len(watched))], title: x.title, about: x.about, kind: x.kind, intent: x.intent,
			severity: story.Severity(x.severity), first: made.Add(-40 * time.Minute), last: made.Add(-5 * time.Minute), made: made,
			fix: "Ask the owner of the resource whether this was planned.", state: []string{"Active", "Active", "InProgress", "Dismissed", "Resolved"}[d>>30%5], incident: -1,
		}
		for _, kind := range x.things {
			switch kind {
			case story.KindAccount:
				p := people[d>>40%uint64(len(people))]
				a.things = append(a.things, story.Thing{Kind: kind, Name: p.UPN, A: p.Name, B: p.ObjectID})
			case story.KindHost:
				a.things = append(a.things, story.Thing{Kind: kind, Name: c.resourceName(resource{kind: aMachine, n: int32(d % 7)})})
			default:
				a.things = append(a.things, story.Thing{Kind: story.KindIP, Name: fmt.Sprintf("203.0.113.%d", 1+d>>17%250), A: "IS", B: "Iceland", C: "Akureyri"})
			}
		}
		c.alerts = append(c.alerts, a)
		c.alertX[strings.ToLower(a.name)] = a
	}
}

func (c *posture) setAlert(a *cloudAlert, state, who, method string) {
	a.state = state
	c.wrote(PostureWrite{Kind: WroteAlert, ID: a.name, Method: method, Who: who, Fields: []string{"status"}, Value: state})
}

// alertVerbs are the state changes of the service.
var alertVerbs = map[string]string{"dismiss": "Dismissed", "activate": "Active", "inprogress": "InProgress", "resolve": "Resolved"}

// cloudAlerts answers for alerts: in a subscription or group, at one location, or one of
// them and its state changes, which have no body and answer 204.
func (s *Server) cloudAlerts(w http.ResponseWriter, r *http.Request, at securityPath, who owner) {
	if at.sub == nil || len(at.scope) != 2 && len(at.scope) != 4 {
		noSecurity(w, at.rest)
		return
	}
	s.posture.mu.Lock()
	defer s.posture.mu.Unlock()
	s.gatherAlerts()
	rest, location := at.rest, ""
	if rest.is(0, "locations") {
		rest, location = rest[2:], at.rest[1]
	}
	if len(rest) > 1 && location == "" || len(rest) > 3 {
		noSecurity(w, at.rest)
		return
	}
	var list []*cloudAlert
	for _, a := range s.posture.alerts {
		id := s.posture.alertID(a)
		if &s.posture.subs[a.sub] == at.sub && (location == "" || strings.EqualFold(location, a.location)) &&
			(len(at.scope) == 2 || resourceGroupOf(id) == strings.ToLower(at.scope[3])) && !s.PostureState().unwatched(at.sub) {
			list = append(list, a)
		}
	}
	if len(rest) == 1 {
		s.securityList(w, r, securityPage, len(list), func(j *jw, i int) { s.posture.alertJSON(j, list[i]) })
		return
	}
	k := slices.IndexFunc(list, func(a *cloudAlert) bool { return strings.EqualFold(a.name, rest[1]) })
	switch {
	case k < 0:
		noSecurity(w, at.rest)
	case len(rest) == 2 && onlyGet(w, r):
		writeAnswer(w, http.StatusOK, func(j *jw) { s.posture.alertJSON(j, list[k]) })
	case len(rest) == 2:
	case alertVerbs[strings.ToLower(rest[2])] == "":
		noSecurity(w, at.rest)
	case r.Method != http.MethodPost:
		armError(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The requested resource does not support http method '"+r.Method+"'.")
	default:
		s.posture.setAlert(list[k], alertVerbs[strings.ToLower(rest[2])], who.label(), r.Method)
		w.WriteHeader(http.StatusNoContent)
	}
}

// CloudAlert is what the tenant holds of an alert of Defender for Cloud.
type CloudAlert struct {
	Name, ID, Subscription, Title, State string
	// Source and Incident are of the incident that holds it, "" where there is none.
	Source, Incident string
}

// CloudAlerts returns every alert of Defender for Cloud.
func (s *Server) CloudAlerts() (out []CloudAlert) {
	s.posture.mu.Lock()
	defer s.posture.mu.Unlock()
	s.gatherAlerts()
	s.t.mu.RLock()
	defer s.t.mu.RUnlock()
	for _, a := range s.posture.alerts {
		x := CloudAlert{Name: a.name, ID: s.posture.alertID(a), Subscription: s.posture.subs[a.sub].id, Title: a.title, State: a.state}
		if a.incident >= 0 {
			st := s.t.stored(a.incident)
			x.Source, x.Incident = st.Source, st.ID
		}
		out = append(out, x)
	}
	return out
}
