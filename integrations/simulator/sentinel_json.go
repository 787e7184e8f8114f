package simulator

import (
	"fmt"
	"time"

	"watchfloor/integrations/simulator/story"
)

var productNames = [...]string{
	story.Scheduled: "Azure Sentinel", story.Endpoint: "Microsoft Defender Advanced Threat Protection",
	story.Identity: "Azure Advanced Threat Protection", story.CloudApps: "Microsoft Cloud App Security", story.Office: "Office 365 Advanced Threat Protection",
	story.EntraID: "Azure Active Directory Identity Protection", story.CloudDefender: "Azure Security Center", story.DLP: "Microsoft Data Loss Prevention",
	story.AppGovernance: "Microsoft Application Protection", story.XDR: "Microsoft 365 Defender",
}

// sentinelJSON writes an incident as ARM shows it.
func (t *tenant) sentinelJSON(j *jw, i int32) {
	r := &t.recs[i]
	h := t.head(r)
	name := t.name(r)
	j.open("")
	j.str("id", wsPrefix+"/Incidents/"+name)
	j.str("name", name)
	j.str("etag", r.etag())
	j.str("type", "Microsoft.SecurityInsights/Incidents")
	j.open("properties")
	j.str("title", h.Title)
	j.opt("description", h.Description)
	j.str("severity", sentinelSeverity[r.severity])
	j.str("status", sentinelStatus[r.status])
	if r.class != story.None {
		j.str("classification", sentinelClass[r.class])
		j.opt("classificationReason", sentinelReason[r.detail])
		j.opt("classificationComment", t.note(r))
	}
	o := t.owners[r.owner]
	j.open("owner")
	j.opt("objectId", o.oid)
	j.opt("email", o.upn)
	j.opt("assignedTo", o.name)
	j.opt("userPrincipalName", o.upn)
	if o.kind != "" {
		j.str("ownerType", o.kind)
	}
	j.end()
	j.list("labels")
	for n, tag := range h.Tags {
		kind := "User"
		if r.edits != nil && n < len(r.edits.labels) {
			kind = r.edits.labels[n].kind
		} else if h.Scenario != "" && (r.edits == nil || r.edits.tags == nil) {
			kind = "AutoAssigned"
		}
		j.open("")
		j.str("labelName", tag)
		j.str("labelType", kind)
		j.end()
	}
	j.endList()
	first, last := t.activity(r)
	if first != 0 {
		j.str("firstActivityTimeUtc", stamp(first))
		j.str("lastActivityTimeUtc", stamp(last))
	}
	j.str("lastModifiedTimeUtc", stamp(r.modified))
	j.str("createdTimeUtc", stamp(r.created))
	j.num("incidentNumber", int64(r.number))
	j.open("additionalData")
	j.num("alertsCount", int64(t.alertCount(i)))
	j.num("bookmarksCount", int64(t.bookmarkCount(r)))
	j.num("commentsCount", int64(len(t.comments(r))))
	j.list("alertProductNames")
	for _, p := range h.Products {
		j.item(productNames[p])
	}
	j.endList()
	j.strs("tactics", h.Tactics)
	if r.twin > 0 {
		j.str("providerIncidentUrl", incidentURL(t.recs[r.twin-1].number))
	}
	j.end()
	j.list("relatedAnalyticRuleIds")
	if r.told() && r.twin == 0 {
		j.item(wsPrefix + "/alertRules/" + story.GUID(uint64(r.plan.Template)<<8|uint64(r.plan.Sort), "rule"+h.Rule))
	}
	j.endList()
	j.str("incidentUrl", "https://portal.azure.com/#asset/Microsoft_Azure_Security_Insights/Incident"+wsPrefix+"/Incidents/"+name)
	if r.twin > 0 {
		j.str("providerName", "Microsoft XDR")
		j.str("providerIncidentId", fmt.Sprint(t.recs[r.twin-1].number))
	} else {
		j.str("providerName", "Azure Sentinel")
		j.str("providerIncidentId", fmt.Sprint(r.number))
	}
	j.end()
	j.end()
}

// activity is when the first and last event behind the incident happened; 0 unknown.
func (t *tenant) activity(r *record) (first, last int64) {
	if e := r.edits; e != nil && e.firstAct != 0 {
		return e.firstAct, e.lastAct
	}
	if !r.told() {
		return 0, 0
	}
	return r.created - int64(7*time.Minute), max(tick(r.life.LastAlert), r.created) - int64(2*time.Minute)
}

func incidentURL(id uint32) string {
	return fmt.Sprintf("https://security.microsoft.com/incident2/%d/overview?tid=%s", id, tenantID)
}

// personJSON writes who made something, as Sentinel's ClientInfo.
func personJSON(j *jw, k string, o owner) {
	j.open(k)
	j.opt("objectId", o.oid)
	j.opt("email", o.upn)
	j.opt("name", o.name)
	j.opt("userPrincipalName", o.upn)
	j.end()
}

func (t *tenant) commentJSON(j *jw, incident string, c comment) {
	j.open("")
	j.str("id", wsPrefix+"/Incidents/"+incident+"/Comments/"+c.id)
	j.str("name", c.id)
	j.str("type", "Microsoft.SecurityInsights/Incidents/Comments")
	j.str("etag", childETag(c.id, c.rev))
	j.open("properties")
	j.str("message", c.text)
	j.str("createdTimeUtc", stamp(c.created))
	j.str("lastModifiedTimeUtc", stamp(c.modified))
	personJSON(j, "author", c.author)
	j.end()
	j.end()
}

func (t *tenant) taskJSON(j *jw, incident string, k task) {
	j.open("")
	j.str("id", wsPrefix+"/Incidents/"+incident+"/Tasks/"+k.id)
	j.str("name", k.id)
	j.str("type", "Microsoft.SecurityInsights/Incidents/Tasks")
	j.str("etag", childETag(k.id, k.rev))
	j.open("properties")
	j.str("title", k.title)
	j.opt("description", k.desc)
	status := "New"
	if k.done {
		status = "Completed"
	}
	j.str("status", status)
	j.str("createdTimeUtc", stamp(k.created))
	j.str("lastModifiedTimeUtc", stamp(k.modified))
	personJSON(j, "createdBy", k.by)
	personJSON(j, "lastModifiedBy", k.modBy)
	j.end()
	j.end()
}
