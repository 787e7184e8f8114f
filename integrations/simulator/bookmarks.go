package simulator

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"watchfloor/integrations/simulator/story"
)

// bookmark is a hunting result kept at the workspace. Those of the story are told
// from the incident they belong to until somebody changes them.
type bookmark struct {
	id, title, query, result, notes string
	labels                          []string
	by, modBy                       owner
	created, modified, event        int64
	rev                             uint32
	deleted                         bool
}

// storyBookmark tells the bookmark of an incident, nil where it has none.
func (t *tenant) storyBookmark(r *record) *bookmark {
	if !r.told() || r.graph || r.life.Owner < 0 {
		return nil
	}
	q := t.world.Query(r.plan)
	if q == "" {
		return nil
	}
	id := story.GUID(r.plan.Seed, "bookmark")
	if b, ok := t.bookmarks[id]; ok {
		return b
	}
	by := personOwner(t.world.Analysts()[r.life.Owner])
	table, _, _ := strings.Cut(q, "\n")
	at := max(r.created, min(r.modified, r.created+int64(25*time.Minute)))
	return &bookmark{
		id: id, title: table + " - " + id[:8], query: q, notes: "Found while working on the incident.",
		result: `{"TimeGenerated":"` + stamp(r.created) + `","Count":3}`, labels: []string{"evidence"},
		by: by, modBy: by, created: at, modified: at, event: r.created, rev: 1,
	}
}

// hasStoryBookmark is the cheap form for lists.
func (t *tenant) hasStoryBookmark(r *record) bool {
	return r.told() && !r.graph && r.life.Owner >= 0 && t.world.HasQuery(r.plan)
}

// relations of an incident: those of the story until somebody changes them.
func (t *tenant) relations(i int32) []relation {
	r := &t.recs[i]
	if r.edits != nil && r.edits.hasRelations {
		return r.edits.relations
	}
	if b := t.storyBookmark(r); b != nil && !b.deleted {
		return []relation{{id: story.GUID(r.plan.Seed, "relation"), resource: wsPrefix + "/bookmarks/" + b.id, rev: 1}}
	}
	return nil
}

func (t *tenant) keepRelations(i int32) *edits {
	if e := t.recs[i].edits; e == nil || !e.hasRelations {
		rel := t.relations(i)
		e := t.recs[i].edit()
		e.relations, e.hasRelations = rel, true
	}
	return t.recs[i].edits
}

func (t *tenant) bookmarkCount(r *record) int {
	if r.edits == nil || !r.edits.hasRelations {
		if t.hasStoryBookmark(r) {
			return 1
		}
		return 0
	}
	n := 0
	for _, x := range r.edits.relations {
		if kind, _ := relatedKind(x.resource); kind == "bookmarks" {
			n++
		}
	}
	return n
}

// relatedKind splits the ARM id of a related resource.
func relatedKind(resource string) (kind, name string) {
	p := strings.Split(resource, "/")
	if len(p) < 2 {
		return "", ""
	}
	return strings.ToLower(p[len(p)-2]), p[len(p)-1]
}

func relationJSON(j *jw, incident string, x relation) {
	kind, name := relatedKind(x.resource)
	j.open("")
	j.str("id", wsPrefix+"/Incidents/"+incident+"/relations/"+x.id)
	j.str("name", x.id)
	j.str("type", "Microsoft.SecurityInsights/Incidents/relations")
	j.str("etag", childETag(x.id, x.rev))
	j.open("properties")
	j.str("relatedResourceId", x.resource)
	j.str("relatedResourceName", name)
	j.str("relatedResourceType", "Microsoft.SecurityInsights/"+kind)
	if kind == "entities" {
		j.str("relatedResourceKind", "SecurityAlert")
	}
	j.end()
	j.end()
}

func (c *childCall) relation() {
	t := c.s.t
	all := t.relations(c.i)
	at := slices.IndexFunc(all, func(x relation) bool { return strings.EqualFold(x.id, c.id) })
	switch c.r.Method {
	case http.MethodGet:
		if at < 0 {
			c.missing()
			return
		}
		writeAnswer(c.w, http.StatusOK, func(j *jw) { relationJSON(j, c.incident, all[at]) })
	case http.MethodDelete:
		if at < 0 {
			c.w.WriteHeader(http.StatusNoContent)
			return
		}
		e := t.keepRelations(c.i)
		e.relations = append(e.relations[:at:at], e.relations[at+1:]...)
		t.touch(c.i, c.who)
		t.wrote(c.i, Write{Method: c.r.Method, Who: c.who.label(), Fields: []string{"relation"}})
		c.w.WriteHeader(http.StatusOK)
	case http.MethodPut:
		to := c.body.Properties.Resource
		kind, name := relatedKind(to)
		status := http.StatusCreated
		switch {
		case kind != "bookmarks" && kind != "entities":
			c.bad("relatedResourceId must be the id of a bookmark or an entity.")
			return
		case kind == "bookmarks" && t.bookmarkAt(name) == nil:
			c.bad("The bookmark '" + name + "' was not found.")
			return
		case at >= 0:
			if c.stale(all[at].rev) {
				return
			}
			status = http.StatusOK
		case kind == "bookmarks" && t.bookmarkCount(&t.recs[c.i]) >= maxBookmarks:
			c.bad("The incident has reached the maximum of 20 bookmarks.")
			return
		}
		e := t.keepRelations(c.i)
		if at < 0 {
			e.relations = append(e.relations, relation{id: c.id})
			at = len(e.relations) - 1
		}
		e.relations[at].resource = to
		e.relations[at].rev++
		t.touch(c.i, c.who)
		t.wrote(c.i, Write{Method: c.r.Method, Who: c.who.label(), Fields: []string{"relation"}})
		writeAnswer(c.w, status, func(j *jw) { relationJSON(j, c.incident, e.relations[at]) })
	default:
		armError(c.w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The method is not supported.")
	}
}

// bookmarkAt finds a bookmark by name, nil where there is none. Bookmarks of the
// story are found through the incident they were made for.
func (t *tenant) bookmarkAt(id string) *bookmark {
	id = strings.ToLower(id)
	if b := t.bookmarks[id]; b != nil {
		if b.deleted {
			return nil
		}
		return b
	}
	for i := range t.recs {
		r := &t.recs[i]
		if !r.deleted && t.hasStoryBookmark(r) && story.GUID(r.plan.Seed, "bookmark") == id {
			return t.storyBookmark(r)
		}
	}
	return nil
}

// bookmarkRoutes answers for the bookmarks of the workspace.
func (s *Server) bookmarkRoutes(w http.ResponseWriter, r *http.Request, p armPath, who owner) {
	s.count("sentinel bookmarks " + strings.ToLower(r.Method))
	var body struct {
		ETag       string `json:"etag"`
		Properties struct {
			DisplayName string          `json:"displayName"`
			Query       string          `json:"query"`
			QueryResult string          `json:"queryResult"`
			Notes       string          `json:"notes"`
			Labels      []string        `json:"labels"`
			EventTime   *time.Time      `json:"eventTime"`
			Incident    json.RawMessage `json:"incidentInfo"`
		} `json:"properties"`
	}
	if r.Method == http.MethodPut {
		if text, status := readBody(w, r, &body); text != "" {
			armError(w, status, "InvalidRequestContent", text)
			return
		}
	}
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	if len(p) == 0 {
		if r.Method != http.MethodGet {
			armError(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The method is not supported.")
			return
		}
		var items []func(*jw)
		for _, b := range s.t.allBookmarks() {
			items = append(items, func(j *jw) { bookmarkJSON(j, b) })
		}
		s.pageOf(w, r, items)
		return
	}
	b := s.t.bookmarkAt(p[0])
	switch r.Method {
	case http.MethodGet:
		if b == nil {
			armError(w, http.StatusNotFound, "NotFound", "Bookmark '"+p[0]+"' was not found.")
			return
		}
		writeAnswer(w, http.StatusOK, func(j *jw) { bookmarkJSON(j, b) })
	case http.MethodDelete:
		if b == nil {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		b.deleted = true
		s.t.bookmarks[strings.ToLower(b.id)] = b
		w.WriteHeader(http.StatusOK)
	case http.MethodPut:
		x, status := body.Properties, http.StatusOK
		if x.DisplayName == "" || x.Query == "" {
			armError(w, http.StatusBadRequest, "BadRequest", "Invalid data model: properties.displayName and properties.query are required.")
			return
		}
		if b != nil && !sameETag(body.ETag, childETag(b.id, b.rev)) {
			conflict(w, p[0])
			return
		}
		now := s.t.clock()
		if b == nil {
			status = http.StatusCreated
			b = &bookmark{id: p[0], by: who, created: now, event: now}
		}
		s.t.bookmarks[strings.ToLower(b.id)] = b
		b.title, b.query, b.result, b.notes, b.labels = x.DisplayName, x.Query, x.QueryResult, x.Notes, x.Labels
		if x.EventTime != nil {
			b.event = tick(*x.EventTime)
		}
		b.modBy, b.modified = who, now
		b.rev++
		writeAnswer(w, status, func(j *jw) { bookmarkJSON(j, b) })
	default:
		armError(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The method is not supported.")
	}
}

// allBookmarks lists the bookmarks of the workspace, oldest first.
func (t *tenant) allBookmarks() []*bookmark {
	var out []*bookmark
	for _, b := range t.bookmarks {
		out = append(out, b)
	}
	for _, i := range t.sen.created {
		if r := &t.recs[i]; t.hasStoryBookmark(r) {
			if b := t.storyBookmark(r); t.bookmarks[b.id] == nil {
				out = append(out, b)
			}
		}
	}
	out = slices.DeleteFunc(out, func(b *bookmark) bool { return b.deleted })
	slices.SortFunc(out, func(a, b *bookmark) int {
		return cmp.Or(cmp.Compare(a.created, b.created), strings.Compare(a.id, b.id))
	})
	return out
}

func bookmarkJSON(j *jw, b *bookmark) {
	j.open("")
	j.str("id", wsPrefix+"/bookmarks/"+b.id)
	j.str("name", b.id)
	j.str("type", "Microsoft.SecurityInsights/bookmarks")
	j.str("etag", childETag(b.id, b.rev))
	j.open("properties")
	bookmarkFields(j, b)
	j.end()
	j.end()
}

func bookmarkFields(j *jw, b *bookmark) {
	j.str("displayName", b.title)
	j.str("query", b.query)
	j.opt("queryResult", b.result)
	j.opt("notes", b.notes)
	j.strs("labels", b.labels)
	j.str("created", stamp(b.created))
	j.str("updated", stamp(b.modified))
	j.str("eventTime", stamp(b.event))
	for _, x := range []struct {
		k string
		o owner
	}{{"createdBy", b.by}, {"updatedBy", b.modBy}} {
		j.open(x.k)
		j.opt("objectId", x.o.oid)
		j.opt("email", x.o.upn)
		j.opt("name", x.o.name)
		j.end()
	}
}
