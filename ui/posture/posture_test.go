package posture

import (
	"context"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	model "watchfloor/app/posture"
	"watchfloor/app/sync"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

// place is a presenter with everything around it in the test's hands.
type place struct {
	*Presenter
	src     *uitest.Posture
	line    *work.Line
	state   sync.State
	tenants []fleet.Tenant
	waiting []outbox.Action
	said    string
}

func open(t *testing.T, tab Tab) *place {
	t.Helper()
	x := &place{src: uitest.NewPosture(), line: &work.Line{}, tenants: []fleet.Tenant{{Name: "contoso.example", Colour: "teal"}}}
	fresh := uitest.Now.Add(-20 * time.Minute)
	x.state.Sources = []sync.Status{{Source: app.CloudPosture, Phase: sync.Idle, LastSuccess: fresh}, {Source: app.M365Score, Phase: sync.Idle, LastSuccess: fresh}}
	x.Presenter = New(Deps{
		Reader: func(slot int) model.Reader {
			if slot > 0 {
				return nil
			}
			return x.src
		}, Tenants: func() []fleet.Tenant { return x.tenants }, State: func() sync.State { return x.state },
		Waiting: func(context.Context, int) []outbox.Action { return x.waiting }, Desk: x.line.Desk(),
		Clock: func() present.Clock { return present.Clock{Now: uitest.Now, Zone: time.UTC} },
	})
	x.Say = func(s string, _ bool) { x.said = s }
	x.Load()
	x.line.Drain()
	if tab != Scores {
		x.do(keys.Tab(int(tab) + 1))
	}
	return x
}

func (x *place) do(cs ...keys.Command) {
	for _, c := range cs {
		if c == keys.Back {
			x.Back()
		} else {
			x.Do(c, 10)
		}
		x.line.Drain()
	}
}

// row is the line under the cursor as words.
func (x *place) row() string {
	i := x.Cursor()
	if i >= x.Len() {
		return ""
	}
	var cells []string
	switch x.tab {
	case Scores:
		for _, c := range x.StepCells(i) {
			cells = append(cells, c.Text)
		}
	case Recommendations:
		read := x.RecCells
		if x.recs.inside() {
			read = x.ResourceCells
		}
		for _, c := range read(i) {
			cells = append(cells, c.Text)
		}
	case Compliance:
		read := x.StandardCells
		if x.compliance.in != nil {
			read = x.RequirementCells
		}
		for _, c := range read(i) {
			cells = append(cells, c.Text)
		}
	case Contacts:
		for _, c := range x.ContactCells(i) {
			cells = append(cells, c.Text)
		}
	case Controls:
		for _, c := range x.ControlCells(i) {
			cells = append(cells, c.Text)
		}
	}
	return strings.Join(cells, "|")
}

func contains(t *testing.T, what, got string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("%s: %q lacks %q", what, got, w)
		}
	}
}

// Each model has a card of its own, with its figures, averages and age.
func TestModelsAreNeverMixed(t *testing.T) {
	x := open(t, Scores)
	cards := x.Cards()
	if len(cards) != 3 {
		t.Fatalf("%d cards", len(cards))
	}
	contains(t, "classic", cards[0].Label+cards[0].Scope+cards[0].About, "Defender for Cloud (classic)", "Contoso Production, one of 3 (together, weighted:", "as of 20 Nov 2026 UTC")
	contains(t, "risk", cards[1].Label+cards[1].Points, "risk-based", "of 100 points")
	contains(t, "M365", cards[2].Label+cards[2].Points+cards[2].About, "Microsoft 365", "of 731 points", "all tenants 43.5 %", "same size 50.2 %")
	for i, c := range cards {
		for _, s := range c.Trend {
			if s.Model != c.Model {
				t.Fatalf("card %d draws a score of %s", i, s.Model)
			}
		}
		if c.Chosen != (i == 0) {
			t.Errorf("card %d is chosen: %v", i, c.Chosen)
		}
	}
	x.do(keys.NextModel, keys.NextModel)
	if !x.Cards()[2].Chosen || x.scores.fall.Model != model.M365 {
		t.Errorf("two models on, the moves are of %s", x.scores.fall.Model)
	}
	x.do(keys.NextModel)
	if !x.Cards()[0].Chosen {
		t.Error("behind the last model comes the first")
	}
}

// The story of a drop: the place opens on it, the largest bar leads to the control's
// recommendations, one of those to its resources, and Esc leads the same way back.
func TestADropIsTracedToItsResources(t *testing.T) {
	x := open(t, Scores)
	contains(t, "fall", x.Fall(), "16 Nov 2026 to 17 Nov 2026", "(last drop)", "−")
	x.do(keys.Down)
	contains(t, "the first bar", x.row(), "Apply system updates", "5.5", "1.25", "−4.25")
	x.do(keys.Open)
	if x.tab != Recommendations || x.recs.control != "updates" {
		t.Fatalf("Enter on a bar leads to %v of %q", x.tab, x.recs.control)
	}
	contains(t, "heading", x.Heading(), "of the control Apply system updates", "subscription Contoso Production")
	contains(t, "recommendation", x.row(), "System updates should be installed", "31 / 129", "+4.75")
	x.do(keys.Open)
	contains(t, "resource", x.row(), "srv-web-001", "compute/virtualmachines", "Contoso Production", "7 updates are missing")
	for _, a := range x.recs.shown {
		if a.Subscription != uitest.SubProduction {
			t.Errorf("a resource of another subscription: %s", a.Resource)
		}
	}
	x.do(keys.Back)
	if x.recs.inside() || x.tab != Recommendations {
		t.Error("Esc leaves the resources")
	}
	x.do(keys.Back)
	if x.tab != Scores || x.recs.control != "" {
		t.Errorf("Esc leads back to %v", x.tab)
	}
	if x.Back() {
		t.Error("there is nothing more to leave")
	}
}

// A control of Microsoft 365 is found from its bar, and Esc leads back to the score.
func TestABarOfMicrosoft365LeadsToItsControl(t *testing.T) {
	x := open(t, Scores)
	x.do(keys.NextModel, keys.NextModel, keys.LastMonth, keys.Down, keys.Open)
	if c, ok := x.Control(); !ok || c.ID != x.scores.steps[0].Control {
		t.Errorf("on tab %d, control %q", x.tab, c.ID)
	}
	x.do(keys.Back)
	if x.tab != Scores {
		t.Errorf("Esc leads to tab %d", x.tab)
	}
}

// On the first day nothing moved yet, and that is said.
func TestTheFirstDay(t *testing.T) {
	x := open(t, Scores)
	x.src.Edit(func(p *uitest.Posture) { p.Scores = p.Scores[len(p.Scores)-5:] })
	x.Load()
	x.line.Drain()
	contains(t, "fall", x.Fall(), "only 20 Nov 2026 is known")
	if x.Len() != 0 {
		t.Errorf("%d rows without a move", x.Len())
	}
	x.do(keys.Open)
	contains(t, "Enter", x.said, "Choose the bar of a control")
}

func TestDaysMoveByKey(t *testing.T) {
	x := open(t, Scores)
	for _, c := range []struct {
		do   keys.Command
		want string
	}{
		{keys.FromEarlier, "15 Nov 2026 to 17 Nov 2026"},
		{keys.ToLater, "15 Nov 2026 to 18 Nov 2026"},
		{keys.FromLater, "16 Nov 2026 to 18 Nov 2026"},
		{keys.ToEarlier, "16 Nov 2026 to 17 Nov 2026"},
		{keys.ToEarlier, "16 Nov 2026 to 17 Nov 2026"},
		{keys.LastMonth, "21 Oct 2026 to 20 Nov 2026"},
		{keys.LastDrop, "(last drop)"},
	} {
		x.do(c.do)
		contains(t, string(c.do), x.Fall(), c.want)
	}
	contains(t, "refused", x.said, "stays before the second")
	x.do(keys.LastMonth, keys.ToLater)
	contains(t, "tomorrow", x.Fall(), "to 20 Nov 2026")
	x.do(keys.Longer, keys.Longer, keys.Longer)
	if n := len(x.scores.trend[model.CloudClassic]); n != 366 {
		t.Errorf("the longest trend has %d days", n)
	}
}

// The bars add up to the move of the score, whatever the filter hides.
func TestTheWaterfallEndsWhereTheScoreIs(t *testing.T) {
	x := open(t, Scores)
	s := &x.scores
	low, high := s.bounds()
	at := func(i int) float64 { return low + float64(x.StepCells(i)[4].Part.To)*(high-low) }
	last := s.rows() - 1
	if got, want := at(last-1), s.fall.To.Current; got < want-0.01 || got > want+0.01 {
		t.Errorf("the rest ends at %v, the score at %v", got, want)
	}
	before := at(2)
	x.Type("endpoint")
	if s.rows() != 4 || at(1) != before {
		t.Errorf("filtered there are %d rows, the bar ends at %v, before at %v", s.rows(), at(1), before)
	}
}

func TestASubscriptionHasItsOwnMoves(t *testing.T) {
	x := open(t, Scores)
	x.do(keys.NextPane, keys.Down)
	if x.scores.scope[model.CloudClassic] != uitest.SubPlatform || x.scores.fall.Scope != uitest.SubPlatform {
		t.Errorf("the moves are of %s", x.scores.fall.Scope)
	}
	contains(t, "fall", x.Fall(), "Contoso Platform")
	x.do(keys.Open, keys.NextModel, keys.NextPane)
	if x.scores.pane != 1 {
		t.Error("a model of one scope has no list of scopes to go to")
	}
}

// Impossible figures are shown as they are, with a mark; nothing panics.
func TestOddScores(t *testing.T) {
	x := open(t, Scores)
	x.src.Edit(func(p *uitest.Posture) {
		p.Scores = []model.Score{
			{Model: "next year's", Scope: "a", Day: uitest.Now, Current: 12, Max: 10},
			{Model: model.CloudClassic, Scope: "b", Day: uitest.Now.AddDate(1, 0, 0), Current: 5},
			{Model: model.M365, Scope: "c", ScopeName: uitest.Hostile[0], Current: -3, Max: 7},
		}
	})
	x.Load()
	x.line.Drain()
	cards := x.Cards()
	if len(cards) != 3 {
		t.Fatalf("%d cards", len(cards))
	}
	contains(t, "no maximum", cards[0].Percent+cards[0].Warning, "no maximum", "future")
	contains(t, "below zero", cards[1].Percent+cards[1].Warning, "−42.9 %", "below zero")
	contains(t, "unknown model", cards[2].Label+cards[2].Percent+cards[2].Warning, "next year's", "120.0 %", "above its maximum")
	for i := range x.Len() {
		x.StepCells(i)
	}
	for _, c := range cards {
		trendPlot(c.Trend, uitest.Now, uitest.Now, day(uitest.Now), 90)
	}
}
