package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of the service (sheet part A).
const (
	maxComments     = 100
	maxCommentChars = 30000
	maxTasks        = 40
	maxBookmarks    = 20
)

// sentinelChild answers for comments, tasks and relations: p is the incident's name,
// the type and, except for lists, the child's name.
func (s *Server) sentinelChild(w http.ResponseWriter, r *http.Request, p armPath, who owner) {
	kind := strings.ToLower(p[1])
	if kind != "comments" && kind != "tasks" && kind != "relations" {
		armError(w, http.StatusNotFound, "InvalidResourceType", "The resource type '"+p[1]+"' could not be found.")
		return
	}
	s.count("sentinel " + kind + " " + strings.ToLower(r.Method))
	var body childBody
	if r.Method == http.MethodPut {
		if text, status := readBody(w, r, &body); text != "" {
			armError(w, status, "InvalidRequestContent", text)
			return
		}
	}
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	i, ok := s.t.sentinelAt(p[0])
	if !ok {
		noIncident(w, p[0])
		return
	}
	c := childCall{s: s, w: w, r: r, i: i, who: who, incident: s.t.name(&s.t.recs[i]), body: &body}
	if len(p) == 3 {
		c.id = p[2]
	}
	switch {
	case c.id == "" && r.Method == http.MethodGet:
		c.list(kind)
	case c.id == "":
		armError(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The method is not supported.")
	case kind == "comments":
		c.comment()
	case kind == "tasks":
		c.task()
	default:
		c.relation()
	}
}

// childBody is the union of what the three kinds carry.
type childBody struct {
	ETag       string `json:"etag"`
	Properties struct {
		Message     string `json:"message"`
		Title       string `json:"title"`
		Description string `json:"description"`
		Status      string `json:"status"`
		Resource    string `json:"relatedResourceId"`
	} `json:"properties"`
}

// childCall is one request for a child of an incident, under the tenant's lock.
type childCall struct {
	s            *Server
	w            http.ResponseWriter
	r            *http.Request
	i            int32
	who          owner
	incident, id string
	body         *childBody
}

func (c *childCall) bad(text string) { armError(c.w, http.StatusBadRequest, "BadRequest", text) }

func (c *childCall) missing() {
	armError(c.w, http.StatusNotFound, "NotFound", "Resource '"+c.id+"' was not found.")
}

// stale reports, and answers, a PUT over an existing child without its ETag.
func (c *childCall) stale(rev uint32) bool {
	if sameETag(c.body.ETag, childETag(c.id, rev)) {
		return false
	}
	conflict(c.w, c.id)
	return true
}

// list pages by $top and $skipToken, which is a position: children are few.
func (c *childCall) list(kind string) {
	t, r := c.s.t, &c.s.t.recs[c.i]
	var items []func(*jw)
	switch kind {
	case "comments":
		for _, x := range t.comments(r) {
			items = append(items, func(j *jw) { t.commentJSON(j, c.incident, x) })
		}
	case "tasks":
		for _, x := range t.tasks(r) {
			items = append(items, func(j *jw) { t.taskJSON(j, c.incident, x) })
		}
	case "relations":
		for _, x := range t.relations(c.i) {
			items = append(items, func(j *jw) { relationJSON(j, c.incident, x) })
		}
	}
	c.s.pageOf(c.w, c.r, items)
}

// pageOf writes a page of a short list.
func (s *Server) pageOf(w http.ResponseWriter, r *http.Request, items []func(*jw)) {
	q := r.URL.Query()
	top, ok := topOf(q, 50, 1000)
	from, err := 0, error(nil)
	if v := q.Get("$skipToken"); v != "" {
		from, err = strconv.Atoi(v)
	}
	if !ok || err != nil || from < 0 {
		armError(w, http.StatusBadRequest, "BadRequest", "$top or $skipToken is not valid.")
		return
	}
	from = min(from, len(items))
	to := min(from+top, len(items))
	writeAnswer(w, http.StatusOK, func(j *jw) {
		j.open("")
		j.list("value")
		for _, item := range items[from:to] {
			item(j)
		}
		j.endList()
		if to < len(items) {
			next := url.Values{}
			for k, v := range q {
				next[k] = v
			}
			next.Set("$skipToken", strconv.Itoa(to))
			j.str("nextLink", s.base+r.URL.Path+"?"+next.Encode())
		}
		j.end()
	})
}

func (c *childCall) comment() {
	t, r := c.s.t, &c.s.t.recs[c.i]
	all := t.comments(r)
	at := -1
	for n := range all {
		if strings.EqualFold(all[n].id, c.id) {
			at = n
		}
	}
	switch c.r.Method {
	case http.MethodGet:
		if at < 0 {
			c.missing()
			return
		}
		writeAnswer(c.w, http.StatusOK, func(j *jw) { t.commentJSON(j, c.incident, all[at]) })
	case http.MethodDelete:
		if at < 0 {
			c.w.WriteHeader(http.StatusNoContent)
			return
		}
		e := t.keepComments(r)
		e.comments = append(e.comments[:at:at], e.comments[at+1:]...)
		t.touch(c.i, c.who)
		t.wrote(c.i, Write{Method: c.r.Method, Who: c.who.label(), Fields: []string{"comment"}, CommentID: c.id})
		c.w.WriteHeader(http.StatusOK)
	case http.MethodPut:
		text := c.body.Properties.Message
		status := http.StatusCreated
		switch {
		case text == "":
			c.bad("Invalid data model: [message : The value is required].")
			return
		case utf8.RuneCountInString(text) > maxCommentChars:
			c.bad("Invalid data model: [message : Length of the value exceeds the maximum of 30000 characters].")
			return
		case c.s.faults.takeStale():
			conflict(c.w, c.id)
			return
		case at >= 0:
			if c.stale(all[at].rev) {
				return
			}
			status = http.StatusOK
		case len(all) >= maxComments:
			c.bad("The incident has reached the maximum of 100 comments.")
			return
		case c.body.ETag != "":
			conflict(c.w, c.id)
			return
		}
		t.touch(c.i, c.who)
		e, now := t.keepComments(r), t.clock()
		if at < 0 {
			e.comments = append(e.comments, comment{id: c.id, text: text, author: c.who, created: now, modified: now, rev: 1})
			at = len(e.comments) - 1
		} else {
			e.comments[at].text, e.comments[at].modified = text, now
			e.comments[at].rev++
		}
		t.wrote(c.i, Write{Method: c.r.Method, Who: c.who.label(), Fields: []string{"comment"}, CommentID: c.id, CommentText: text})
		writeAnswer(c.w, status, func(j *jw) { t.commentJSON(j, c.incident, e.comments[at]) })
	default:
		armError(c.w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The method is not supported.")
	}
}

func (c *childCall) task() {
	t, r := c.s.t, &c.s.t.recs[c.i]
	all := t.tasks(r)
	at := -1
	for n := range all {
		if strings.EqualFold(all[n].id, c.id) {
			at = n
		}
	}
	switch c.r.Method {
	case http.MethodGet:
		if at < 0 {
			c.missing()
			return
		}
		writeAnswer(c.w, http.StatusOK, func(j *jw) { t.taskJSON(j, c.incident, all[at]) })
	case http.MethodDelete:
		if at < 0 {
			c.w.WriteHeader(http.StatusNoContent)
			return
		}
		e := t.keepTasks(r)
		e.tasks = append(e.tasks[:at:at], e.tasks[at+1:]...)
		t.touch(c.i, c.who)
		t.wrote(c.i, Write{Method: c.r.Method, Who: c.who.label(), Fields: []string{"task"}})
		c.w.WriteHeader(http.StatusOK)
	case http.MethodPut:
		p := c.body.Properties
		status := http.StatusCreated
		switch done := wordIn([]string{"New", "Completed"}, p.Status); {
		case p.Title == "" || done < 0:
			c.bad("Invalid data model: properties.title and properties.status are required.")
			return
		case c.s.faults.takeStale():
			conflict(c.w, c.id)
			return
		case at >= 0:
			if c.stale(all[at].rev) {
				return
			}
			status = http.StatusOK
		case len(all) >= maxTasks:
			c.bad("The incident has reached the maximum of 40 tasks.")
			return
		case c.body.ETag != "": // it is gone: as with an incident, it is not made again
			conflict(c.w, c.id)
			return
		}
		t.touch(c.i, c.who)
		e, now := t.keepTasks(r), t.clock()
		if at < 0 {
			e.tasks = append(e.tasks, task{id: c.id, by: c.who, created: now})
			at = len(e.tasks) - 1
		}
		k := &e.tasks[at]
		k.title, k.desc, k.done = p.Title, p.Description, strings.EqualFold(p.Status, "Completed")
		k.modBy, k.modified = c.who, now
		k.rev++
		t.wrote(c.i, Write{Method: c.r.Method, Who: c.who.label(), Fields: []string{"task"}})
		writeAnswer(c.w, status, func(j *jw) { t.taskJSON(j, c.incident, *k) })
	default:
		armError(c.w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The method is not supported.")
	}
}
