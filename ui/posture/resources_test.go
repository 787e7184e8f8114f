package posture

import (
	"strconv"
	"testing"

	model "watchfloor/app/posture"
	"watchfloor/ui/keys"
	"watchfloor/ui/uitest"
)

// What was scrolled into sight stays when the cache changes, however much the cache gives
// at once.
func TestALongListOfResourcesStaysWholeWhenItIsReadAgain(t *testing.T) {
	x := open(t, Recommendations)
	id := x.recs.current().ID
	x.src.Edit(func(p *uitest.Posture) {
		for i := range 2000 {
			p.ResourcesOf[id] = append(p.ResourcesOf[id], model.Assessment{ID: id, Resource: "/subscriptions/s/vm" + strconv.Itoa(i), Code: "Unhealthy", Findings: -1})
		}
	})
	all := len(x.src.ResourcesOf[id])
	x.do(keys.Open)
	for range 5 {
		x.do(keys.End)
	}
	if x.Len() != all {
		t.Fatalf("%d of %d resources before", x.Len(), all)
	}
	x.Stale()
	x.line.Drain()
	if x.Len() != all || x.Cursor() != all-1 {
		t.Errorf("%d of %d resources are left, the cursor is on %d", x.Len(), all, x.Cursor())
	}
}
