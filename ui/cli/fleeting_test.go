package cli

import (
	"strings"
	"testing"

	"watchfloor/app/outbox"
)

// In a cache that ends with the command, a decision is preceded by a word about that, one
// that would certainly be lost is refused, and what did not reach its service is counted
// as lost and makes the command fail.
func TestGoal32ACommandDoesNotEndASessionsCacheSilently(t *testing.T) {
	f := newFloor()
	f.fleets, f.fate = true, outbox.Done
	res := f.run(t, nil, "act", "assign", "48213")
	res.expect(t, ExitOK, "Contoso: the cache is for this session only.")
	if strings.Contains(res.out+res.err, "is lost: ") {
		t.Errorf("nothing was lost:\n%s", res.err)
	}

	f = newFloor()
	f.fleets = true
	f.run(t, nil, "act", "assign", "48213", "--queue").expect(t, ExitUsage, "--queue would lose this: the cache of Contoso ends with this command")
	if len(f.actions) != 0 {
		t.Errorf("queued all the same: %+v", f.actions)
	}
	f.run(t, nil, "act", "close", "48213", "48214", "--as", "undetermined", "--queue").expect(t, ExitUsage, "--queue would lose this")

	f = newFloor()
	f.fleets, f.offline, f.why = true, true, outbox.Action{Reason: "No network."}
	res = f.run(t, nil, "act", "assign", "48213")
	res.expect(t, ExitFailed, "1 action has not reached its service and is lost: the cache of Contoso was for this session only.")
	if strings.Contains(res.err, "outbox flush") || strings.Count(res.err, "is lost: the cache") != 1 {
		t.Errorf("what it says does not hold:\n%s", res.err)
	}

	f = newFloor()
	f.fleets, f.fate = true, outbox.Conflict
	for _, number := range []string{"48213", "48214"} {
		f.run(t, nil, "act", "assign", number)
	}
	f.run(t, nil, "outbox", "list").expect(t, ExitFailed, "2 actions have not reached their services and are lost")
	f.fleets = false
	f.run(t, nil, "outbox", "list").expect(t, ExitOK, "48214")
}
