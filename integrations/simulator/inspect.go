// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"watchfloor/integrations/simulator/story"
)

// Stored is what the tenant holds of one incident, in the service's own spelling.
type Stored struct {
	Source         string // "sentinel" or "defender"
	ID             string // Sentinel's incident name or the Graph id
	Number         string
	Title          string
	Description    string
	Severity       string
	Status         string
	Owner          string // UPN, or the text where it is no account of the tenant
	Classification string
	Determination  string // Graph's; "" at Sentinel
	Reason         string // Sentinel's classificationReason; "" at Graph
	ClosingNote    string
	Tags           []string
	ETag           string // "" at Graph
	Twin           string // id at the other product
	RedirectTo     string
	ModifiedBy     string
	Comments       []StoredComment
	Tasks          []StoredTask // Sentinel only
	Alerts         []string     // Graph ids of the alerts it holds, at Graph only
	Created        time.Time
	Modified       time.Time
}

// StoredComment is a comment the tenant holds.
type StoredComment struct {
	ID, Author, Text string
	Created          time.Time
}

// StoredTask is a task the tenant holds. By is who changed it last.
type StoredTask struct {
	ID, Title, Description, By string
	Done                       bool
}

// Ref names an incident of the tenant.
type Ref struct{ Source, ID string }

// The two sources, spelled as in Ref and Stored.
const (
	SourceSentinel = "sentinel"
	SourceDefender = "defender"
)

// Fields are what another analyst can change with EditAs, in the service's own
// spelling; Owner is a UPN or "".
type Fields struct {
	Title, Description                    string
	Severity, Status, Owner               string
	Classification, Determination, Reason string
	ClosingNote                           string
	Tags                                  []string
}

func (t *tenant) at(source, id string) (int32, bool) {
	if source == SourceDefender {
		return t.graphAt(id)
	}
	return t.sentinelAt(id)
}

func (t *tenant) idOf(i int32) string {
	if r := &t.recs[i]; r.graph {
		return strconv.Itoa(int(r.number))
	}
	return t.name(&t.recs[i])
}

func (t *tenant) stored(i int32) Stored {
	r := &t.recs[i]
	h := t.head(r)
	s := Stored{
		Source: SourceSentinel, ID: t.idOf(i), Number: strconv.Itoa(int(r.number)), Title: h.Title, Description: h.Description,
		Severity: sentinelSeverity[r.severity], Status: sentinelStatus[r.status], Owner: t.owners[r.owner].label(),
		Classification: sentinelClass[r.class], Reason: sentinelReason[min(int(r.detail), len(sentinelReason)-1)], ClosingNote: t.note(r),
		Tags: slices.Clone(h.Tags), ETag: r.etag(), ModifiedBy: t.owners[r.modBy].label(),
		Created: time.Unix(0, r.created).UTC(), Modified: time.Unix(0, r.modified).UTC(),
	}
	if r.graph {
		s.Source, s.ETag, s.Reason = SourceDefender, "", ""
		s.Severity, s.Status = graphSeverity[r.severity], graphStatus[r.status]
		s.Classification, s.Determination = graphClass[r.class], graphDetail[r.detail]
		for _, a := range t.alertsOf(i) {
			s.Alerts = append(s.Alerts, t.alertID(a))
		}
	}
	if r.twin > 0 {
		s.Twin = t.idOf(r.twin - 1)
	}
	if r.redirect > 0 {
		s.RedirectTo = t.idOf(r.redirect - 1)
	}
	for _, k := range t.tasks(r) {
		s.Tasks = append(s.Tasks, StoredTask{k.id, k.title, k.desc, k.modBy.label(), k.done})
	}
	for _, c := range t.comments(r) {
		s.Comments = append(s.Comments, StoredComment{c.id, c.author.label(), c.text, time.Unix(0, c.created).UTC()})
	}
	return s
}

// SentinelIncident returns what the tenant holds under a Sentinel incident name.
func (s *Server) SentinelIncident(name string) (Stored, bool) { return s.find(SourceSentinel, name) }

// DefenderIncident returns what the tenant holds under a Graph incident id.
func (s *Server) DefenderIncident(id string) (Stored, bool) { return s.find(SourceDefender, id) }

func (s *Server) find(source, id string) (Stored, bool) {
	s.settle()
	s.t.mu.RLock()
	defer s.t.mu.RUnlock()
	i, ok := s.t.at(source, id)
	if !ok {
		return Stored{}, false
	}
	return s.t.stored(i), true
}

// FindTitle returns every incident whose title contains a text, ignoring case, oldest
// first; Sentinel's before Defender's.
func (s *Server) FindTitle(substr string) []Stored {
	s.settle()
	s.t.mu.RLock()
	defer s.t.mu.RUnlock()
	var out []Stored
	for _, sh := range []*shelf{&s.t.sen, &s.t.gra} {
		for _, i := range sh.created {
			if strings.Contains(strings.ToLower(s.t.title(&s.t.recs[i])), strings.ToLower(substr)) {
				out = append(out, s.t.stored(i))
			}
		}
	}
	return out
}

// All yields every incident that exists when it is called, oldest first; Sentinel's
// before Defender's. The tenant may be used and changed meanwhile.
func (s *Server) All() iter.Seq[Ref] {
	s.t.mu.RLock()
	sen, gra := slices.Clone(s.t.sen.created), slices.Clone(s.t.gra.created)
	s.t.mu.RUnlock()
	return func(yield func(Ref) bool) {
		for n, i := range append(sen, gra...) {
			source := SourceSentinel
			if n >= len(sen) {
				source = SourceDefender
			}
			s.t.mu.RLock()
			ref := Ref{source, s.t.idOf(i)}
			s.t.mu.RUnlock()
			if !yield(ref) {
				return
			}
		}
	}
}

// EditAs changes an incident as another analyst: a new ETag, a later modified time,
// and the twin follows. who is a UPN or any name. An incident that does not exist and
// a word the service does not know are programming errors of the test and panic.
func (s *Server) EditAs(who, source, id string, change func(*Fields)) {
	s.settle()
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	i, ok := s.t.at(source, id)
	if !ok {
		panic("simulator: EditAs of an incident that does not exist: " + source + "/" + id)
	}
	if err := s.t.edit(i, s.t.ownerOf(who), change); err != nil {
		panic("simulator: " + err.Error())
	}
}

// edit changes an incident for somebody. An error: the service does not know a word,
// nothing was changed.
func (t *tenant) edit(i int32, who owner, change func(*Fields)) error {
	r := &t.recs[i]
	before, st := t.fields(r), t.stored(i)
	f := Fields{
		Title: st.Title, Description: st.Description, Severity: st.Severity, Status: st.Status, Owner: st.Owner, Classification: st.Classification,
		Determination: st.Determination, Reason: st.Reason, ClosingNote: st.ClosingNote, Tags: st.Tags,
	}
	change(&f)
	words := [...]struct {
		list []string
		word string
		n    int
	}{{sentinelSeverity[:], f.Severity, 0}, {sentinelStatus[:3], f.Status, 0}, {sentinelClass[:], f.Classification, 0}, {sentinelReason, f.Reason, 0}}
	if r.graph {
		words[0].list, words[1].list, words[2].list, words[3].list = graphSeverity[:], graphStatus[:], graphClassWords, graphDetail
		words[3].word = f.Determination
	}
	for k := range words {
		x := &words[k]
		if x.n = wordIn(x.list, x.word); x.n < 0 {
			return fmt.Errorf("the service does not know the word %q", x.word)
		}
	}
	r.severity, r.detail = story.Severity(words[0].n), uint8(words[3].n)
	if f.Status != st.Status {
		r.status = story.Status(words[1].n)
	}
	if f.Classification != st.Classification {
		if r.class = story.Class(words[2].n); r.graph {
			r.class = classOf(words[2].n)
		}
	}
	if f.Owner != st.Owner {
		r.owner = t.intern(t.ownerOf(f.Owner))
	}
	for _, x := range []struct {
		was, now string
		put      func(*edits, *string)
	}{
		{st.Title, f.Title, func(e *edits, v *string) { e.title = v }},
		{st.Description, f.Description, func(e *edits, v *string) { e.desc = v }},
		{st.ClosingNote, f.ClosingNote, func(e *edits, v *string) { e.note = v }},
	} {
		if x.was != x.now {
			x.put(r.edit(), &x.now)
		}
	}
	if !slices.Equal(f.Tags, st.Tags) {
		r.edit().tags, r.edit().labels = append([]string{}, f.Tags...), nil
	}
	t.touch(i, who)
	t.changed(i, before, who, "EDIT")
	return nil
}

// CommentAs adds a comment as another analyst and returns its id.
func (s *Server) CommentAs(who, source, id, text string) string {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	i, ok := s.t.at(source, id)
	if !ok {
		panic("simulator: CommentAs on an incident that does not exist: " + source + "/" + id)
	}
	return s.t.say(i, s.t.ownerOf(who), text)
}

// say adds a comment for somebody and returns its id.
func (t *tenant) say(i int32, author owner, text string) string {
	t.touch(i, author)
	r := &t.recs[i]
	e := t.keepComments(r)
	c := comment{id: story.GUID(uint64(r.modified), "comment"+text), text: text, author: author, created: r.modified, modified: r.modified, rev: 1}
	e.comments = append(e.comments, c)
	t.wrote(i, Write{Method: "EDIT", Who: author.label(), Fields: []string{"comment"}, CommentID: c.id, CommentText: text})
	return c.id
}

// DeleteIncident removes a Sentinel incident, as somebody in the portal would. Graph
// has no way to delete one.
func (s *Server) DeleteIncident(name string) {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	if i, ok := s.t.sentinelAt(name); ok {
		s.t.wrote(i, Write{Method: "DELETE", Who: "portal", Fields: []string{"deleted"}})
		s.t.remove(i)
	}
}

// Merge joins Graph incidents as another analyst and returns the survivor's id, ""
// where they cannot be merged.
func (s *Server) Merge(ids []string) (target string) {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	target, _ = s.t.merge(ids, "", personOwner(s.t.world.Analysts()[1]))
	return target
}

// Writes returns every write that took effect on an incident, oldest first, its
// deletion included.
func (s *Server) Writes(source, id string) []Write {
	s.t.mu.RLock()
	defer s.t.mu.RUnlock()
	i, ok := s.t.at(source, id)
	if !ok && source == SourceSentinel {
		i, ok = s.t.gone[strings.ToLower(id)]
	}
	if !ok {
		return nil
	}
	return slices.Clone(s.t.writes[i])
}
