// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"strconv"

	"watchfloor/integrations/simulator/story"
)

// heldAlert is an alert where it is now.
type heldAlert struct {
	ref alertRef
	story.Alert
}

// alertsOf names the alerts an incident holds now: its own, unless it was merged away
// or they were moved, and those that came from elsewhere. At Sentinel a twin holds what
// the Graph incident holds.
func (t *tenant) alertsOf(i int32) []alertRef {
	r := &t.recs[i]
	if !r.graph && r.twin > 0 {
		i = r.twin - 1
		r = &t.recs[i]
	}
	var out []alertRef
	if r.told() && r.redirect == 0 {
		for n := range t.world.AlertCount(r.plan) {
			ref := alertRef{i, int32(n)}
			if _, elsewhere := t.strays[ref]; !elsewhere {
				out = append(out, ref)
			}
		}
	}
	if r.edits != nil {
		out = append(out, r.edits.moved...)
	}
	return out
}

// alertCount is how many alertsOf names.
func (t *tenant) alertCount(i int32) int {
	r := &t.recs[i]
	if !r.graph && r.twin > 0 {
		r = &t.recs[r.twin-1]
	}
	n := 0
	if r.told() && r.redirect == 0 {
		n = t.world.AlertCount(r.plan)
	}
	if r.edits != nil {
		n += len(r.edits.moved)
		if r.redirect == 0 {
			n -= r.edits.lent
		}
	}
	return n
}

// held tells the alerts that an incident holds now.
func (t *tenant) held(i int32) []heldAlert {
	var told []story.Alert
	var out []heldAlert
	from := int32(-1)
	for _, a := range t.alertsOf(i) {
		if a.incident != from {
			told, from = t.alerts(&t.recs[a.incident]), a.incident
		}
		out = append(out, heldAlert{a, told[a.ordinal]})
	}
	return out
}

// alertID is what Graph calls an alert: it leads back to where it is told.
func (t *tenant) alertID(a alertRef) string {
	r := &t.recs[a.incident]
	return "da" + strconv.FormatUint(638000000000000000+uint64(r.number)*1000+uint64(a.ordinal), 10) + "_" + strconv.Itoa(int(int32(r.plan.Seed)|1))
}

// alertAt reads an alert id; in is the incident that holds the alert now.
func (t *tenant) alertAt(id string) (a alertRef, in int32, ok bool) {
	if len(id) < 20 || id[:2] != "da" {
		return a, 0, false
	}
	n, err := strconv.ParseUint(id[2:20], 10, 64)
	if err != nil || n < 638000000000000000 {
		return a, 0, false
	}
	n -= 638000000000000000
	i, ok := t.graphAt(strconv.FormatUint(n/1000, 10))
	if !ok || !t.recs[i].told() || int(n%1000) >= t.world.AlertCount(t.recs[i].plan) {
		return a, 0, false
	}
	a = alertRef{i, int32(n % 1000)}
	return a, t.holder(a), t.alertID(a) == id
}

// holder is the incident that holds an alert now.
func (t *tenant) holder(a alertRef) int32 {
	in, moved := t.strays[a]
	if !moved {
		in = a.incident
	}
	for t.recs[in].redirect > 0 {
		in = t.recs[in].redirect - 1
	}
	return in
}
