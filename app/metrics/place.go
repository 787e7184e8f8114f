package metrics

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"watchfloor/app/identity"
	"watchfloor/app/posture"
	"watchfloor/app/triage"
)

// PlaceKinds are the charts of one tenant's posture and identities, in the order they are
// offered after Kinds. Their days are those of the rows: UTC.
var PlaceKinds = []Kind{ScoreHistory, ScoreMoves, OpenAdvice, RiskHeat, RiskFunnel}

// OfPlace reports that a kind is one of PlaceKinds: Load does not know it, LoadPlace does.
func (k Kind) OfPlace() bool { return k >= ScoreHistory }

// PostureSource reads what charts of posture need from the cache of one tenant. Safe for
// concurrent use; not for the UI goroutine.
type PostureSource interface {
	// Lines are the scores of all models and scopes on the UTC days from from to to,
	// ordered by model, name of the scope and day, without averages and Raw.
	Lines(ctx context.Context, from, to time.Time) ([]posture.Score, error)
	Waterfall(ctx context.Context, m posture.Model, scope string, from, to time.Time) (posture.Waterfall, error)
	Recommendations(ctx context.Context, a posture.Ask) ([]posture.Recommendation, error)
	// PostureKnown is when the oldest source of posture last synced well, zero if one
	// never did, and the first day that a score is kept of.
	PostureKnown(ctx context.Context) (asOf, since time.Time, err error)
}

// IdentitySource reads what charts of identities need, likewise.
type IdentitySource interface {
	Heat(ctx context.Context, f identity.Filter, top int) (identity.Heat, error)
	Detections(ctx context.Context, q identity.Query) (identity.Window[identity.Detection], error)
	// RiskTurns are all kept turns of the risk of users that had one since from, ordered
	// by user and time.
	RiskTurns(ctx context.Context, from time.Time) ([]RiskTurn, error)
	// IdentityKnown is when the oldest source of identities last synced well, zero if one
	// never did, and since when detections and turns are kept.
	IdentityKnown(ctx context.Context) (asOf, detections, turns time.Time, err error)
}

// Sources are those of one tenant; nil where it has none.
type Sources struct {
	Posture  PostureSource
	Identity IdentitySource
}

// Named is a chart whose points are no days: they have names, and their Slot is the time
// that the whole chart covers.
type Named interface {
	Chart
	PointName(series, point int) string
}

// Listed is a chart whose figures count other things than incidents: it lists the rows
// behind a figure itself, at most RowsLimit, and its Behind names no filter.
type Listed interface {
	Chart
	Rows(ctx context.Context, series, point int) (Rows, error)
}

// RowsLimit bounds the rows behind a figure.
const RowsLimit = 500

// Rows are what a figure counts. Cells hold tenant text.
type Rows struct {
	Title  string
	Header []string
	Cells  [][]string
	// All is how many there are; Cells may hold fewer.
	All int
}

func (r *Rows) add(cells ...string) {
	if r.All++; len(r.Cells) < RowsLimit {
		r.Cells = append(r.Cells, cells)
	}
}

// LoadPlace reads a chart of PlaceKinds over the last days UTC days, today included. A
// source that is missing gives a chart without figures. Errors are those of the source.
func LoadPlace(ctx context.Context, s Sources, k Kind, days int, now time.Time) (Chart, error) {
	switch k {
	case ScoreHistory:
		return LoadScores(ctx, s.Posture, days, now)
	case ScoreMoves:
		return LoadMoves(ctx, s.Posture, days, now)
	case OpenAdvice:
		return LoadAdvice(ctx, s.Posture, now)
	case RiskHeat:
		return LoadHeat(ctx, s.Identity, days, now)
	case RiskFunnel:
		return LoadFunnel(ctx, s.Identity, days, now)
	}
	return nil, fmt.Errorf("chart %d is not of a place", k)
}

// period is the slot of a chart over the last days UTC days.
func period(days int, now time.Time) Slot {
	all := utcDays(days, now)
	return Slot{First: all[0], Last: all[len(all)-1], Complete: true, Known: true}
}

func utcDays(n int, now time.Time) []time.Time { return days(n, now, time.UTC) }

// end is the first instant after a slot.
func (s Slot) end() time.Time { return triage.NextDay(s.Last, s.Last.Location()) }

// Points writes a score with at most two decimals: 12.5.
func Points(f float64) string {
	s := strconv.FormatFloat(f, 'f', 2, 64)
	for s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	if s == "-0" {
		return "0"
	}
	return s
}

// signed is points with its sign.
func signed(f float64) string {
	if s := Points(f); f > 0 && s != "0" {
		return "+" + s
	} else if s[0] == '-' {
		return "−" + s[1:]
	} else {
		return s
	}
}

// many writes a number of things: "1 user", "2 users".
func many(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + one + "s"
}

func isoDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
