package cli

import (
	"context"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// DoMany refuses incidents that are deleted.
func (f *floor) DoMany(ctx context.Context, rs []outbox.Request, _ func(done, total int)) ([]outbox.Result, error) {
	out := make([]outbox.Result, len(rs))
	for i, r := range rs {
		out[i].Request = r
		if r.On.IsZero() && f.rows[r.IncidentID-1].Deleted {
			out[i].Err = app.E(app.KindNotFound, "This incident was deleted at its source; nothing can be changed.", nil)
			continue
		}
		out[i].Action, _ = f.Do(ctx, r)
	}
	return out, nil
}

func TestSeveralIncidentsAreClosedWithOneCommand(t *testing.T) {
	f := newFloor()
	numbers := []string{f.rows[0].Number, f.rows[1].Number, "#" + f.rows[0].Number}
	close := append([]string{"act", "close"}, append(numbers, "--as", "fp")...)
	f.run(t, nil, close...).expect(t, 0, "#"+f.rows[0].Number, "#"+f.rows[1].Number, "2 done, 0 waiting, 0 refused")
	if len(f.actions) != 2 {
		t.Errorf("%d actions for two incidents, one of them named twice", len(f.actions))
	}
}

func TestOneRefusedLeavesTheOthers(t *testing.T) {
	f := newFloor()
	f.rows[1].Deleted = true
	f.run(t, nil, "act", "close", f.rows[0].Number, f.rows[1].Number, "--as", "fp").
		expect(t, ExitPartly, "deleted at its source", "1 done, 0 waiting, 1 refused")
}

func TestAMistypedNumberStopsManyBeforeAnyIsQueued(t *testing.T) {
	f := newFloor()
	f.run(t, nil, "act", "close", f.rows[0].Number, "99999999", "--as", "fp").expect(t, ExitFailed, "no incident 99999999")
	if len(f.actions) != 0 {
		t.Errorf("%d actions were queued", len(f.actions))
	}
}

func TestManyOfflineStayQueued(t *testing.T) {
	f := newFloor()
	f.offline = true
	f.run(t, nil, "act", "close", f.rows[0].Number, f.rows[1].Number, "--as", "fp").expect(t, ExitOffline, "2 actions are stored and not sent yet")
}
