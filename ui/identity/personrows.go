package identity

import (
	"strings"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// Line is a row of a tab of the page.
type Line struct {
	cells    []look.Cell
	more     []Fact
	copy     string
	signIn   *identity.SignIn
	incident int64 // of the tenant's own numbering
}

const personTabs = 5

var personNames = [personTabs]string{"Risk over time", "Detections", "Sign-ins", "Incidents", "What was done"}

var personColumns = [personTabs][]look.Column{
	{{Title: "When", Width: 190}, {Title: "Risk", Width: 70}, {Title: "State", Width: 130}, {Title: "Why", Width: 160, Flex: 1}, {Title: "Types", Width: 160, Flex: 0.8}, {Title: "By", Width: 130}},
	columns[Detections][1:],
	columns[SignIns],
	{{Title: "Severity", Width: 70}, {Title: "#", Width: 70, Right: true}, {Title: "Title", Width: 200, Flex: 1}, {Title: "Status", Width: 90}, {Title: "Created", Width: 190}, {Title: "Found by", Width: 130}},
	{{Title: "State", Width: 110}, {Title: "What", Width: 180, Flex: 1}, {Title: "Decided", Width: 190}, {Title: "Ended", Width: 190}, {Title: "Why", Width: 160, Flex: 1}},
}

// personNone says what an empty tab means.
var personNone = [personTabs]string{
	"The service told no step of this account's risk.", "No detection is kept for this account.",
	"No sign-in of this account is kept.", "No incident of the cache names this account.", "Nothing was done to this account from here.",
}

// build makes the rows of all tabs from what is known.
func (p *PersonPresenter) build() {
	p.rows = [personTabs][]Line{}
	if p.person == nil {
		return
	}
	c := p.d.Clock()
	for _, t := range p.person.Turns {
		p.rows[0] = append(p.rows[0], turnLine(t, c))
	}
	for _, d := range p.person.Detections {
		p.rows[1] = append(p.rows[1], Line{cells: detectionCells(d, c), more: detectionFacts(d, c), copy: CopyText(Row{Detection: &d}, true)})
	}
	for _, s := range p.person.SignIns {
		row := identity.SignInRow{SignIn: s}
		p.rows[2] = append(p.rows[2], Line{cells: cells(Row{ID: s.ID, SignIn: &row}, p.marked(s.ID), c), more: signInFacts(row, c), copy: CopyText(Row{SignIn: &row}, true), signIn: &s})
	}
	for _, m := range p.person.Incidents {
		p.rows[3] = append(p.rows[3], mentionLine(m, c))
	}
	for _, d := range p.person.Actions {
		p.rows[4] = append(p.rows[4], doneLine(d, c))
	}
}

func turnLine(t identity.Turn, c present.Clock) Line {
	by := look.D("the service")
	if t.By != "" {
		by = look.Cell{Text: present.Field(t.By), Fit: look.Middle}
	}
	var g gather
	g.add("When", look.T(c.Ago(t.At)+" ("+c.Exact(t.At)+")"))
	g.add("Step", look.T(turnWords(t)))
	g.add("By", by)
	g.text("As received", t.Detail)
	return Line{
		cells: []look.Cell{look.D(c.Both(t.At)), present.RiskLevel(t.Level), present.RiskState(t.State), look.T(present.RiskDetail(t.Detail)), {Text: typesWords(t.Events), Tone: look.Dim}, by},
		more:  g, copy: turnWords(t),
	}
}

func mentionLine(m identity.Mention, c present.Clock) Line {
	var g gather
	g.add("Incident", look.T(present.Number(m.Number)+"  "+present.Title(m.Title)))
	g.text("Status", m.Status)
	g.add("Created", look.T(c.Both(m.Created)))
	g.text("Found by", m.By)
	return Line{
		cells: []look.Cell{present.Severity(app.ParseSeverity(m.Severity)), look.T(present.Field(m.Number)), {Text: present.Title(m.Title), Fit: look.Middle}, look.T(present.Field(m.Status)), look.D(c.Both(m.Created)), look.D(present.Field(m.By))},
		more:  g, copy: "#" + m.Number + " " + m.Title, incident: m.IncidentID,
	}
}

func doneLine(d identity.Done, c present.Clock) Line {
	var g gather
	g.text("What", d.What)
	g.text("State", d.State)
	g.add("Decided", look.T(c.Both(d.At)))
	g.add("Ended", look.T(c.Both(d.Finished)))
	g.text("Why", d.Reason)
	return Line{cells: []look.Cell{doneState(d.State), {Text: present.Field(d.What), Bold: true}, look.D(c.Both(d.At)), look.D(c.Both(d.Finished)), look.T(present.Field(d.Reason))}, more: g, copy: d.What + " " + d.Reason}
}

// doneState is the state of an action by word and glyph.
func doneState(s string) look.Cell {
	switch s {
	case "queued", "sending":
		return look.Cell{Text: present.Field(s), Shape: look.Clock}
	case "done":
		return look.T("✓ done")
	case "conflict", "failed":
		return look.Cell{Text: "! " + s, Tone: look.Alarm, Bold: true}
	}
	return look.D(present.Field(s))
}

// head are the facts above the tabs.
func (p *PersonPresenter) head() []look.Cell {
	x := p.person
	if x == nil {
		return nil
	}
	var out []look.Cell
	if x.User != nil {
		out = append(out, present.RiskLevel(x.User.Level), present.RiskState(x.User.State))
	} else {
		out = append(out, look.D("not listed as risky"))
	}
	out = append(out, enabledWords(x.Account.Enabled))
	if len(x.High) > 0 {
		out = append(out, badge(x.High[0].Reason))
	}
	return out
}

// names are the lines with the names that the account is known by.
func (p *PersonPresenter) names() []Fact {
	var g gather
	if p.person == nil {
		return nil
	}
	a := p.person.Account
	g.text("Sign-in name", a.UPN)
	g.id("Object id", a.ID)
	on := a.SID
	if a.SAM != "" {
		on = a.SAM + "  " + on
	}
	g.text("On premises", on)
	g.text("Roles", strings.Join(a.Roles, ", "))
	for i, h := range p.person.High {
		if i > 0 {
			g.add("High value", badge(h.Reason))
		}
	}
	if !a.SessionsFrom.IsZero() {
		g.add("Sessions from", look.T(p.d.Clock().Both(a.SessionsFrom)))
	}
	for _, s := range p.person.Conflicts {
		g.add("Conflict", look.Cell{Text: "≠ " + present.Safe(s), Tone: look.Warn, Bold: true})
	}
	return g
}
