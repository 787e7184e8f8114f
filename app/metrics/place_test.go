package metrics

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/app/identity"
	"watchfloor/app/posture"
)

// estate is a tenant whose cache holds what its fields say.
type estate struct {
	lines []posture.Score
	falls map[string]posture.Waterfall // by scope
	recs  []posture.Recommendation
	heat  identity.Heat
	found []identity.Detection
	turns []RiskTurn
	err   error

	asked identity.Filter
	ask   posture.Ask
}

var evening = time.Date(2026, 3, 12, 18, 0, 0, 0, time.UTC)

func dawn(days int) time.Time { return evening.Truncate(24*time.Hour).AddDate(0, 0, days) }

func (e *estate) Lines(_ context.Context, from, to time.Time) (out []posture.Score, _ error) {
	for _, s := range e.lines {
		if !s.Day.Before(from) && !s.Day.After(to) {
			out = append(out, s)
		}
	}
	return out, e.err
}

func (e *estate) Waterfall(_ context.Context, _ posture.Model, scope string, _, _ time.Time) (posture.Waterfall, error) {
	return e.falls[scope], e.err
}

func (e *estate) Recommendations(_ context.Context, a posture.Ask) ([]posture.Recommendation, error) {
	e.ask = a
	return e.recs, e.err
}

func (e *estate) PostureKnown(context.Context) (asOf, since time.Time, err error) {
	return evening, dawn(-400), e.err
}

func (e *estate) Heat(_ context.Context, f identity.Filter, _ int) (identity.Heat, error) {
	e.asked = f
	return e.heat, e.err
}

func (e *estate) Detections(_ context.Context, q identity.Query) (identity.Window[identity.Detection], error) {
	e.asked = q.Filter
	return identity.Window[identity.Detection]{Rows: e.found}, e.err
}

func (e *estate) RiskTurns(context.Context, time.Time) ([]RiskTurn, error) { return e.turns, e.err }

func (e *estate) IdentityKnown(context.Context) (asOf, detections, turns time.Time, err error) {
	return evening, dawn(-90), dawn(-80), e.err
}

func load(t *testing.T, e *estate, k Kind, days int) Listed {
	t.Helper()
	c, err := LoadPlace(t.Context(), Sources{e, e}, k, days, evening)
	if err != nil {
		t.Fatal(err)
	}
	return c.(Listed)
}

func scored(m posture.Model, scope string, day int, current, maximum, weight float64) posture.Score {
	return posture.Score{Model: m, Scope: scope, ScopeName: "Ward " + scope, Day: dawn(day), Current: current, Max: maximum, Weight: weight}
}

func TestScoresOfModelsAreNeverMixed(t *testing.T) {
	e := &estate{lines: []posture.Score{
		scored(posture.CloudClassic, "a", -2, 10, 40, 1), scored(posture.CloudClassic, "a", 0, 20, 40, 1),
		scored(posture.CloudClassic, "b", -2, 30, 40, 3),
		scored(posture.M365, "t", -1, 120, 100, 0), scored(posture.M365, "t", 0, 5, 0, 0),
	}}
	c := load(t, e, ScoreHistory, 3)
	if got := strings.Join(c.Series(), "; "); got != posture.CloudClassic.Label()+"; "+posture.M365.Label() {
		t.Fatalf("series %s", got)
	}
	// b was not seen today: it counts with its last score, weighing three times as much.
	for at, want := range map[[2]int]string{
		{0, 0}: "Tue 10 Mar 2026, Defender for Cloud (classic): 62.5 %, 40 of 80 points of 2 scopes.",
		{0, 1}: "Wed 11 Mar 2026, Defender for Cloud (classic): not seen on this day.",
		{0, 2}: "Thu 12 Mar 2026, Defender for Cloud (classic): 68.8 %, 50 of 80 points of 2 scopes.",
		{1, 1}: "Wed 11 Mar 2026, Microsoft 365 secure score: 120.0 %, 120 of 100 points; above its maximum.",
		{1, 2}: "Thu 12 Mar 2026, Microsoft 365 secure score: no maximum is known, 5 of 0 points.",
	} {
		if got := c.Words(at[0], at[1]); got != want {
			t.Errorf("%v: %s, want %s", at, got, want)
		}
	}
	rows, err := c.Rows(t.Context(), 0, 2)
	if _, n := c.Behind(0, 2); err != nil || n != 2 || rows.All != 2 || strings.Join(rows.Cells[1], "|") != "Ward b|2026-03-10|30|40|75.0|3" {
		t.Errorf("%d rows %v, %v", n, rows, err)
	}
}

// A scope that is not seen for a week no longer counts; one that has none at all is no 0.
func TestAScopeThatIsGoneStopsCounting(t *testing.T) {
	e := &estate{lines: []posture.Score{scored(posture.CloudClassic, "a", -8, 10, 20, 0), scored(posture.CloudClassic, "a", 0, 10, 20, 0), scored(posture.CloudClassic, "b", -7, 0, 20, 0)}}
	c := load(t, e, ScoreHistory, 9)
	for point, want := range []int{1, 2, 0, 0, 0, 0, 0, 0, 1} {
		if _, n := c.Behind(0, point); n != want {
			t.Errorf("day %d: of %d scopes, want %d", point, n, want)
		}
	}
}

func step(id string, from, to float64) posture.Step {
	return posture.Step{Control: id, Name: "Control " + id, From: from, To: to, MaxFrom: 10, MaxTo: 10}
}

func TestMovesOfSubscriptionsAddUp(t *testing.T) {
	fall := func(day int, from, to float64, steps ...posture.Step) posture.Waterfall {
		return posture.Waterfall{Model: posture.CloudClassic, FromDay: dawn(day), ToDay: dawn(0), From: posture.Score{Current: from}, To: posture.Score{Current: to}, Steps: steps}
	}
	went := step("mfa", 10, 0)
	went.Went, went.MaxTo = true, 0
	e := &estate{
		lines: []posture.Score{scored(posture.CloudClassic, "a", -3, 0, 1, 0), scored(posture.CloudClassic, "a", 0, 0, 1, 0), scored(posture.CloudClassic, "b", 0, 0, 1, 0)},
		falls: map[string]posture.Waterfall{"a": fall(-5, 30, 22, went, step("ports", 1, 3)), "b": fall(-2, 10, 14, step("PORTS", 2, 5))},
		recs:  []posture.Recommendation{{Meta: posture.Meta{Title: "Turn MFA on", Severity: "High"}, Unhealthy: 7, Increase: 2.5, First: dawn(-30), Owner: "ana"}},
	}
	e.falls["b"] = func(w posture.Waterfall) posture.Waterfall { w.Rest = 1; return w }(e.falls["b"])
	c := load(t, e, ScoreMoves, 30)
	var got []string
	for i := range c.Len() {
		got = append(got, c.Words(0, i))
	}
	label := posture.CloudClassic.Label()
	want := []string{
		label + ", On 7 Mar 2026: 40 points.",
		label + ", Control mfa: −10 points, from 10 of 10 to 0 of 0; it went.",
		label + ", Control ports: +5 points, from 3 of 20 to 8 of 20.",
		label + ", No control explains it: +1 points.",
		label + ", On 12 Mar 2026: 36 points.",
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%q", got)
	}
	rows, err := c.Rows(t.Context(), 0, 1)
	if err != nil || e.ask.Control != "mfa" || strings.Join(rows.Cells[0], "|") != "Turn MFA on|High|7|0|2.5|2026-02-10|ana|" {
		t.Errorf("%v, %v", rows, err)
	}
	for point, want := range []int{0, 1, 1, 0, 0} {
		if _, n := c.Behind(0, point); n != want {
			t.Errorf("behind bar %d: %d", point, n)
		}
	}
}

// However many controls moved and by how little: each bar begins where the one before
// ended, and the last ends at the score.
func TestBarsOfAWaterfallJoin(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := posture.Explain(someParts(r, "from"), someParts(r, "to"), posture.Score{Current: rapid.Float64Range(0, 90).Draw(r, "a"), Day: dawn(-9)},
			posture.Score{Current: rapid.Float64Range(0, 90).Draw(r, "b"), Day: dawn(0)})
		bars := newMoves(posture.CloudClassic, []posture.Waterfall{w}).Bars
		for i := 1; i < len(bars)-1; i++ {
			if bars[i].From != bars[i-1].To {
				r.Fatalf("bar %d begins at %v, not %v", i, bars[i].From, bars[i-1].To)
			}
		}
		last := bars[len(bars)-1]
		// Moves and a rest that show as nothing, less than half a hundredth each, have no bar.
		if at := bars[len(bars)-2].To; at-last.To > 0.011 || last.To-at > 0.011 {
			r.Fatalf("the bars end at %v, the score at %v", at, last.To)
		}
		if len(bars) > mostSteps+4 {
			r.Fatalf("%d bars", len(bars))
		}
	})
}

func someParts(r *rapid.T, name string) []posture.Part {
	return rapid.SliceOfN(rapid.Custom(func(r *rapid.T) posture.Part {
		return posture.Part{Control: fmt.Sprint(rapid.IntRange(0, 20).Draw(r, "control")), Current: rapid.Float64Range(0, 10).Draw(r, "current"), Max: 10}
	}), 0, 25).Draw(r, name)
}

func TestAdviceIsSortedByRiskAndAge(t *testing.T) {
	rec := func(title, risk, severity string, first time.Time) posture.Recommendation {
		return posture.Recommendation{Meta: posture.Meta{Title: title, Severity: severity}, Risk: risk, First: first, Unhealthy: 1}
	}
	e := &estate{recs: []posture.Recommendation{
		rec("a", "Critical", "Low", dawn(-10)), rec("b", "", "High", dawn(-10)), rec("c", "Odd", "", dawn(-500)),
		rec("d", "", "", time.Time{}), rec("e", "Low", "", dawn(9)),
	}}
	c := load(t, e, OpenAdvice, 30)
	for at, want := range map[[2]int]string{{0, 1}: "a b", {1, 1}: "a", {2, 1}: "b", {5, 4}: "c", {5, 5}: "d", {4, 0}: "e", {3, 0}: ""} {
		rows, err := c.Rows(t.Context(), at[0], at[1])
		var got []string
		for _, r := range rows.Cells {
			got = append(got, r[0])
		}
		if _, n := c.Behind(at[0], at[1]); err != nil || strings.Join(got, " ") != want || n != len(got) {
			t.Errorf("%s: %v, %d", c.Words(at[0], at[1]), got, n)
		}
	}
}

func TestHeatListsTheDetectionsOfACell(t *testing.T) {
	e := &estate{
		heat:  identity.Heat{Types: []string{"unlikelyTravel", "other"}, Countries: []string{"DE", "", "other"}, Count: [][]int{{5, 1, 2}, {3, 0, 4}}, N: 15},
		found: []identity.Detection{{UPN: "ana@clinic.example", Type: "unlikelyTravel", At: dawn(-1), IP: "203.0.113.9", Level: "high", State: "atRisk"}},
	}
	c := load(t, e, RiskHeat, 30)
	if got := c.Words(0, 1); got != "unlikelyTravel, no country: 1 detection in Wed 11 Feb to Thu 12 Mar 2026." {
		t.Error(got)
	}
	rows, err := c.Rows(t.Context(), 0, 0)
	if err != nil || rows.All != 5 || len(rows.Cells) != 1 || rows.Cells[0][1] != "ana@clinic.example" || e.asked.String() != "from:2026-02-11 to:2026-03-12 type:unlikelyTravel country:DE" {
		t.Errorf("%v, asked %s, %v", rows, e.asked.String(), err)
	}
	if _, err := c.Rows(t.Context(), 1, 2); err != nil || e.asked.String() != "from:2026-02-11 to:2026-03-12 -type:unlikelyTravel -country:DE," {
		t.Errorf("of the rest it asked %s, %v", e.asked.String(), err)
	}
}

func TestTheFunnelFollowsEachTimeAtRisk(t *testing.T) {
	turn := func(who string, day float64, state identity.State, detail, by string) RiskTurn {
		return RiskTurn{Subject: who, Name: who + "@clinic.example", State: state, Detail: detail, By: by, At: dawn(0).Add(time.Duration(day * 24 * float64(time.Hour)))}
	}
	const risk, bad = identity.StateAtRisk, identity.StateCompromised
	e := &estate{turns: []RiskTurn{
		turn("ana", -10, risk, "none", ""), turn("ana", -9.5, risk, "none", ""), turn("ana", -8, identity.StateDismissed, "adminDismissedAllRiskForUser", "boss"),
		turn("ana", -6, risk, "none", ""), turn("ana", -5, identity.StateSafe, "aiConfirmedSigninSafe", "boss"),
		turn("bo", -7, risk, "none", ""), turn("bo", -6, bad, "adminConfirmedUserCompromised", "ana"), turn("bo", -3, identity.StateRemediated, "userPerformedSecuredPasswordReset", ""),
		turn("cy", -400, risk, "none", ""), turn("cy", -4, identity.StateDismissed, "x", "ana"), // began before the period
		{Subject: "di", State: risk},
		turn("di", -2, bad, "", "ana"),
		turn("ed", -2, risk, "", ""), turn("ed", -1, "frozen", "", ""),
	}}
	c := load(t, e, RiskFunnel, 30)
	var got []string
	for i := range c.Len() {
		got = append(got, c.Words(0, i))
	}
	want := []string{
		"Came to be at risk: 5 users.", "Confirmed compromised: 2 users (40 %), after a median of 0.0 days, of few cases.",
		"Remediated: 1 user (20 %), after a median of 4.0 days, of few cases.", "Dismissed by a person: 1 user (20 %), after a median of 2.0 days, of few cases.",
		"Confirmed safe by a person: 0 users (0 %).", "Closed by the service: 1 user (20 %), after a median of 1.0 days, of few cases.",
		"Other end: 1 user (20 %), after a median of 1.0 days, of few cases.", "Still at risk: 1 user (20 %), after a median of 2.8 days, of few cases.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if n := c.About().N; n != "n = 5 times at risk, 1 turn without a date left out" {
		t.Error(n)
	}
	rows, err := c.Rows(t.Context(), 0, stageDismissed)
	if err != nil || strings.Join(rows.Cells[0], "|") != "ana@clinic.example|2026-03-02T00:00:00Z|2026-03-04T00:00:00Z|2.0|adminDismissedAllRiskForUser|boss" {
		t.Errorf("%v, %v", rows, err)
	}
}

// Whatever the turns are: the ends and those still at risk are together all that began, and
// behind each figure are as many rows.
func TestEveryTimeAtRiskEndsOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		e := &estate{}
		for _, who := range []string{"a", "b"} {
			at := dawn(-40)
			for range rapid.IntRange(0, 9).Draw(r, "turns") {
				at = at.Add(time.Duration(rapid.IntRange(0, 300).Draw(r, "hours")) * time.Hour)
				e.turns = append(e.turns, RiskTurn{
					Subject: who, At: at, By: rapid.SampledFrom([]string{"", "x"}).Draw(r, "by"),
					State: rapid.SampledFrom([]identity.State{"atRisk", "confirmedCompromised", "dismissed", "remediated", "confirmedSafe", "none", "?"}).Draw(r, "state"),
				})
			}
		}
		f, err := LoadFunnel(context.Background(), e, 30, evening)
		if err != nil {
			r.Fatal(err)
		}
		ends := 0
		for stage := range StageNames {
			rows, _ := f.Rows(context.Background(), 0, stage)
			if _, n := f.Behind(0, stage); rows.All != n {
				r.Fatalf("%s: %d rows of %d", StageNames[stage], rows.All, n)
			} else if stage >= stageRemediated {
				ends += n
			}
		}
		if _, all := f.Behind(0, stageAll); ends != all {
			r.Fatalf("%d began, %d ended or last", all, ends)
		}
	})
}

// Each chart says what a reader needs in every row of its table, and none fails where a
// tenant has no posture, no identities, or nothing of them.
func TestChartsOfPlacesAreWholeAlsoWhenEmpty(t *testing.T) {
	for _, s := range []Sources{{}, {Posture: &estate{}, Identity: &estate{}}} {
		for _, k := range PlaceKinds {
			c, err := LoadPlace(t.Context(), s, k, 30, evening)
			if err != nil || c.Kind() != k || c.Kind().File() == "" || !k.OfPlace() {
				t.Fatalf("%s: %v", k, err)
			}
			a := c.About()
			if a.Title == "" || a.Definition == "" || !strings.HasPrefix(a.N, "n = ") || a.Zone != "UTC" || len(c.Series()) == 0 {
				t.Errorf("%s says %+v of %v", k, a, c.Series())
			}
			table := c.Table()
			for _, r := range table {
				if len(r) != len(table[0]) {
					t.Errorf("%s: a row of %d cells under %d", k, len(r), len(table[0]))
				}
			}
			for p := range c.Len() {
				if c.Words(0, p) == "" || c.Slot(p).First.IsZero() {
					t.Errorf("%s: point %d", k, p)
				}
			}
		}
	}
	broken := &estate{err: errors.New("the disk")}
	for _, k := range PlaceKinds {
		if _, err := LoadPlace(t.Context(), Sources{broken, broken}, k, 30, evening); err == nil {
			t.Errorf("%s hides that the cache cannot be read", k)
		}
	}
	if _, err := LoadPlace(t.Context(), Sources{}, Volume, 30, evening); err == nil {
		t.Error("a chart of incidents was read of a place")
	}
}
