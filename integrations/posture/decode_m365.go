package posture

import (
	"strings"
	"time"

	"watchfloor/app/posture"
	"watchfloor/integrations/azure/wire"
)

// DecodeM365Score reads a day's score and what each control contributes. Day is zero
// where neither its time nor its id tells one; parts carry no maximum, which only the
// control's profile tells.
func DecodeM365Score(raw []byte) (s posture.Score, parts []posture.Part, odd bool) {
	row := wire.ReadRow(raw)
	s = posture.Score{Model: posture.M365, Scope: row.ID("azureTenantId"), ScopeName: posture.M365.Label(), Raw: raw}
	if at := row.Time("createdDateTime"); !at.IsZero() {
		s.Day = midnight(at)
	} else if _, day, ok := cutFold(row.ID("id"), "_"); ok {
		row.Odd = true
		if at, err := time.Parse(time.DateOnly, day); err == nil {
			s.Day = at.UTC()
		}
	}
	var hasCurrent, hasMax bool
	s.Current, hasCurrent = row.Float("currentScore")
	s.Max, hasMax = row.Float("maxScore")
	averages, _ := row.List("averageComparativeScores")
	for _, one := range averages {
		a := wire.Part(one)
		score, ok := a.Float("averageScore")
		if basis := a.Text("basis"); ok && basis != "" {
			s.Averages = append(s.Averages, posture.Average{Basis: basis, Score: score})
		}
		row.Odd = row.Odd || a.Odd
	}
	controls, _ := row.List("controlScores")
	for _, one := range controls {
		c := wire.Part(one)
		p := posture.Part{Model: posture.M365, Scope: s.Scope, Day: s.Day, Control: c.ID("controlName")}
		p.Name = p.Control
		var ok bool
		if p.Current, ok = c.Float("score"); !ok || p.Control == "" {
			c.Odd = true
		}
		if p.Control != "" {
			parts = append(parts, p)
		}
		row.Odd = row.Odd || c.Odd
	}
	return s, parts, row.Odd || !hasCurrent || !hasMax || s.Scope == "" || s.Day.IsZero()
}

// DecodeProfile reads an improvement action and its newest state.
func DecodeProfile(raw []byte) (posture.Control, bool) {
	row := wire.ReadRow(raw)
	c := posture.Control{
		Model: posture.M365, ID: row.ID("id"), Title: row.Text("title"), Group: row.Text("controlCategory"),
		Service: row.Text("service"), Tier: row.Text("tier"), UserImpact: row.Text("userImpact"), Cost: row.Text("implementationCost"),
		Remediation: row.Text("remediation"), URL: row.Text("actionUrl"), Threats: row.Texts("threats"), State: defaultState, Raw: raw,
	}
	if c.ID == "" {
		row.Odd, c.ID = true, wire.HashID("unreadable-", string(raw))
	}
	c.Max, _ = row.Float("maxScore")
	c.Deprecated, _ = row.Bool("deprecated")
	newest := newestState(&row)
	c.State, c.Note = wire.First(newest.Text("state"), defaultState), newest.Text("comment")
	c.By, c.Changed = newest.Text("updatedBy"), newest.Time("updatedDateTime")
	return c, row.Odd || newest.Odd || c.Title == ""
}

// defaultState is the state of a control that nobody set.
const defaultState = "Default"

// newestState is the last of a profile's controlStateUpdates by time; of those without a
// time, or of the same, the one listed last.
func newestState(row *wire.Row) wire.Row {
	var newest wire.Row
	var at time.Time
	list, _ := row.List("controlStateUpdates")
	for _, one := range list {
		u := wire.Part(one)
		t := u
		if when := t.Time("updatedDateTime"); !when.Before(at) {
			newest, at = u, when
		}
	}
	return newest
}

// controlStates are the words of the service (sheet part B).
var controlStates = []string{defaultState, "Ignored", "ThirdParty", "Reviewed"}

// stateWord spells a state as the service does, whatever its case; "" for another.
func stateWord(s string) string {
	for _, w := range controlStates {
		if strings.EqualFold(w, s) {
			return w
		}
	}
	return ""
}
