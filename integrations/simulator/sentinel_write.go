// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"watchfloor/integrations/simulator/story"
)

// incidentBody is what a PUT may carry; read-only properties are ignored.
type incidentBody struct {
	ETag       string `json:"etag"`
	Properties *struct {
		Title                 string `json:"title"`
		Description           string `json:"description"`
		Severity              string `json:"severity"`
		Status                string `json:"status"`
		Classification        string `json:"classification"`
		ClassificationReason  string `json:"classificationReason"`
		ClassificationComment string `json:"classificationComment"`
		Owner                 *struct {
			ObjectID   string `json:"objectId"`
			Email      string `json:"email"`
			AssignedTo string `json:"assignedTo"`
			UPN        string `json:"userPrincipalName"`
			OwnerType  string `json:"ownerType"`
		} `json:"owner"`
		Labels []struct {
			Name string `json:"labelName"`
			Type string `json:"labelType"`
		} `json:"labels"`
		First *time.Time `json:"firstActivityTimeUtc"`
		Last  *time.Time `json:"lastActivityTimeUtc"`
	} `json:"properties"`
}

// newValues is a checked incidentBody.
type newValues struct {
	title, desc, note string
	severity          story.Severity
	status            story.Status
	class             story.Class
	reason            uint8
	owner             owner
	labels            []label
	first, last       int64
}

// values checks a body; text says what is wrong.
func (b *incidentBody) values(w *story.World) (v newValues, text string) {
	p := b.Properties
	if p == nil || p.Title == "" || p.Severity == "" || p.Status == "" {
		return v, "Invalid data model: properties.title, properties.severity and properties.status are required."
	}
	v.title, v.desc, v.note = p.Title, p.Description, p.ClassificationComment
	if utf8.RuneCountInString(v.desc) > 5000 {
		return v, "Invalid data model: [description : Length of the value exceeds the maximum of 5000 characters]."
	}
	sev, st := wordIn(sentinelSeverity[:], p.Severity), wordIn(sentinelStatus[:3], p.Status)
	class, reason := wordIn(sentinelClass[:], p.Classification), wordIn(sentinelReason, p.ClassificationReason)
	for _, x := range []struct {
		n          int
		name, text string
	}{{sev, "severity", p.Severity}, {st, "status", p.Status}, {class, "classification", p.Classification}, {reason, "classificationReason", p.ClassificationReason}} {
		if x.n < 0 {
			return v, fmt.Sprintf("Invalid data model: [%s : '%s' is not a valid value].", x.name, x.text)
		}
	}
	v.severity, v.status, v.class, v.reason = story.Severity(sev), story.Status(st), story.Class(class), uint8(reason)
	switch {
	case v.status == story.Closed && v.class == story.None:
		return v, "Invalid data model: [classification : A classification is required to close an incident]."
	case (v.class == story.FalsePositive || v.class == story.BenignPositive) && v.reason == 0:
		return v, "Invalid data model: [classificationReason : A reason is required for this classification]."
	case v.class == story.None && v.reason != 0:
		return v, "Invalid data model: [classificationReason : A reason needs a classification]."
	}
	if o := p.Owner; o != nil {
		v.owner = owner{oid: o.ObjectID, upn: firstOf(o.UPN, o.Email), name: o.AssignedTo, kind: o.OwnerType}
		if person, ok := w.Find(firstOf(o.ObjectID, v.owner.upn)); ok {
			v.owner = personOwner(person)
		} else if v.owner.kind == "" && (owner{kind: v.owner.kind} != v.owner) {
			v.owner.kind = "Unknown"
		}
	}
	for _, l := range p.Labels {
		if l.Name == "" {
			return v, "Invalid data model: [labelName : The value is required]."
		}
		v.labels = append(v.labels, label{l.Name, firstOf(l.Type, "User")})
	}
	if p.First != nil && p.Last != nil {
		v.first, v.last = tick(*p.First), tick(*p.Last)
	}
	return v, ""
}

// sentinelIncident answers for one incident.
func (s *Server) sentinelIncident(w http.ResponseWriter, r *http.Request, name string, who owner) {
	switch r.Method {
	case http.MethodGet:
		s.count("sentinel get")
		s.t.mu.RLock()
		defer s.t.mu.RUnlock()
		i, ok := s.t.sentinelAt(name)
		if !ok {
			noIncident(w, name)
			return
		}
		writeAnswer(w, http.StatusOK, func(j *jw) { s.t.sentinelJSON(j, i) })
	case http.MethodPut:
		s.count("sentinel put")
		s.putIncident(w, r, name, who)
	case http.MethodDelete:
		s.count("sentinel delete")
		s.t.mu.Lock()
		defer s.t.mu.Unlock()
		i, ok := s.t.sentinelAt(name)
		if !ok {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		s.t.wrote(i, Write{Method: r.Method, Who: who.label(), Fields: []string{"deleted"}})
		s.t.remove(i)
		w.WriteHeader(http.StatusOK)
	default:
		armError(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The method is not supported.")
	}
}

func noIncident(w http.ResponseWriter, name string) {
	armError(w, http.StatusNotFound, "NotFound", "Incident '"+name+"' was not found.")
}

func conflict(w http.ResponseWriter, name string) {
	armError(w, http.StatusConflict, "Conflict", "Newer version of resource '"+name+"' exists. Data was not saved")
}

// putIncident replaces or creates. An ETag in the body for an incident that is gone is
// a conflict: the documentation is silent, and creating it again would undo a deletion.
func (s *Server) putIncident(w http.ResponseWriter, r *http.Request, name string, who owner) {
	var b incidentBody
	if text, status := readBody(w, r, &b); text != "" {
		armError(w, status, "InvalidRequestContent", text)
		return
	}
	v, text := b.values(s.t.world)
	if text != "" {
		armError(w, http.StatusBadRequest, "BadRequest", text)
		return
	}
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	i, exists := s.t.sentinelAt(name)
	switch {
	case s.faults.takeStale(),
		exists && !sameETag(b.ETag, s.t.recs[i].etag()),
		!exists && b.ETag != "":
		conflict(w, name)
		return
	case len(name) > 128 || strings.ContainsAny(name, "%&\\?/"):
		armError(w, http.StatusBadRequest, "BadRequest", "The incident name is not valid.")
		return
	}
	if !exists {
		i = s.t.create(name, v)
		s.count("sentinel created")
		s.t.wrote(i, Write{Method: r.Method, Who: who.label(), Fields: []string{"created"}})
		writeAnswer(w, http.StatusCreated, func(j *jw) { s.t.sentinelJSON(j, i) })
		return
	}
	s.t.replace(i, v, who, r.Method)
	writeAnswer(w, http.StatusOK, func(j *jw) { s.t.sentinelJSON(j, i) })
}

// create stores an incident that a caller made.
func (t *tenant) create(name string, v newValues) int32 {
	t.number++
	at := t.clock()
	i := int32(len(t.recs))
	seed := uint64(at) ^ uint64(t.number)<<40
	t.recs = append(t.recs, record{
		plan: story.Plan{Seed: seed, Sort: story.SortHostile}, life: &story.Life{Owner: -1, MergedInto: -1, LastAlert: time.Unix(0, at).UTC()}, created: at, modified: at,
		number: t.number, rev: 1, edits: &edits{name: name, userMade: true},
	})
	r := &t.recs[i]
	t.set(r, v)
	if v.first != 0 {
		r.edits.firstAct, r.edits.lastAct = v.first, v.last
	}
	t.names[strings.ToLower(name)] = i
	t.shelve(i)
	return i
}

// set puts all values of a replacement into a record.
func (t *tenant) set(r *record, v newValues) {
	e := r.edit()
	e.title, e.desc, e.note = &v.title, &v.desc, &v.note
	e.labels, e.tags = v.labels, []string{}
	for _, l := range v.labels {
		e.tags = append(e.tags, l.name)
	}
	r.severity, r.status, r.class, r.detail = v.severity, v.status, v.class, v.reason
	r.owner = t.intern(v.owner)
}

// replace applies a PUT, notes which fields differ and tells the twin.
func (t *tenant) replace(i int32, v newValues, who owner, method string) {
	r := &t.recs[i]
	before := t.fields(r)
	t.set(r, v)
	t.touch(i, who)
	t.changed(i, before, who, method)
}
