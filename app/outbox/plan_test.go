package outbox

import (
	"slices"
	"testing"
	"time"

	"watchfloor/app"
)

// Defender for Cloud keeps only whether an alert is resolved or dismissed: what it cannot
// hold is neither sent again nor taken for somebody's change.
func TestAClosingIsDoneWhereTheServiceKeepsAsMuchOfItAsItCan(t *testing.T) {
	lost := Sent{At: time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC), ETag: "before"}
	for _, c := range []struct {
		class   app.Classification
		now     app.Fields
		changed []app.Field
		drift   bool
	}{
		{app.TruePositive, app.Fields{Status: app.StatusClosed}, nil, false},
		{app.FalsePositive, app.Fields{Status: app.StatusClosed, Classification: app.FalsePositive}, nil, false},
		{app.TruePositive, app.Fields{Status: app.StatusNew}, []app.Field{app.FieldStatus}, false},
		{app.FalsePositive, app.Fields{Status: app.StatusNew}, []app.Field{app.FieldStatus, app.FieldClassification}, false},
		{app.TruePositive, app.Fields{Status: app.StatusClosed, Classification: app.FalsePositive}, nil, true}, // dismissed by another
	} {
		a := Action{
			Ref: app.Ref{Source: app.Cloud}, Base: app.Fields{Status: app.StatusNew}, Sent: lost,
			Request: Request{Verb: Close, Want: app.Fields{Status: app.StatusClosed, Classification: c.class, Determination: "other", ClosingNote: "seen"}},
		}
		etag := "before"
		if c.now.Status == app.StatusClosed {
			etag = "after"
		}
		p := planFor(a, app.Incident{ETag: etag, Fields: c.now})
		if !slices.Equal(p.changed, c.changed) || len(p.drift) > 0 != c.drift || p.want.Classification != c.class {
			t.Errorf("%s over %+v: sends %v, drift %v, wants %s", c.class, c.now, p.changed, p.drift, p.want.Classification)
		}
	}
}
