// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"watchfloor/integrations/simulator/story"
)

// Write is one change that took effect, however it came.
type Write struct {
	At          time.Time
	Method      string // PUT, PATCH, POST, DELETE; EDIT for another analyst, TWIN for a mirrored edit
	Who         string
	Fields      []string // names as in Stored, lower case: severity, status, owner, title, …
	CommentID   string   // Sentinel only
	CommentText string
}

func (o owner) label() string { return firstOf(o.upn, o.name, o.oid) }

func (t *tenant) wrote(i int32, w Write) {
	w.At = time.Unix(0, t.clock()).UTC()
	t.writes[i] = append(t.writes[i], w)
}

// values that a change is told by.
type fieldValues struct {
	severity, status, owner, class, detail, note, title, desc, tags string
}

func (t *tenant) fields(r *record) fieldValues {
	h := t.head(r)
	tags := slices.Clone(h.Tags)
	slices.Sort(tags)
	return fieldValues{
		fmt.Sprint(r.severity), fmt.Sprint(r.status), t.owners[r.owner].label(), fmt.Sprint(r.class),
		fmt.Sprint(r.detail), t.note(r), h.Title, h.Description, strings.Join(tags, "\x00"),
	}
}

// differing names the fields in which two states differ.
func (a fieldValues) differing(b fieldValues) []string {
	var out []string
	for _, x := range []struct {
		name string
		a, b string
	}{
		{"severity", a.severity, b.severity},
		{"status", a.status, b.status},
		{"owner", a.owner, b.owner},
		{"classification", a.class, b.class},
		{"determination", a.detail, b.detail},
		{"closing note", a.note, b.note},
		{"title", a.title, b.title},
		{"description", a.desc, b.desc},
		{"tags", a.tags, b.tags},
	} {
		if x.a != x.b {
			out = append(out, x.name)
		}
	}
	return out
}

// changed records a write and sends it on to the twin.
func (t *tenant) changed(i int32, before fieldValues, who owner, method string) {
	diff := before.differing(t.fields(&t.recs[i]))
	t.wrote(i, Write{Method: method, Who: who.label(), Fields: diff})
	for _, f := range diff {
		if f == "severity" || f == "status" || f == "owner" || f == "classification" || f == "determination" {
			t.sendMirror(i, who)
			return
		}
	}
}

// mirror is an edit on its way to the twin.
type mirror struct {
	from int32
	due  int64
	who  owner
}

func (t *tenant) sendMirror(i int32, who owner) {
	if t.recs[i].twin == 0 {
		return
	}
	if t.delay <= 0 {
		t.mirror(i, who)
		return
	}
	t.mirrors = append(t.mirrors, mirror{i, t.clock() + int64(t.delay), who})
}

// settle delivers mirrored edits that are due. It is called before every request.
func (s *Server) settle() {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	if len(s.t.mirrors) == 0 {
		return
	}
	now := s.t.clock()
	var later []mirror
	for _, m := range s.t.mirrors {
		if m.due > now {
			later = append(later, m)
		} else if r := &s.t.recs[m.from]; !r.deleted && r.twin > 0 {
			s.t.mirror(m.from, m.who)
		}
	}
	s.t.mirrors = later
}

// mirror copies what twins share: severity, status, owner and classification, each in
// the words of the other product. Titles, tags, notes and comments stay apart.
func (t *tenant) mirror(i int32, who owner) {
	from, to := &t.recs[i], &t.recs[t.recs[i].twin-1]
	before := t.fields(to)
	to.severity, to.owner = from.severity, from.owner
	switch {
	case from.graph && from.status == story.Redirected:
		to.status = story.Closed
	case from.graph || to.status != story.Awaiting || from.status != story.Active:
		to.status = from.status
	}
	to.class = from.class
	if from.graph {
		if from.class == story.None && to.status == story.Closed {
			to.class = story.Undetermined
		}
		to.detail = uint8(max(0, wordIn(sentinelReason, reasonFor(to.class, graphDetail[from.detail]))))
	} else {
		to.detail = uint8(max(0, wordIn(graphDetail, determinationFor(from.class, sentinelReason[from.detail], graphDetail[to.detail]))))
	}
	if diff := before.differing(t.fields(to)); len(diff) > 0 {
		j := from.twin - 1
		t.touch(j, who)
		t.wrote(j, Write{Method: "TWIN", Who: who.label(), Fields: diff})
	}
}
