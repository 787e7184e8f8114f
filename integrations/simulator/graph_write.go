// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"watchfloor/integrations/simulator/story"
)

// patch is a PATCH body: a property that is absent is not touched.
type patch map[string]json.RawMessage

// text reads a string or null.
func (p patch) text(k string) (v string, has, ok bool) {
	raw, has := p[k]
	if !has {
		return "", false, true
	}
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return "", true, true
	}
	return v, true, json.Unmarshal(raw, &v) == nil
}

// enum reads a word of a list, ignoring case as the service does; stale names found in
// older documentation are understood.
func (p patch) enum(k string, list []string) (n int, has bool, bad string) {
	v, has, ok := p.text(k)
	if !has {
		return 0, false, ""
	}
	if now, stale := staleDetermined[strings.ToLower(v)]; stale && k == "determination" {
		v = now
	}
	if n = wordIn(list, v); !ok || n < 0 {
		return 0, true, "Invalid value for the property '" + k + "'."
	}
	return n, true, ""
}

// classOf maps Graph's classification to the neutral one.
func classOf(n int) story.Class {
	return []story.Class{story.None, story.FalsePositive, story.TruePositive, story.BenignPositive}[n]
}

var graphClassWords = []string{"unknown", "falsePositive", "truePositive", "informationalExpectedActivity"}

// incidentPatch is a checked PATCH of an incident: functions that set what it holds.
func (s *Server) incidentPatch(p patch) (set []func(*record), bad string) {
	for k := range p {
		if k != "@odata.type" && wordIn([]string{"assignedTo", "status", "classification", "determination", "customTags", "severity", "displayName", "description", "summary", "resolvingComment"}, k) < 0 {
			return nil, "The property '" + k + "' cannot be updated."
		}
	}
	if n, has, e := p.enum("status", graphStatus[:]); e != "" {
		return nil, e
	} else if has && story.Status(n) == story.Redirected {
		return nil, "The status 'redirected' is set by the service alone."
	} else if has {
		set = append(set, func(r *record) { r.status = story.Status(n) })
	}
	if n, has, e := p.enum("severity", graphSeverity[:]); e != "" {
		return nil, e
	} else if has {
		set = append(set, func(r *record) { r.severity = story.Severity(n) })
	}
	if n, has, e := p.enum("classification", graphClassWords); e != "" {
		return nil, e
	} else if has {
		set = append(set, func(r *record) { r.class = classOf(n) })
	}
	if n, has, e := p.enum("determination", graphDetail); e != "" {
		return nil, e
	} else if has {
		set = append(set, func(r *record) { r.detail = uint8(n) })
	}
	for k, put := range map[string]func(*record, string){
		"assignedTo":       func(r *record, v string) { r.owner = s.t.intern(s.t.ownerOf(v)) },
		"displayName":      func(r *record, v string) { r.edit().title = &v },
		"description":      func(r *record, v string) { r.edit().desc = &v },
		"summary":          func(r *record, v string) { r.edit().summary = v },
		"resolvingComment": func(r *record, v string) { r.edit().note = &v },
	} {
		v, has, ok := p.text(k)
		if !ok || has && k == "displayName" && v == "" {
			return nil, "Invalid value for the property '" + k + "'."
		}
		if has {
			set = append(set, func(r *record) { put(r, v) })
		}
	}
	if raw, has := p["customTags"]; has {
		var tags []string
		if json.Unmarshal(raw, &tags) != nil {
			return nil, "Invalid value for the property 'customTags'."
		}
		tags = slices.DeleteFunc(tags, func(s string) bool { return s == "" })
		set = append(set, func(r *record) { r.edit().tags = append([]string{}, tags...) })
	}
	return set, ""
}

// ownerOf finds who a free text names.
func (t *tenant) ownerOf(v string) owner {
	if v == "" {
		return owner{}
	}
	if p, ok := t.world.Find(v); ok {
		return personOwner(p)
	}
	return owner{name: v, kind: "Unknown"}
}

func (s *Server) patchGraph(w http.ResponseWriter, r *http.Request, who owner) {
	s.count("graph patch")
	var p patch
	if text, status := readBody(w, r, &p); text != "" {
		graphError(w, status, "BadRequest", text)
		return
	}
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	i, ok := s.t.graphAt(r.PathValue("id"))
	if !ok {
		noGraph(w, r.PathValue("id"))
		return
	}
	set, bad := s.incidentPatch(p)
	switch rec := &s.t.recs[i]; {
	case len(p) == 0:
		bad = "The request body holds nothing to update."
	case bad == "" && rec.status == story.Redirected:
		bad = "The incident was merged into another one and cannot be updated."
	}
	if bad != "" {
		graphError(w, http.StatusBadRequest, "BadRequest", bad)
		return
	}
	before := s.t.fields(&s.t.recs[i])
	for _, f := range set {
		f(&s.t.recs[i])
	}
	s.t.touch(i, who)
	s.t.changed(i, before, who, r.Method)
	writeAnswer(w, http.StatusOK, func(j *jw) { s.t.graphJSON(j, i, false, wantsUnknown(r)) })
}

// graphComments reads one comment object or a list of them.
func graphComments(w http.ResponseWriter, r *http.Request) (texts []string, ok bool) {
	type one struct {
		Comment string `json:"comment"`
	}
	var raw json.RawMessage
	if text, status := readBody(w, r, &raw); text != "" {
		graphError(w, status, "BadRequest", text)
		return nil, false
	}
	var many []one
	if json.Unmarshal(raw, &many) != nil {
		var x one
		if json.Unmarshal(raw, &x) != nil {
			graphError(w, http.StatusBadRequest, "BadRequest", "A comment or a list of comments was expected.")
			return nil, false
		}
		many = []one{x}
	}
	for _, c := range many {
		if strings.TrimSpace(c.Comment) == "" || utf8.RuneCountInString(c.Comment) > maxCommentChars {
			graphError(w, http.StatusBadRequest, "BadRequest", "A comment must have between 1 and 30000 characters.")
			return nil, false
		}
		texts = append(texts, c.Comment)
	}
	return texts, len(texts) > 0
}

func (s *Server) commentGraph(w http.ResponseWriter, r *http.Request, who owner) {
	s.count("graph comment")
	texts, ok := graphComments(w, r)
	if !ok {
		return
	}
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	i, ok := s.t.graphAt(r.PathValue("id"))
	if !ok {
		noGraph(w, r.PathValue("id"))
		return
	}
	rec := &s.t.recs[i]
	if len(s.t.comments(rec))+len(texts) > maxComments {
		graphError(w, http.StatusBadRequest, "BadRequest", "The incident has reached the maximum of 100 comments.")
		return
	}
	s.t.touch(i, who)
	e := s.t.keepComments(rec)
	for _, text := range texts {
		e.comments = append(e.comments, comment{id: strconv.Itoa(len(e.comments) + 1), text: text, author: who, created: rec.modified, modified: rec.modified, rev: 1})
		s.t.wrote(i, Write{Method: r.Method, Who: who.label(), Fields: []string{"comment"}, CommentText: text})
	}
	s.commentList(w, "security/incidents('"+r.PathValue("id")+"')/comments", e.comments)
}

func (s *Server) commentList(w http.ResponseWriter, what string, all []comment) {
	writeAnswer(w, http.StatusOK, func(j *jw) {
		j.open("")
		j.str("@odata.context", s.base+"/v1.0/$metadata#"+what)
		j.list("value")
		for _, c := range all {
			graphComment(j, c)
		}
		j.endList()
		j.end()
	})
}
