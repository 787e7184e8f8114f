package posture

import (
	"watchfloor/app/posture"
	"watchfloor/integrations/azure/wire"
)

// DecodeStandard reads a regulatory compliance standard of a subscription.
func DecodeStandard(raw []byte) (posture.Standard, bool) {
	row := wire.ReadRow(raw)
	id := row.ID("id")
	props := row.Object("properties")
	s := posture.Standard{
		Subscription: subscription(&row, id), ID: named(&row, id, raw), State: props.Text("state"),
		Passed: count(&props, "passedControls"), Failed: count(&props, "failedControls"),
		Skipped: count(&props, "skippedControls"), Unsupported: count(&props, "unsupportedControls"), Raw: raw,
	}
	return s, row.Odd || props.Odd || s.Subscription == "" || s.State == ""
}

// DecodeRequirement reads a control of a standard.
func DecodeRequirement(raw []byte) (posture.Requirement, bool) {
	row := wire.ReadRow(raw)
	id := row.ID("id")
	props := row.Object("properties")
	r := posture.Requirement{
		Subscription: subscription(&row, id), Standard: wire.Segment(id, "regulatoryComplianceStandards"),
		ID: named(&row, id, raw), Title: props.Text("description"), State: props.Text("state"),
		Passed: count(&props, "passedAssessments"), Failed: count(&props, "failedAssessments"),
		Skipped: count(&props, "skippedAssessments"), Raw: raw,
	}
	return r, row.Odd || props.Odd || r.Subscription == "" || r.Standard == "" || r.State == ""
}
