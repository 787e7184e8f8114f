package posture

import (
	"context"
	"slices"
	"strings"
	"time"

	model "watchfloor/app/posture"
	"watchfloor/ui/keys"
)

// spans are the lengths of the trend, in days.
var spans = []int{30, 90, 180, 365}

// month is the default length of a comparison without a drop, in days.
const month = 30

// scores is the tab of the scores: a panel for each model, the scopes of the one that is
// chosen, and what moved its score between two days.
type scores struct {
	latest []model.Score
	models []model.Model
	chosen model.Model
	scope  map[model.Model]string
	trend  map[model.Model][]model.Score // of the scope chosen, oldest first
	span   int                           // index into spans

	auto     auto
	from, to time.Time
	fall     model.Waterfall
	steps    []model.Step // of fall, that the filter lets through
	scopes   []model.Score
	pane     int // 0 scopes, 1 steps
	step     int
}

// auto is how the two days are chosen while nobody moved them.
type auto int

const (
	byDrop auto = iota
	byMonth
	byHand
)

func newScores() scores { return scores{scope: map[model.Model]string{}, span: 1, pane: 1} }

// loadScores reads the newest scores, the trend of each model and what moved the chosen
// one.
func (p *Presenter) loadScores(r model.Reader) {
	s := p.scores
	chosen, scope, now := s.chosen, map[model.Model]string{}, p.now()
	for m, id := range s.scope {
		scope[m] = id
	}
	p.read(func(ctx context.Context) (func(), error) {
		latest, err := r.Latest(ctx)
		if err != nil {
			return nil, err
		}
		models := modelsOf(latest)
		if !slices.Contains(models, chosen) && len(models) > 0 {
			chosen = models[0]
		}
		trend := map[model.Model][]model.Score{}
		for _, m := range models {
			scope[m] = scopeOf(latest, m, scope[m])
			// A little more than is shown, so that the first day of the span has a value.
			if trend[m], err = r.History(ctx, m, scope[m], day(now).AddDate(0, 0, -spans[s.span]), day(now).AddDate(0, 0, 1)); err != nil {
				return nil, err
			}
		}
		from, to := s.days(trend[chosen], day(now))
		var fall model.Waterfall
		if len(models) > 0 {
			if fall, err = r.Waterfall(ctx, chosen, scope[chosen], from, to); err != nil {
				return nil, err
			}
		}
		health, err := r.AlertHealth(ctx)
		if err != nil {
			return nil, err
		}
		return func() {
			p.health = health
			n := &p.scores
			n.latest, n.models, n.trend, n.from, n.to, n.fall = latest, models, trend, from, to, fall
			if n.chosen != chosen {
				n.chosen, n.step = chosen, 0
			}
			for m, id := range scope {
				n.scope[m] = id
			}
			n.sift(p.words[Scores])
		}, nil
	})
}

// modelsOf lists the models that have a score, in the order of the screen.
func modelsOf(all []model.Score) (out []model.Model) {
	for _, m := range []model.Model{model.CloudClassic, model.CloudRisk, model.M365} {
		if slices.ContainsFunc(all, func(s model.Score) bool { return s.Model == m }) {
			out = append(out, m)
		}
	}
	for _, s := range all {
		if !slices.Contains(out, s.Model) {
			out = append(out, s.Model)
		}
	}
	return out
}

// scopeOf is the scope to show of a model: the one wanted where it is still there.
func scopeOf(all []model.Score, m model.Model, wanted string) (out string) {
	for _, s := range all {
		if s.Model != m {
			continue
		}
		if out == "" || s.Scope == wanted {
			out = s.Scope
		}
	}
	return out
}

// days are the two days to compare.
func (s scores) days(trend []model.Score, today time.Time) (from, to time.Time) {
	switch s.auto {
	case byHand:
		return s.from, s.to
	case byDrop:
		if from, to, ok := lastDrop(trend); ok {
			return from, to
		}
	}
	if n := len(trend); n > 0 {
		today = day(trend[n-1].Day)
	}
	return today.AddDate(0, 0, -month), today
}

// lastDrop finds the last two days between which the percent fell.
func lastDrop(trend []model.Score) (from, to time.Time, ok bool) {
	for i := len(trend) - 1; i > 0; i-- {
		was, ok1 := trend[i-1].Percent()
		is, ok2 := trend[i].Percent()
		if ok1 && ok2 && is < was {
			return day(trend[i-1].Day), day(trend[i].Day), true
		}
	}
	return from, to, false
}

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// turn carries out what chooses a model, a length or the two days.
func (p *Presenter) turn(c keys.Command) {
	s := &p.scores
	switch c {
	case keys.NextModel, keys.PrevModel:
		if len(s.models) == 0 {
			return
		}
		at := slices.Index(s.models, s.chosen) + map[keys.Command]int{keys.NextModel: 1, keys.PrevModel: len(s.models) - 1}[c]
		p.Choose(s.models[at%len(s.models)])
		return
	case keys.NextPane, keys.PrevPane:
		s.pane = 1 - s.pane
		if len(s.scopes) < 2 {
			s.pane = 1
		}
		p.Changed()
		return
	case keys.Longer:
		s.span = min(s.span+1, len(spans)-1)
	case keys.Shorter:
		s.span = max(s.span-1, 0)
	case keys.LastDrop:
		if _, _, ok := lastDrop(s.trend[s.chosen]); !ok {
			p.Say("This score did not fall within the trend; + looks further back.", false)
			return
		}
		s.auto = byDrop
	case keys.LastMonth:
		s.auto = byMonth
	default:
		p.shift(c)
	}
	p.Load()
}

// shift moves one of the two days by one, the first always before the second and none
// behind today.
func (p *Presenter) shift(c keys.Command) {
	s := &p.scores
	from, to, today := s.from, s.to, day(p.now())
	if s.auto != byHand && s.fall.Model != "" { // what is shown, not what was asked for
		from, to = day(s.fall.FromDay), day(s.fall.ToDay)
	}
	switch c {
	case keys.FromEarlier:
		from = from.AddDate(0, 0, -1)
	case keys.FromLater:
		from = from.AddDate(0, 0, 1)
	case keys.ToEarlier:
		to = to.AddDate(0, 0, -1)
	case keys.ToLater:
		to = to.AddDate(0, 0, 1)
	}
	if !from.Before(to) || to.After(today) {
		p.Say("The first day stays before the second, and none is in the future.", false)
		return
	}
	s.auto, s.from, s.to = byHand, from, to
}

// Choose shows the scopes and moves of another model.
func (p *Presenter) Choose(m model.Model) {
	if s := &p.scores; s.chosen != m {
		s.chosen, s.step, s.auto, s.pane = m, 0, byDrop, 1
		p.Load()
	}
}

// sift sorts out the scopes of the chosen model and the steps that match the filter.
func (s *scores) sift(words string) {
	s.scopes, s.steps = nil, nil
	for _, x := range s.latest {
		if x.Model == s.chosen {
			s.scopes = append(s.scopes, x)
		}
	}
	for _, x := range s.fall.Steps {
		if has(words, x.Name, x.Control) {
			s.steps = append(s.steps, x)
		}
	}
	s.step = max(0, min(s.step, s.rows()-1))
	if len(s.scopes) < 2 {
		s.pane = 1
	}
}

// has reports that every word is in one of the texts.
func has(words string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, "\n"))
	for _, w := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}

// rows of the waterfall: where it began, its steps, the rest, where it ended.
func (s *scores) rows() int {
	if s.fall.Model == "" || s.single() {
		return 0
	}
	return len(s.steps) + 3
}

// single reports that only one day is known of the score, so that nothing moved yet.
func (s *scores) single() bool { return s.fall.FromDay.IsZero() || s.fall.FromDay.Equal(s.fall.ToDay) }

func (s *scores) scopeAt() int {
	return max(0, slices.IndexFunc(s.scopes, func(x model.Score) bool { return x.Scope == s.scope[s.chosen] }))
}

func (s *scores) cursor() int {
	if s.pane == 0 {
		return s.scopeAt()
	}
	return s.step
}

func (s *scores) len() int {
	if s.pane == 0 {
		return len(s.scopes)
	}
	return s.rows()
}

// moveScores moves the cursor of the list that has the keyboard; another scope is read.
func (p *Presenter) moveScores(i int) {
	s := &p.scores
	if s.pane == 1 {
		s.step = i
		return
	}
	if i < len(s.scopes) && s.scopes[i].Scope != s.scope[s.chosen] {
		s.scope[s.chosen], s.step, s.auto = s.scopes[i].Scope, 0, byDrop
		p.Load()
	}
}

// openStep goes from a scope to its moves, from a bar to the recommendations of its
// control.
func (p *Presenter) openStep() {
	s := &p.scores
	if s.pane == 0 {
		s.pane = 1
		p.Changed()
		return
	}
	i := s.step - 1
	switch {
	case i < 0 || i >= len(s.steps):
		p.Say("Choose the bar of a control; Enter shows what is behind it.", false)
	case s.chosen == model.M365:
		p.controls.want, p.controls.traced = s.steps[i].Control, true
		p.words[Controls] = ""
		p.Show(Controls)
	default:
		p.recs = recs{order: p.recs.order, control: s.steps[i].Control, controlName: s.steps[i].Name, traced: true}
		if s.chosen == model.CloudClassic || s.chosen == model.CloudRisk {
			p.recs.subscription, p.recs.subscriptionName = s.scope[s.chosen], s.scopes[s.scopeAt()].ScopeName
		}
		p.words[Recommendations] = ""
		p.loaded[Recommendations] = false
		p.Show(Recommendations)
	}
}
