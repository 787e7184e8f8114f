package posture

import (
	"strings"
	"time"

	"watchfloor/app"
	model "watchfloor/app/posture"
	"watchfloor/app/text"
	"watchfloor/app/triage"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// RecColumns are those of RecCells.
var RecColumns = []look.Column{
	{Title: "Risk", Width: 76},
	{Title: "Recommendation", Width: 200, Flex: 1},
	{Title: "Unhealthy", Width: 74, Right: true},
	{Title: "Increase", Width: 54, Right: true},
	{Title: "Owner", Width: 80, From: 700},
	{Title: "Due", Width: 92},
	{Title: "Open", Width: 38, Right: true, From: 600},
	{Title: "Control", Width: 120, Flex: 0.3, From: 1040},
	{Width: 10},
}

// RecCells are those of a line: a head of a group, or a recommendation.
func (p *Presenter) RecCells(i int) []look.Cell {
	l := p.recs.lines[i]
	if l.rec == nil {
		return []look.Cell{{}, {Text: string(l.group) + "  " + present.Figure(l.n), Bold: true, Tone: look.Accent}, {}, {}, {}, {}, {}, {}, {}}
	}
	x, c := *l.rec, p.d.Clock()
	mark := look.Cell{}
	if len(x.Marks) > 0 {
		mark = look.Cell{Text: "!", Tone: look.Warn, Bold: true}
	}
	return []look.Cell{
		risk(first(x.Risk, x.Severity)),
		{Text: present.Title(x.Title), Fit: look.Middle, Bold: x.Unhealthy > 0},
		look.T(present.Figure(x.Unhealthy) + " / " + present.Figure(x.Healthy+x.Unhealthy)), increase(x.Increase),
		owner(x.Owner), due(x.Due, c.Now), look.D(age(x.First, c.Now)),
		{Text: present.Safe(x.Control), Tone: look.Dim, Fit: look.Middle},
		mark,
	}
}

// risk is a level as the service spells it: the four that have a shape with theirs, any
// other word as it is.
func risk(level string) look.Cell {
	switch strings.ToLower(level) {
	case "critical":
		c := present.Severity(app.High)
		c.Text = "Critical"
		return c
	case "high", "medium", "low", "informational":
		return present.Severity(app.ParseSeverity(level))
	case "", "notevaluated", "none":
		return look.D("–")
	}
	return look.T("? " + present.Field(level))
}

func increase(f float64) look.Cell {
	if f == 0 {
		return look.D("–")
	}
	return look.T(present.Signed(f))
}

func owner(s string) look.Cell {
	if strings.TrimSpace(s) == "" {
		return look.D("–")
	}
	return look.Cell{Text: present.Field(s), Fit: look.Middle}
}

// due is the last day of a due date; a day that is over is overdue.
func due(t, now time.Time) look.Cell {
	switch {
	case t.IsZero():
		return look.D("–")
	case day(t).Before(day(now)):
		return look.Cell{Text: "! " + t.UTC().Format("2 Jan 2006"), Tone: look.Alarm, Bold: true}
	}
	return look.T(t.UTC().Format("2 Jan 2006"))
}

func age(t, now time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return triage.Span(now.Sub(t))
}

// RecDetail is what the preview says of the recommendation under the cursor.
func (p *Presenter) RecDetail() (title look.Cell, body string) {
	x := p.recs.current()
	if x == nil {
		return look.Cell{}, ""
	}
	c := p.d.Clock()
	var b strings.Builder
	line := func(name, value string) {
		if strings.TrimSpace(value) != "" {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	for _, m := range x.Marks {
		b.WriteString("! " + present.Field(m) + "\n")
	}
	line("Severity", present.Field(x.Severity))
	line("Risk", present.Field(x.Risk))
	b.WriteString("Resources: " + present.Figure(x.Unhealthy) + " unhealthy, " + present.Figure(x.Healthy) + " healthy, " + present.Figure(x.NotApplicable) + " not applicable\n")
	if x.Increase != 0 {
		line("Increase", present.Signed(x.Increase)+" points if all become healthy")
	}
	line("Control", present.Safe(x.Control))
	line("Effort, impact on users", strings.Trim(present.Field(x.Effort)+", "+present.Field(x.Impact), ", "))
	line("Threats", present.Field(strings.Join(x.Threats, ", ")))
	if !x.First.IsZero() {
		line("Unhealthy since", c.Both(x.First))
	}
	b.WriteString("\nKept here (e): " + localWords(*x, c) + "\n")
	p.besideWords(&b, *x)
	if s := text.Unmark(x.Description); strings.TrimSpace(s) != "" {
		b.WriteString("\n" + present.SafeBlock(s) + "\n")
	}
	if s := text.Unmark(x.Remediation); strings.TrimSpace(s) != "" {
		b.WriteString("\nRemediation\n" + present.SafeBlock(s) + "\n")
	}
	return look.Cell{Text: present.Title(x.Title), Bold: true}, strings.TrimRight(b.String(), "\n")
}

func localWords(x model.Recommendation, c present.Clock) string {
	var out []string
	if x.Owner != "" {
		out = append(out, "owner "+present.Field(x.Owner))
	}
	if !x.Due.IsZero() {
		words := "due " + x.Due.UTC().Format("2 Jan 2006")
		if day(x.Due).Before(day(c.Now)) {
			words += " (overdue)"
		}
		out = append(out, words)
	}
	if x.Note != "" {
		out = append(out, present.SafeBlock(x.Note))
	}
	if out == nil {
		return "no owner, no due date, no note"
	}
	return strings.Join(out, " · ")
}

// besideWords list the first resources.
func (p *Presenter) besideWords(b *strings.Builder, x model.Recommendation) {
	r := &p.recs
	if r.inside() || r.peeked != x.ID {
		return
	}
	switch {
	case r.besideErr != nil:
		b.WriteString("\n" + app.Say(r.besideErr) + "\n")
	case r.beside == nil:
		b.WriteString("\nReading the resources…\n")
	case len(r.beside) > 0:
		b.WriteString("\nAffected (Enter lists all)\n")
		for _, a := range r.beside {
			if a.Rank() != model.RankUnhealthy {
				continue
			}
			b.WriteString("· " + present.Safe(model.ResourceName(a.Resource)) + "  " + present.Field(model.ResourceType(a.Resource)) + "\n")
		}
		if x.Unhealthy > len(r.beside) {
			b.WriteString("and " + present.Figure(x.Unhealthy-len(r.beside)) + " more\n")
		}
	}
}

// ResourceColumns are those of ResourceCells.
var ResourceColumns = []look.Column{
	{Title: "Health", Width: 104},
	{Title: "Risk", Width: 76},
	{Title: "Resource", Width: 130, Flex: 1},
	{Title: "Type", Width: 130, Flex: 0.4, From: 1000},
	{Title: "Subscription", Width: 110, Flex: 0.4, From: 840},
	{Title: "Cause", Width: 130, Flex: 0.8},
	{Title: "Since", Width: 140},
	{Title: "Findings", Width: 52, Right: true, From: 960},
}

// ResourceCells are those of one resource of the open recommendation.
func (p *Presenter) ResourceCells(i int) []look.Cell {
	a, c := p.recs.shown[i], p.d.Clock()
	since := a.Changed
	if since.IsZero() {
		since = a.First
	}
	found := look.D("–")
	if a.Findings >= 0 {
		found = look.T(present.Figure(a.Findings))
	}
	return []look.Cell{
		healthCell(a), risk(a.Risk),
		{Text: present.Safe(model.ResourceName(a.Resource)), Fit: look.Middle, Bold: true},
		look.D(present.Field(strings.TrimPrefix(model.ResourceType(a.Resource), "microsoft."))),
		{Text: p.subscription(a.Subscription), Tone: look.Dim, Fit: look.Middle},
		look.T(present.Safe(first(a.Reason, a.Cause))), sinceCell(since, c), found,
	}
}

// subscription is the name of a subscription where a score or a contact told it.
func (p *Presenter) subscription(id string) string {
	for _, s := range p.scores.latest {
		if strings.EqualFold(s.Scope, id) {
			return name(s.ScopeName, id)
		}
	}
	for _, x := range p.contacts.all {
		if strings.EqualFold(x.Subscription, id) {
			return name(x.Name, id)
		}
	}
	return present.Field(id)
}

// sinceCell is a time; one in the future is marked.
func sinceCell(t time.Time, c present.Clock) look.Cell {
	if t.After(c.Now.Add(time.Minute)) {
		return look.Cell{Text: "! " + c.At(t), Tone: look.Warn}
	}
	return look.D(c.At(t))
}

// healthCell gives a result by word and mark; a word that is not known stays.
func healthCell(a model.Assessment) look.Cell {
	switch a.Rank() {
	case model.RankUnhealthy:
		return look.Cell{Text: "Unhealthy", Shape: look.Dot, ShapeTone: look.Normal, Bold: true}
	case model.RankHealthy:
		return look.D("✓ Healthy")
	case model.RankNotApplicable:
		return look.D("Not applicable")
	}
	return look.T("? " + present.Field(a.Code))
}

// ResourceDetail is what the preview says of the resource under the cursor.
func (p *Presenter) ResourceDetail() (title look.Cell, body string) {
	r, c := &p.recs, p.d.Clock()
	if r.resource < 0 || r.resource >= len(r.shown) {
		return p.RecDetail()
	}
	a := r.shown[r.resource]
	out := []string{
		present.Field(a.Code) + "  " + present.Safe(a.Cause), present.SafeBlock(a.Reason), present.SafeBlock(a.Resource),
		"Subscription: " + p.subscription(a.Subscription), "Where: " + present.Field(a.Source),
	}
	if a.Risk != "" {
		out = append(out, "Risk: "+present.Field(a.Risk)+"  "+present.Safe(strings.Join(a.Factors, ", ")))
	}
	for _, m := range a.Marks(c.Now) {
		out = append(out, "! "+present.Field(m))
	}
	out = append(out, "First found "+c.Both(a.First)+", changed "+c.Both(a.Changed))
	var full []string
	for _, s := range out {
		if strings.TrimSpace(s) != "" {
			full = append(full, s)
		}
	}
	_, rec := p.RecDetail()
	return look.Cell{Text: present.Safe(model.ResourceName(a.Resource)), Bold: true}, strings.Join(full, "\n") + "\n\n" + present.Title(r.in.Title) + "\n" + rec
}
