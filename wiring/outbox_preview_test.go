package wiring_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// What a decision about a conflict would send is shown before it is taken: the fields
// that are chosen, nothing where theirs stays, and nothing is sent or settled by looking.
func TestTheRequestOfADecisionIsShown(t *testing.T) {
	t.Parallel()
	for _, src := range sources {
		f, s, _, a := conflicted(t, src)
		ctx := context.Background()
		show := func(sides ...outbox.Side) ([]app.WireRequest, error) {
			var choices []outbox.Choice
			for i, side := range sides {
				choices = append(choices, outbox.Choice{Field: a.Drift[i].Field, Keep: side, Value: app.Fields{ClosingNote: "noise, but watched"}})
			}
			return f.box.PreviewSettled(ctx, a.Seq, choices)
		}
		got, err := show(outbox.Theirs, outbox.Theirs, outbox.Edited)
		if err != nil || len(got) != 1 || !strings.Contains(got[0].Body, string(app.FieldClosingNote)) || strings.Contains(got[0].Body, string(app.FieldClassification)) {
			t.Errorf("%s: another note alone: %+v %v", src, got, err)
		}
		if got, err = show(outbox.Mine, outbox.Mine, outbox.Mine); err != nil || len(got) != 1 || !strings.Contains(got[0].Body, string(app.FieldClassification)) {
			t.Errorf("%s: all of mine: %+v %v", src, got, err)
		}
		if got, err = show(outbox.Theirs, outbox.Theirs, outbox.Theirs); err != nil || len(got) != 0 {
			t.Errorf("%s: all of theirs: %+v %v", src, got, err)
		}
		if _, err = show(outbox.Mine, outbox.Theirs, outbox.Theirs); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%s: a determination of the other side: %v", src, err)
		}
		now := f.action(a.Seq)
		if now.State != outbox.Conflict || now.Version != a.Version || len(s.writes) != 0 || !slices.Equal(now.Drift, a.Drift) {
			t.Errorf("%s: looking changed it: %s v%d, %v", src, now.State, now.Version, s.writes)
		}
	}
}
