package posture

import (
	"watchfloor/app/posture"
	"watchfloor/integrations/azure/wire"
)

const assessments = "/providers/Microsoft.Security/assessments/"

// DecodeAssessment reads a recommendation's result for one resource, and its metadata
// where the answer holds it; those have no ID otherwise.
func DecodeAssessment(raw []byte) (a posture.Assessment, m posture.Meta, odd bool) {
	row := wire.ReadRow(raw)
	id := row.ID("id")
	props := row.Object("properties")
	a = posture.Assessment{
		ID: named(&row, id, raw), Subscription: subscription(&row, id),
		Title: props.Text("displayName"), Findings: -1, Raw: raw,
	}
	a.Resource, _, _ = cutFold(id, assessments)
	at := props.Object("resourceDetails")
	// Resource Graph writes these members with a capital, ARM without.
	a.Source = wire.First(at.Text("source"), at.Text("Source"))
	status := props.Object("status")
	a.Code, a.Cause, a.Reason = status.Text("code"), status.Text("cause"), status.Text("description")
	a.First, a.Changed = status.Time("firstEvaluationDate"), status.Time("statusChangeDate")
	risk := props.Object("risk")
	a.Risk, a.Factors = risk.Text("level"), risk.Texts("riskFactors")
	meta := props.Object("metadata")
	if meta.Has("displayName") || meta.Has("severity") {
		m = decodeMeta(&meta)
		m.ID = a.ID
	}
	return a, m, row.Odd || props.Odd || at.Odd || status.Odd || risk.Odd || meta.Odd || a.Resource == "" || a.Code == ""
}

// DecodeMeta reads a recommendation's description.
func DecodeMeta(raw []byte) (posture.Meta, bool) {
	row := wire.ReadRow(raw)
	props := row.Object("properties")
	m := decodeMeta(&props)
	m.ID, m.Raw = named(&row, row.ID("id"), raw), raw
	return m, row.Odd || props.Odd || m.Title == ""
}

func decodeMeta(props *wire.Row) posture.Meta {
	m := posture.Meta{
		Title: props.Text("displayName"), Description: props.Text("description"),
		Remediation: props.Text("remediationDescription"), Severity: props.Text("severity"),
		Categories: props.Texts("categories"), Threats: props.Texts("threats"),
		Effort: props.Text("implementationEffort"), Impact: props.Text("userImpact"), Type: props.Text("assessmentType"),
	}
	m.Preview, _ = props.Bool("preview")
	return m
}

// DecodeCount reads the number of findings of an assessment as Resource Graph sums it up.
func DecodeCount(raw []byte) (posture.Count, bool) {
	row := wire.ReadRow(raw)
	n := row.Number("n")
	c, ok := countOf(row.Text("assessment"))
	if n == nil || !ok {
		return c, true
	}
	c.N = *n
	return c, row.Odd
}

// countOf names an assessment, or what a finding belongs to, from an id; n is 0.
func countOf(id string) (posture.Count, bool) {
	resource, rest, ok := cutFold(id, assessments)
	name, _, _ := cutFold(rest, "/subAssessments/")
	return posture.Count{ID: name, Resource: resource}, ok && name != "" && resource != ""
}
