package simulator

import (
	"strconv"

	"watchfloor/integrations/simulator/story"
)

var serviceSources = [...]string{
	story.Scheduled: "microsoftSentinel", story.Endpoint: "microsoftDefenderForEndpoint", story.Identity: "microsoftDefenderForIdentity",
	story.CloudApps: "microsoftDefenderForCloudApps", story.Office: "microsoftDefenderForOffice365", story.EntraID: "azureAdIdentityProtection",
	story.CloudDefender: "microsoftDefenderForCloud", story.DLP: "dataLossPrevention", story.AppGovernance: "microsoftAppGovernance", story.XDR: "microsoft365Defender",
}

var detectionSources = [...]string{
	story.Scheduled: "scheduledAlerts", story.Endpoint: "microsoftDefenderForEndpoint", story.Identity: "microsoftDefenderForIdentity",
	story.CloudApps: "cloudAppSecurity", story.Office: "microsoftDefenderForOffice365", story.EntraID: "azureAdIdentityProtection",
	story.CloudDefender: "microsoftDefenderForServers", story.DLP: "microsoftDataLossPrevention", story.AppGovernance: "appGovernanceDetection", story.XDR: "microsoft365Defender",
}

// graphJSON writes an incident as Graph shows it. Without all, enum members added
// later are replaced by unknownFutureValue.
func (t *tenant) graphJSON(j *jw, i int32, expand, all bool) {
	r := &t.recs[i]
	h := t.head(r)
	id := strconv.Itoa(int(r.number))
	j.open("")
	j.str("@odata.type", "#microsoft.graph.security.incident")
	j.str("id", id)
	j.str("incidentWebUrl", incidentURL(r.number))
	if r.redirect > 0 {
		j.str("redirectIncidentId", strconv.Itoa(int(t.recs[r.redirect-1].number)))
	} else {
		j.raw("redirectIncidentId", "null")
	}
	j.str("tenantId", tenantID)
	j.str("displayName", h.Title)
	j.str("createdDateTime", stamp(r.created))
	j.str("lastUpdateDateTime", stamp(r.modified))
	o := t.owners[r.owner]
	j.orNull("assignedTo", firstOf(o.upn, o.name, o.oid))
	j.str("classification", graphClass[r.class])
	j.str("determination", graphDetail[r.detail])
	status := graphStatus[r.status]
	if r.status == story.Awaiting && !all {
		status = "unknownFutureValue"
	}
	j.str("status", status)
	j.str("severity", graphSeverity[r.severity])
	j.strs("customTags", h.Tags)
	j.orNull("description", h.Description)
	by := t.owners[r.modBy]
	j.orNull("lastModifiedBy", firstOf(by.upn, by.name))
	j.orNull("resolvingComment", t.note(r))
	if r.edits != nil && r.edits.summary != "" {
		j.str("summary", r.edits.summary)
	} else {
		j.raw("summary", "null")
	}
	j.num("priorityScore", int64(h.Score))
	j.list("systemTags")
	if r.severity == story.High && h.Scenario != "" {
		j.item("Attack disruption candidate")
	}
	j.endList()
	j.list("comments")
	for _, c := range t.comments(r) {
		graphComment(j, c)
	}
	j.endList()
	if expand {
		j.list("alerts")
		t.graphAlerts(j, i)
		j.endList()
	}
	j.end()
}

func graphComment(j *jw, c comment) {
	j.open("")
	j.str("@odata.type", "#microsoft.graph.security.alertComment")
	j.str("comment", c.text)
	j.str("createdByDisplayName", firstOf(c.author.name, c.author.upn))
	j.str("createdDateTime", stamp(c.created))
	j.end()
}

func (t *tenant) graphAlerts(j *jw, i int32) {
	for _, x := range t.held(i) {
		t.alertJSON(j, x.ref, i, x.Alert)
	}
}

// alertState is what people can change of an alert.
func (t *tenant) alertState(a alertRef) (e alertEdit, touched bool) {
	r := &t.recs[a.incident]
	if r.edits != nil && r.edits.alerts[int(a.ordinal)] != nil {
		return *r.edits.alerts[int(a.ordinal)], true
	}
	e = alertEdit{status: 1, modified: r.modified}
	switch r.status {
	case story.Closed, story.Redirected:
		e.status, e.class = 3, uint8(r.class)
		e.detail = r.detail
	case story.Active, story.Awaiting:
		e.status = 2
	}
	return e, false
}

func (t *tenant) alertJSON(j *jw, ref alertRef, in int32, a story.Alert) {
	r := &t.recs[ref.incident]
	id, number := t.alertID(ref), t.recs[in].number
	e, _ := t.alertState(ref)
	j.open("")
	j.str("@odata.type", "#microsoft.graph.security.alert")
	j.str("id", id)
	j.str("providerAlertId", id)
	j.str("incidentId", strconv.Itoa(int(number)))
	j.str("status", alertStatus[e.status])
	j.str("severity", graphSeverity[a.Severity])
	j.str("classification", graphClass[e.class])
	j.str("determination", graphDetail[e.detail])
	j.str("serviceSource", serviceSources[a.Product])
	j.str("detectionSource", detectionSources[a.Product])
	j.str("productName", componentNames[a.Product])
	j.str("detectorId", story.GUID(uint64(a.Product), "detector"+a.Tactic))
	j.str("tenantId", tenantID)
	j.str("title", a.Title)
	j.str("description", a.Description)
	j.str("recommendedActions", a.Remediation)
	j.str("category", a.Tactic)
	j.strs("categories", []string{a.Tactic})
	assigned := t.owners[r.owner].upn
	if e.assigned != nil {
		assigned = *e.assigned
	}
	j.orNull("assignedTo", assigned)
	j.str("alertWebUrl", "https://security.microsoft.com/alerts/"+id+"?tid="+tenantID)
	j.str("incidentWebUrl", incidentURL(number))
	j.raw("actorDisplayName", "null")
	j.raw("threatDisplayName", "null")
	j.raw("threatFamilyName", "null")
	j.strs("mitreTechniques", a.Techniques)
	j.str("createdDateTime", stamp(tick(a.Created)))
	j.str("lastUpdateDateTime", stamp(max(e.modified, tick(a.Created))))
	if e.status == 3 {
		j.str("resolvedDateTime", stamp(max(e.modified, tick(a.Created))))
	} else {
		j.raw("resolvedDateTime", "null")
	}
	j.str("firstActivityDateTime", stamp(tick(a.First)))
	j.str("lastActivityDateTime", stamp(tick(a.Last)))
	j.str("investigationState", "unsupportedAlertType")
	j.list("systemTags")
	j.endList()
	j.list("comments")
	for _, c := range e.comments {
		graphComment(j, c)
	}
	j.endList()
	if e.custom != nil {
		j.raw("customDetails", string(e.custom))
	}
	j.list("evidence")
	for _, x := range a.Things {
		t.evidenceJSON(j, x, a)
	}
	j.endList()
	j.end()
}
