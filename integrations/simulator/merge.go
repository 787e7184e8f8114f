// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"watchfloor/integrations/simulator/story"
)

// correlationReasons are the words that say why incidents or alerts belong together.
var correlationReasons = strings.Fields(`repeatedAlertOccurrence sameGeography similarArtifacts sameTargetedAsset sameNetworkSegment
	eventSequence timeFrame sameThreatSource similarTTPsOrBehavior sameActor sameCampaign sharedIndicators sameAsset networkProximity
	eventCasualSequence temporalProximity lateralMovementPath`)

// wrongReasons says what is wrong with flags such as "sameCampaign, sameActor".
func wrongReasons(text string) string {
	for _, one := range strings.Split(text, ",") {
		if one = strings.TrimSpace(one); one != "" && wordIn(correlationReasons, one) < 0 {
			return "The correlation reason '" + one + "' is not known."
		}
	}
	return ""
}

func wrongComment(text string) string {
	if utf8.RuneCountInString(text) > maxCommentChars {
		return "A comment must have between 1 and 30000 characters."
	}
	return ""
}

// answerTarget sends a mergeResponse, or the refusal.
func (s *Server) answerTarget(w http.ResponseWriter, target, bad string) {
	if bad != "" {
		graphError(w, http.StatusBadRequest, "BadRequest", bad)
		return
	}
	writeAnswer(w, http.StatusOK, func(j *jw) {
		j.open("")
		j.str("@odata.context", s.base+"/v1.0/$metadata#microsoft.graph.security.mergeResponse")
		j.str("targetIncidentId", target)
		j.end()
	})
}

func (s *Server) mergeGraph(w http.ResponseWriter, r *http.Request, who owner) {
	s.count("graph merge")
	var b struct {
		IDs     []string `json:"incidentIds"`
		Comment string   `json:"incidentComment"`
		Reasons string   `json:"mergeReasons"`
	}
	if text, status := readBody(w, r, &b); text != "" {
		graphError(w, status, "BadRequest", text)
		return
	}
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	target, bad := "", firstOf(wrongReasons(b.Reasons), wrongComment(b.Comment))
	if bad == "" {
		target, bad = s.t.merge(b.IDs, b.Comment, who)
	}
	s.answerTarget(w, target, bad)
}

// merge joins incidents into the oldest of them, which takes the alerts and the worst
// severity. The others become redirected; their comments stay where they are.
func (t *tenant) merge(ids []string, text string, who owner) (target, bad string) {
	var all []int32
	for _, id := range ids {
		i, ok := t.graphAt(id)
		if !ok {
			return "", "The incident '" + id + "' was not found."
		}
		if t.recs[i].redirect > 0 {
			return "", "The incident '" + id + "' was merged before."
		}
		if !slices.Contains(all, i) {
			all = append(all, i)
		}
	}
	if len(all) < 2 {
		return "", "At least two incidents are needed to merge."
	}
	slices.SortFunc(all, func(a, b int32) int { return int(t.recs[a].number) - int(t.recs[b].number) })
	to := all[0]
	if text != "" && len(t.comments(&t.recs[to])) >= maxComments {
		return "", "The incident has reached the maximum of 100 comments."
	}
	survivor := t.fields(&t.recs[to])
	for _, i := range all[1:] {
		before := t.fields(&t.recs[i])
		moved := t.alertsOf(i)
		for _, ref := range moved { // their state is theirs from now on
			t.editAlert(ref).modified = t.clock()
		}
		e := t.recs[to].edit()
		e.moved = append(e.moved, moved...)
		if t.recs[i].edits != nil {
			t.recs[i].edits.moved = nil
		}
		t.recs[to].severity = max(t.recs[to].severity, t.recs[i].severity)
		t.recs[i].status, t.recs[i].redirect = story.Redirected, to+1
		t.touch(i, who)
		t.changed(i, before, who, "MERGE")
		t.followAlerts(i, who)
	}
	t.touch(to, who)
	t.changed(to, survivor, who, "MERGE")
	t.followAlerts(to, who)
	if text != "" {
		e := t.keepComments(&t.recs[to])
		e.comments = append(e.comments, comment{id: strconv.Itoa(len(e.comments) + 1), text: text, author: who, created: t.recs[to].modified, modified: t.recs[to].modified, rev: 1})
		t.wrote(to, Write{Method: "MERGE", Who: who.label(), Fields: []string{"comment"}, CommentText: text})
	}
	return strconv.Itoa(int(t.recs[to].number)), ""
}

// followAlerts marks the twin of an incident whose alerts became others; the twin
// holds the same ones at once.
func (t *tenant) followAlerts(i int32, who owner) {
	if j := t.recs[i].twin - 1; j >= 0 {
		t.touch(j, who)
		t.wrote(j, Write{Method: "TWIN", Who: who.label(), Fields: []string{"alerts"}})
	}
}

func (s *Server) moveGraph(w http.ResponseWriter, r *http.Request, who owner) {
	s.count("graph move")
	var b struct {
		IDs      []string `json:"alertIds"`
		Incident *string  `json:"incidentId"`
		Comment  string   `json:"alertComment"`
		Reasons  string   `json:"newCorrelationReasons"`
	}
	if text, status := readBody(w, r, &b); text != "" {
		graphError(w, status, "BadRequest", text)
		return
	}
	to := ""
	if b.Incident != nil {
		to = *b.Incident
	}
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	target, bad := "", firstOf(wrongReasons(b.Reasons), wrongComment(b.Comment))
	if bad == "" {
		target, bad = s.t.move(b.IDs, to, b.Comment, who)
	}
	s.answerTarget(w, target, bad)
}

// move puts alerts into an incident, or into a new one where to is empty. All of them
// move or none does. An incident that is left without alerts stays as it is, and an
// alert that is there already stays too: the documentation is silent about both.
func (t *tenant) move(ids []string, to, text string, who owner) (target, bad string) {
	var refs []alertRef
	for _, id := range ids {
		ref, _, ok := t.alertAt(id)
		if !ok {
			return "", "The alert '" + id + "' was not found."
		}
		if !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	if len(refs) == 0 {
		return "", "At least one alert is needed to move."
	}
	var in int32
	if to == "" {
		in = t.openFor(refs)
	} else {
		var ok bool
		if in, ok = t.graphAt(to); !ok {
			return "", "The incident '" + to + "' was not found."
		}
		if t.recs[in].redirect > 0 {
			return "", "The incident '" + to + "' was merged into another one and takes no alerts."
		}
		if coming := slices.DeleteFunc(slices.Clone(refs), func(a alertRef) bool { return t.holder(a) == in }); t.alertCount(in)+len(coming) > maxAlerts {
			return "", "The incident would hold more than 150 alerts."
		}
	}
	var left []int32
	for _, ref := range refs {
		from := t.holder(ref)
		if from == in {
			continue
		}
		e := t.editAlert(ref)
		e.modified = t.clock()
		if text != "" {
			e.comments = append(e.comments, comment{id: strconv.Itoa(len(e.comments) + 1), text: text, author: who, created: e.modified, modified: e.modified})
		}
		t.carry(ref, from, in)
		if !slices.Contains(left, from) {
			left = append(left, from)
		}
	}
	if len(left) > 0 {
		left = append(left, in)
	}
	for _, i := range left {
		t.touch(i, who)
		t.wrote(i, Write{Method: "MOVE", Who: who.label(), Fields: []string{"alerts"}, CommentText: text})
		t.followAlerts(i, who)
	}
	return strconv.Itoa(int(t.recs[in].number)), ""
}

// maxAlerts is how many alerts an incident holds (sheet part A).
const maxAlerts = 150

// carry takes one alert from the incident that holds it to another.
func (t *tenant) carry(ref alertRef, from, to int32) {
	if at := slices.Index(t.recs[from].edit().moved, ref); at >= 0 {
		t.recs[from].edits.moved = slices.Delete(t.recs[from].edits.moved, at, at+1)
	} else {
		t.recs[ref.incident].edit().lent++
	}
	if ref.incident == to { // home again
		delete(t.strays, ref)
		t.recs[to].edit().lent--
		return
	}
	t.strays[ref] = to
	e := t.recs[to].edit()
	e.moved = append(e.moved, ref)
}

// openFor makes a new incident for alerts, as bad as the worst and named after the
// first. It has no twin: what is made by hand is not synchronised (sheet part A).
func (t *tenant) openFor(refs []alertRef) int32 {
	at := t.clock()
	i := int32(len(t.recs))
	number := t.graph0 + uint32(len(t.graphX))
	first := t.alerts(&t.recs[refs[0].incident])[refs[0].ordinal]
	worst := first.Severity
	for _, ref := range refs {
		worst = max(worst, t.alerts(&t.recs[ref.incident])[ref.ordinal].Severity)
	}
	t.recs = append(t.recs, record{
		plan: story.Plan{Seed: uint64(at) ^ uint64(number)<<40, Sort: story.SortHostile},
		life: &story.Life{Owner: -1, MergedInto: -1, LastAlert: time.Unix(0, at).UTC()}, created: at, modified: at, number: number, rev: 1,
		graph: true, severity: worst, edits: &edits{title: &first.Title, userMade: true},
	})
	t.graphX = append(t.graphX, i)
	t.shelve(i)
	return i
}
