// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"fmt"
	"strings"
	"time"

	"watchfloor/integrations/simulator/story"
)

// record is one incident at one product. It holds what lists sort and filter by and
// the plan that the rest is told from; edits is set once somebody changed more.
// At a million incidents its size is what counts: keep it under 200 bytes.
type record struct {
	plan     story.Plan
	life     *story.Life // shared by twins
	created  int64       // nanoseconds since 1970, of 100 ns
	modified int64
	number   uint32 // Sentinel's incidentNumber or the Graph id
	rev      uint32 // of the ETag
	twin     int32  // index + 1 of the twin, 0 none
	redirect int32  // index + 1 of the survivor of a merge
	owner    uint32 // index into tenant.owners, 0 nobody
	modBy    uint32 // index into tenant.owners
	graph    bool
	deleted  bool
	severity story.Severity
	status   story.Status
	class    story.Class
	detail   uint8 // index into graphDetail or sentinelReason
	edits    *edits
}

// edits holds what people added or changed, complete for each part that is set.
type edits struct {
	name              string // Sentinel's client-chosen name; "" = generated
	title, desc       *string
	note              *string
	summary           string
	tags              []string // nil = as told
	labels            []label  // Sentinel: with their types, parallel to tags
	comments          []comment
	hasComments       bool // comments is complete
	tasks             []task
	hasTasks          bool
	relations         []relation
	hasRelations      bool
	alerts            map[int]*alertEdit
	moved             []alertRef // alerts that a merge or a move brought
	lent              int        // alerts of its own that a move took elsewhere
	firstAct, lastAct int64
	userMade          bool // created through the API: nothing is told
}

type label struct{ name, kind string }

type comment struct {
	id, text string
	author   owner
	created  int64
	modified int64
	rev      uint32
}

type task struct {
	id, title, desc   string
	done              bool
	by, modBy         owner
	created, modified int64
	rev               uint32
}

type relation struct {
	id, resource string
	rev          uint32
}

type alertEdit struct {
	status, class, detail uint8
	assigned              *string
	custom                []byte
	comments              []comment
	modified              int64
}

// alertRef names an alert by the incident it was born in and its place there.
type alertRef struct{ incident, ordinal int32 }

// owner is a person or service as an incident names them.
type owner struct{ oid, upn, name, kind string }

func (o owner) zero() bool { return o == owner{} }

func personOwner(p story.Person) owner {
	return owner{oid: p.ObjectID, upn: p.UPN, name: p.Name, kind: "User"}
}

func (r *record) edit() *edits {
	if r.edits == nil {
		r.edits = &edits{}
	}
	return r.edits
}

// etag is opaque to clients; it changes with every write.
func (r *record) etag() string {
	return fmt.Sprintf("\"%08x-0000-0d00-0000-%08x0000\"", uint32(r.plan.Seed), r.rev)
}

func childETag(id string, rev uint32) string {
	h := uint32(2166136261)
	for i := range len(id) {
		h = (h ^ uint32(id[i])) * 16777619
	}
	return fmt.Sprintf("\"%08x-0000-0d00-0000-%08x0000\"", h, rev)
}

// sameETag compares tolerating missing quotes: the services' own samples have both.
func sameETag(a, b string) bool { return strings.Trim(a, `"`) == strings.Trim(b, `"`) }

// stamp writes a time as the services do: UTC, up to seven digits of a second.
func stamp(ns int64) string {
	var room [32]byte
	return string(time.Unix(0, ns).UTC().AppendFormat(room[:0], "2006-01-02T15:04:05.9999999Z"))
}

// tick cuts a time to the services' resolution of 100 ns.
func tick(t time.Time) int64 { n := t.UnixNano(); return n - n%100 }
