package posture

import (
	"slices"
	"strings"

	model "watchfloor/app/posture"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// Card is the panel of one model. Figures of different models never share one.
type Card struct {
	Model                model.Model
	Label, Percent       string
	Points, Scope, About string
	Warning              string // what is odd about the score
	Trend                []model.Score
	Chosen               bool
}

// Cards are the panels, one a model.
func (p *Presenter) Cards() []Card {
	s := &p.scores
	out := make([]Card, len(s.models))
	for i, m := range s.models {
		out[i] = p.card(m)
	}
	return out
}

func (p *Presenter) card(m model.Model) Card {
	s, c := &p.scores, Card{Model: m, Label: present.Field(m.Label()), Chosen: m == p.scores.chosen, Trend: p.scores.trend[m]}
	var of []model.Score
	var now model.Score
	for _, x := range s.latest {
		if x.Model == m {
			of = append(of, x)
			if x.Scope == s.scope[m] {
				now = x
			}
		}
	}
	c.Percent = percent(now)
	c.Points = present.Points(now.Current) + " of " + present.Points(now.Max) + " points"
	if c.Scope = name(now.ScopeName, now.Scope); c.Scope == c.Label {
		c.Scope = "the whole tenant"
	}
	if len(of) > 1 {
		c.Scope += ", one of " + present.Figure(len(of))
		if w, ok := weighted(of); ok {
			c.Scope += " (together, weighted: " + present.Percent(w) + ")"
		}
	}
	about := []string{"as of " + now.Day.UTC().Format("2 Jan 2006") + " UTC"}
	if now.Day.IsZero() {
		about = nil
	}
	for _, a := range now.Averages {
		about = append(about, averageWords(a)+" "+average(a, now))
	}
	c.About = strings.Join(about, "  ·  ")
	c.Warning = strings.Join(now.Marks(p.now()), "; ")
	return c
}

// weighted is what the service makes of several scopes: their percents by their weights.
func weighted(all []model.Score) (percent float64, ok bool) {
	sum := 0.0
	for _, s := range all {
		if p, has := s.Percent(); has && s.Weight > 0 {
			percent, sum = percent+p*s.Weight, sum+s.Weight
		}
	}
	return percent / sum, sum > 0
}

func percent(s model.Score) string {
	if p, ok := s.Percent(); ok {
		return present.Percent(p)
	}
	return "no maximum"
}

// average is a comparison in the words of the score it stands beside: Microsoft 365 gives
// it in points of the same maximum.
func average(a model.Average, s model.Score) string {
	if s.Max > 0 && a.Score > 0 {
		return present.Percent(100 * a.Score / s.Max)
	}
	return present.Points(a.Score)
}

var averageNames = map[string]string{"AllTenants": "all tenants", "TotalSeats": "same size", "IndustryTypes": "same industry"}

func averageWords(a model.Average) string {
	if w := averageNames[a.Basis]; w != "" {
		return w
	}
	return present.Field(a.Basis)
}

// name is a scope's name, its id where it has none.
func name(n, id string) string {
	if strings.TrimSpace(n) == "" {
		n = id
	}
	return present.Field(n)
}

// ScopeColumns are those of the scopes of a model.
var ScopeColumns = []look.Column{
	{Title: "Subscription", Width: 120, Flex: 1},
	{Title: "Score", Width: 60, Right: true},
	{Title: "Points", Width: 88, Right: true},
	{Title: "As of", Width: 50, From: 460},
	{Width: 10},
}

// ScopeCells are those of one scope.
func (p *Presenter) ScopeCells(i int) []look.Cell {
	x := p.scores.scopes[i]
	mark := look.Cell{}
	if len(x.Marks(p.now())) > 0 {
		mark = look.Cell{Text: "!", Tone: look.Warn, Bold: true}
	}
	return []look.Cell{
		{Text: name(x.ScopeName, x.Scope), Fit: look.Middle},
		{Text: percent(x), Bold: true},
		look.D(present.Points(x.Current) + " / " + present.Points(x.Max)), look.D(x.Day.UTC().Format("2 Jan")), mark,
	}
}

// StepColumns are those of the moves between two days.
var StepColumns = []look.Column{
	{Title: "Control", Width: 150, Flex: 1},
	{Title: "From", Width: 56, Right: true},
	{Title: "To", Width: 56, Right: true},
	{Title: "Change", Width: 62, Right: true},
	{Title: "Points, on an axis not from 0", Width: 160, Flex: 1},
	{Title: "", Width: 150, From: 640},
}

// StepCells are those of one row of the waterfall: where the score began, what each
// control added or took, what no control explains, where it ended.
func (p *Presenter) StepCells(i int) []look.Cell {
	s := &p.scores
	f := s.fall
	low, high := s.bounds()
	place := func(v float64) float32 { return float32((v - low) / (high - low)) }
	whole := func(words string, x model.Score) []look.Cell {
		return []look.Cell{
			{Text: words, Bold: true},
			{},
			{Text: present.Points(x.Current), Bold: true},
			{},
			{Part: look.Part{To: place(x.Current), Tone: look.Dim}},
			look.D(percent(x)),
		}
	}
	switch {
	case i == 0:
		return whole("Score on "+f.FromDay.UTC().Format("2 Jan 2006"), f.From)
	case i == s.rows()-1:
		return whole("Score on "+f.ToDay.UTC().Format("2 Jan 2006"), f.To)
	case i == s.rows()-2:
		start := f.To.Current - f.Rest
		return []look.Cell{look.D("What no control explains"), {}, {}, change(f.Rest), {Part: bar(place(start), place(f.To.Current), f.Rest)}, look.D(restWords(f))}
	}
	x := s.steps[i-1]
	start := f.From.Current
	for _, y := range f.Steps {
		if y.Control == x.Control {
			break
		}
		start += y.To - y.From
	}
	from, to := look.T(present.Points(x.From)), look.T(present.Points(x.To))
	if x.Came {
		from = look.D("–")
	}
	if x.Went {
		to = look.D("–")
	}
	return []look.Cell{
		{Text: present.Title(first(x.Name, x.Control)), Fit: look.Middle},
		from, to, change(x.To - x.From),
		{Part: bar(place(start), place(start+x.To-x.From), x.To-x.From)},
		look.D(stepWords(x)),
	}
}

func change(f float64) look.Cell {
	c := look.Cell{Text: present.Signed(f), Bold: f < 0}
	if c.Text == "0" {
		c.Tone = look.Dim
	}
	return c
}

// bar tells gain from loss by its colour; the figure beside it has the sign.
func bar(from, to float32, by float64) look.Part {
	t := look.Accent
	if by < 0 {
		t = look.Warn
	}
	return look.Part{From: from, To: to, Tone: t}
}

// bounds are the least and the greatest score on the way, with some room.
func (s *scores) bounds() (low, high float64) {
	at := s.fall.From.Current
	low, high = min(at, s.fall.To.Current), max(at, s.fall.To.Current)
	for _, x := range s.fall.Steps {
		at += x.To - x.From
		low, high = min(low, at), max(high, at)
	}
	room := max((high-low)*0.15, 0.01)
	return low - room, high + room
}

func stepWords(x model.Step) string {
	switch {
	case x.Came:
		return "came, of " + present.Points(x.MaxTo)
	case x.Went:
		return "went, was of " + present.Points(x.MaxFrom)
	case x.MaxFrom != x.MaxTo:
		return "of " + present.Points(x.MaxFrom) + ", then " + present.Points(x.MaxTo)
	}
	return "of " + present.Points(x.MaxTo)
}

func restWords(f model.Waterfall) string {
	if present.Points(f.Rest) == "0" {
		return "nothing"
	}
	return "not told by the service"
}

func first(all ...string) string {
	if i := slices.IndexFunc(all, func(s string) bool { return strings.TrimSpace(s) != "" }); i >= 0 {
		return all[i]
	}
	return ""
}

// Fall says which days the waterfall compares, and what came of it.
func (p *Presenter) Fall() string {
	s := &p.scores
	if s.fall.Model == "" {
		return ""
	}
	f := s.fall
	if s.single() {
		return ofScope(f) + ": only " + f.ToDay.UTC().Format("2 Jan 2006") + " is known between these days; what moved it shows from the second day on."
	}
	words := ofScope(f) + ": " + f.FromDay.UTC().Format("2 Jan 2006") + " to " + f.ToDay.UTC().Format("2 Jan 2006") +
		", " + present.Signed(f.To.Current-f.From.Current) + " points"
	if was, ok := f.From.Percent(); ok {
		if is, ok := f.To.Percent(); ok {
			words += ", " + present.Percent(was) + " to " + present.Percent(is)
		}
	}
	if present.Points(f.From.Max) != present.Points(f.To.Max) {
		words += "; the maximum moved from " + present.Points(f.From.Max) + " to " + present.Points(f.To.Max)
	}
	return words + map[auto]string{byDrop: " (last drop)", byMonth: " (last 30 days)"}[s.shownBy()]
}

// ofScope names the model and the scope, where that is not the model's own.
func ofScope(f model.Waterfall) string {
	label, scope := present.Field(f.Model.Label()), name(f.To.ScopeName, f.Scope)
	if scope == label {
		return label
	}
	return label + ", " + scope
}

// shownBy is how the days came about; without a drop the last month is shown.
func (s *scores) shownBy() auto {
	if _, _, ok := lastDrop(s.trend[s.chosen]); s.auto == byDrop && !ok {
		return byMonth
	}
	return s.auto
}
