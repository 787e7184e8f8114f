package cli

import (
	"context"
	"strings"
	"testing"
	"time"

	"watchfloor/app/fleet"
	"watchfloor/app/identity"
	"watchfloor/app/metrics"
	"watchfloor/app/posture"
)

// charted is a posture with a score, and identities with a detection.
type charted struct {
	people
	at time.Time
}

func (c *charted) Lines(context.Context, time.Time, time.Time) ([]posture.Score, error) {
	return []posture.Score{{Model: posture.M365, Scope: "t", Day: c.at.UTC().Truncate(24 * time.Hour), Current: 30, Max: 40}}, nil
}

func (c *charted) Waterfall(context.Context, posture.Model, string, time.Time, time.Time) (posture.Waterfall, error) {
	return posture.Waterfall{Model: posture.M365, FromDay: c.at, ToDay: c.at}, nil
}

func (c *charted) Recommendations(context.Context, posture.Ask) ([]posture.Recommendation, error) {
	return []posture.Recommendation{{Meta: posture.Meta{Title: "Close ports", Severity: "High"}, First: c.at}}, nil
}

func (c *charted) PostureKnown(context.Context) (asOf, since time.Time, err error) {
	return c.at, c.at, nil
}

func (c *charted) Heat(context.Context, identity.Filter, int) (identity.Heat, error) {
	return identity.Heat{Types: []string{"unlikelyTravel"}, Countries: []string{"DE"}, Count: [][]int{{7}}, N: 7}, nil
}

func (c *charted) RiskTurns(context.Context, time.Time) ([]metrics.RiskTurn, error) { return nil, nil }

func (c *charted) IdentityKnown(context.Context) (asOf, detections, turns time.Time, err error) {
	return c.at, c.at, c.at, nil
}

// postureOf is a posture.Reader that charts can be read from.
type postureOf struct {
	scores
	metrics.PostureSource
}

func (p postureOf) Recommendations(ctx context.Context, a posture.Ask) ([]posture.Recommendation, error) {
	return p.PostureSource.Recommendations(ctx, a)
}

func (p postureOf) Waterfall(ctx context.Context, m posture.Model, scope string, from, to time.Time) (posture.Waterfall, error) {
	return p.PostureSource.Waterfall(ctx, m, scope, from, to)
}

// Charts of posture and identities are of one tenant, and say what is missing where it has
// none.
func TestChartsOfPlacesFromTheCommandLine(t *testing.T) {
	withPlaces := func(f *floor, tenants roster) func(*Deps) {
		return func(d *Deps) {
			c := &charted{at: d.Now()}
			d.Open = func(context.Context, Options) (*Session, error) {
				s := f.session()
				s.Identity = func(int) identity.Reader { return c }
				s.Posture = func(int) posture.Reader { return postureOf{PostureSource: c} }
				if tenants != nil {
					s.Roster = tenants
				}
				return s, nil
			}
		}
	}
	for name, want := range map[string]string{"score": `"75"`, "score-moves": `"bar"`, "recommendations": `"under 7 days","1"`, "risk-heat": `"DE","7"`, "risk-states": `"Still at risk","0"`} {
		f := newFloor()
		f.run(t, withPlaces(f, nil), "report", "trend", "--chart", name, "--days", "9").expect(t, 0, want, `"definition"`, `"UTC"`)
		f.run(t, withPlaces(f, nil), "report", "trend", "--chart", name, "--format", "svg").expect(t, 0, "<svg")
	}
	f := newFloor()
	f.run(t, withPlaces(f, roster{fleet.Tenant{Slot: 0, Name: "A"}, fleet.Tenant{Slot: 1, Name: "B"}}), "report", "trend", "--chart", "score").expect(t, ExitUsage, "--profile")
	for name, want := range map[string]string{"score": "--posture", "risk-heat": "--identity"} {
		if got := newFloor().run(t, nil, "report", "trend", "--chart", name); got.code == 0 || got.out != "" || !strings.Contains(got.err, want) {
			t.Errorf("%s without the place: code %d, %q, want %s", name, got.code, got.err, want)
		}
	}
}
