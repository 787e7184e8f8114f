package posture

import (
	"time"

	"watchfloor/app/posture"
	"watchfloor/integrations/azure/wire"
)

// classic is the name of the score of the default initiative.
const classic = "ascScore"

// DecodeScore reads a secure score of a subscription; name is that of its initiative.
func DecodeScore(raw []byte, day time.Time) (s posture.Score, name string, odd bool) {
	row := wire.ReadRow(raw)
	id := row.ID("id")
	s = posture.Score{Model: posture.CloudClassic, Scope: subscription(&row, id), Day: day, Raw: raw}
	name = named(&row, id, raw)
	props := row.Object("properties")
	score := props.Object("score")
	var hasCurrent, hasMax bool
	s.Current, hasCurrent = score.Float("current")
	s.Max, hasMax = score.Float("max")
	s.Weight, _ = props.Float("weight")
	return s, name, row.Odd || props.Odd || score.Odd || s.Scope == "" || !hasCurrent || !hasMax
}

// DecodePart reads a control's contribution to a subscription's score. The control is
// empty where the answer does not define it.
func DecodePart(raw []byte, day time.Time) (p posture.Part, c posture.Control, odd bool) {
	row := wire.ReadRow(raw)
	id := row.ID("id")
	props := row.Object("properties")
	score := props.Object("score")
	p = posture.Part{
		Model: posture.CloudClassic, Scope: subscription(&row, id), Day: day,
		Control: named(&row, id, raw), Name: props.Text("displayName"),
	}
	var hasCurrent, hasMax bool
	p.Current, hasCurrent = score.Float("current")
	p.Max, hasMax = score.Float("max")
	p.Healthy = count(&props, "healthyResourceCount")
	p.Unhealthy = count(&props, "unhealthyResourceCount")
	p.NotApplicable = count(&props, "notApplicableResourceCount")
	definition := props.Object("definition")
	if definition.Has("properties") {
		c, _ = decodeDefinition(definition, nil)
		c.ID = p.Control
	}
	return p, c, row.Odd || props.Odd || score.Odd || definition.Odd || p.Scope == "" || !hasCurrent || !hasMax
}

// DecodeDefinition reads what a control is.
func DecodeDefinition(raw []byte) (posture.Control, bool) {
	return decodeDefinition(wire.ReadRow(raw), raw)
}

func decodeDefinition(row wire.Row, raw []byte) (posture.Control, bool) {
	props := row.Object("properties")
	id := row.ID("id")
	c := posture.Control{Model: posture.CloudClassic, ID: named(&row, id, raw), Title: props.Text("displayName"), Raw: raw}
	c.Max, _ = props.Float("maxScore")
	list, _ := props.List("assessmentDefinitions")
	for _, one := range list {
		a := wire.Part(one)
		if name := lastSegment(a.ID("id")); name != "" {
			c.Assessments = append(c.Assessments, name)
		}
	}
	source := props.Object("source")
	c.Group = source.Text("sourceType")
	return c, row.Odd || props.Odd || c.Title == ""
}

// count is a whole number of things, 0 where it is not told.
func count(row *wire.Row, name string) int {
	if n := row.Number(name); n != nil {
		return *n
	}
	return 0
}
