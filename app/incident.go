package app

import (
	"slices"
	"time"
)

// Incident is one row of the queue: the head of a case as its source tells it.
// Details (alerts, entities, evidence, comments, tasks) are kept beside it.
type Incident struct {
	// ID is local to the cache, unique, and follows the creation time, so that
	// ordering by it is ordering by age. Zero before the cache assigned it.
	ID int64
	Ref
	// Number is what people say aloud: Sentinel's incidentNumber, or the Graph id.
	Number string
	// ProviderID is the id of the same incident at Defender XDR, where the source
	// knows it. Twins join on it.
	ProviderID   string
	ProviderName string

	Title       string
	Description string
	Fields      // what an action can change

	// Created and Modified come from the service's clock. FirstActivity and
	// LastActivity are zero where the source gives none.
	Created, Modified           time.Time
	FirstActivity, LastActivity time.Time
	// ModifiedBy is who last changed it; empty where the source does not say
	// (Sentinel never does).
	ModifiedBy string
	// ETag guards writes at Sentinel; empty for Graph, which documents none.
	ETag string
	// RedirectTo is the remote id of the survivor after a merge.
	RedirectTo string
	// Score is the source's own priority, 0 to 100; nil where it gives none.
	Score *int
	URL   string
	// Rules are names or ids of the analytics rules behind it.
	Rules    []string
	Products []string
	Tactics  []string
	// Counts as the source states them; -1 where it does not.
	AlertCount, CommentCount, BookmarkCount int
}

// Fields are the parts of an incident that an action changes and that a conflict is
// about. The zero value is an incident nobody has touched.
type Fields struct {
	Severity       Severity
	Status         Status
	Owner          Owner
	Classification Classification
	Determination  string // the source's own word, see DeterminationFor
	ClosingNote    string
	Tags           []string // sorted, no duplicates; only those people set
}

// Owner is who works on an incident. Two owners are the same when their UPNs are
// equal ignoring case, or, without UPNs, their object ids.
type Owner struct {
	ObjectID string `json:",omitempty"`
	UPN      string `json:",omitempty"`
	Name     string `json:",omitempty"`
}

// Label is the shortest useful name of the owner, "" for nobody.
func (o Owner) Label() string {
	if o.Name != "" {
		return o.Name
	}
	if o.UPN != "" {
		return o.UPN
	}
	return o.ObjectID
}

// IsZero reports that nobody owns the incident.
func (o Owner) IsZero() bool { return o == Owner{} }

// NormalTags returns tags sorted and without duplicates or empty ones. The result
// never shares memory with in.
func NormalTags(in []string) []string {
	out := make([]string, 0, len(in))
	for _, t := range in {
		if t != "" {
			out = append(out, t)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
