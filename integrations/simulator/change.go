package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Change is what another analyst does to one incident. Every part that is set is done,
// in the order of the fields; Merge and Move end it.
type Change struct {
	Who    string `json:"who"` // UPN or any name
	Source string `json:"source"`
	ID     string `json:"id"`

	// Fields to set, in the service's own spelling; nil leaves a field alone.
	Title          *string   `json:"title,omitempty"`
	Description    *string   `json:"description,omitempty"`
	Severity       *string   `json:"severity,omitempty"`
	Status         *string   `json:"status,omitempty"`
	Owner          *string   `json:"owner,omitempty"` // UPN; "" nobody
	Classification *string   `json:"classification,omitempty"`
	Determination  *string   `json:"determination,omitempty"`
	Reason         *string   `json:"reason,omitempty"`
	ClosingNote    *string   `json:"closingNote,omitempty"`
	Tags           *[]string `json:"tags,omitempty"`

	Comment string `json:"comment,omitempty"`
	// Delete removes the incident; Sentinel only.
	Delete bool `json:"delete,omitempty"`
	// MergeWith joins the incident with others; Graph only.
	MergeWith []string `json:"mergeWith,omitempty"`
	// MoveAlerts takes alerts, by Graph id, into this incident; Graph only.
	MoveAlerts []string `json:"moveAlerts,omitempty"`
}

// Apply does what another analyst does. An error says why nothing, or no more, was
// done. To place a change between two requests of a client use Before.
func (s *Server) Apply(c Change) error {
	s.settle()
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	if c.Source != SourceSentinel && c.Source != SourceDefender {
		return fmt.Errorf("there is no source %q", c.Source)
	}
	i, ok := s.t.at(c.Source, c.ID)
	if !ok {
		return fmt.Errorf("there is no incident %s/%s", c.Source, c.ID)
	}
	if graph := c.Source == SourceDefender; graph && c.Delete || !graph && len(c.MergeWith)+len(c.MoveAlerts) > 0 {
		return fmt.Errorf("%s cannot do that to an incident", c.Source)
	}
	who := s.t.ownerOf(firstOf(c.Who, "another analyst"))
	if c.edits() {
		if err := s.t.edit(i, who, c.put); err != nil {
			return err
		}
	}
	if c.Comment != "" {
		s.t.say(i, who, c.Comment)
	}
	var bad string
	switch {
	case c.Delete:
		s.t.wrote(i, Write{Method: "DELETE", Who: who.label(), Fields: []string{"deleted"}})
		s.t.remove(i)
	case len(c.MergeWith) > 0:
		_, bad = s.t.merge(append([]string{c.ID}, c.MergeWith...), "", who)
	case len(c.MoveAlerts) > 0:
		_, bad = s.t.move(c.MoveAlerts, c.ID, "", who)
	}
	if bad != "" {
		return fmt.Errorf("%s", bad)
	}
	return nil
}

func (c Change) edits() bool {
	return c.Tags != nil || slices.ContainsFunc([]*string{
		c.Title, c.Description, c.Severity, c.Status, c.Owner, c.Classification,
		c.Determination, c.Reason, c.ClosingNote,
	}, func(p *string) bool { return p != nil })
}

func (c Change) put(f *Fields) {
	for _, x := range []struct {
		to   *string
		from *string
	}{
		{&f.Title, c.Title},
		{&f.Description, c.Description},
		{&f.Severity, c.Severity},
		{&f.Status, c.Status},
		{&f.Owner, c.Owner},
		{&f.Classification, c.Classification},
		{&f.Determination, c.Determination},
		{&f.Reason, c.Reason},
		{&f.ClosingNote, c.ClosingNote},
	} {
		if x.from != nil {
			*x.to = *x.from
		}
	}
	if c.Tags != nil {
		f.Tags = *c.Tags
	}
}

// moment is something to do just before a request is handled.
type moment struct {
	method, path string
	do           func()
}

// Before runs do once, just before the next request with that method and with path in
// its path is handled, so that a test can change the tenant between two requests of a
// client. The request then waits for do, which must not send requests of its own to a
// path that waits. Faults come first: a request they answer does not count.
func (s *Server) Before(method, path string, do func()) {
	s.countMu.Lock()
	defer s.countMu.Unlock()
	s.moments = append(s.moments, moment{method, strings.ToLower(path), do})
}

// momentFor takes the first moment that a request meets.
func (s *Server) momentFor(r *http.Request) func() {
	s.countMu.Lock()
	defer s.countMu.Unlock()
	for n, m := range s.moments {
		if m.method == r.Method && strings.Contains(strings.ToLower(r.URL.Path), m.path) {
			s.moments = slices.Delete(s.moments, n, n+1)
			return m.do
		}
	}
	return nil
}
