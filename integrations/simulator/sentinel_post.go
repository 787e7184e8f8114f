package simulator

import (
	"net/http"
	"strconv"
	"strings"

	"watchfloor/integrations/simulator/story"
)

// postSentinel answers the three POSTs that read what is beneath an incident.
func (s *Server) postSentinel(w http.ResponseWriter, r *http.Request, name, what string) {
	what = strings.ToLower(what)
	s.count("sentinel " + what)
	s.t.mu.RLock()
	defer s.t.mu.RUnlock()
	i, ok := s.t.sentinelAt(name)
	if !ok {
		noIncident(w, name)
		return
	}
	switch what {
	case "alerts":
		writeAnswer(w, http.StatusOK, func(j *jw) { s.t.sentinelAlerts(j, i) })
	case "entities":
		writeAnswer(w, http.StatusOK, func(j *jw) { s.t.sentinelEntities(j, i) })
	case "bookmarks":
		writeAnswer(w, http.StatusOK, func(j *jw) { s.t.incidentBookmarks(j, i) })
	case "runplaybook":
		w.WriteHeader(http.StatusNoContent)
	default:
		armError(w, http.StatusNotFound, "InvalidResourceType", "The resource type '"+what+"' could not be found.")
	}
}

func (t *tenant) sentinelAlerts(j *jw, i int32) {
	r := &t.recs[i]
	j.open("")
	j.list("value")
	for _, x := range t.held(i) {
		a := x.Alert
		id := story.GUID(t.recs[x.ref.incident].plan.Seed, "alert "+strconv.Itoa(int(x.ref.ordinal)))
		provider := id
		if r.twin > 0 {
			provider = t.alertID(x.ref)
		}
		j.open("")
		j.str("id", wsPrefix+"/Entities/"+id)
		j.str("name", id)
		j.str("type", "Microsoft.SecurityInsights/Entities")
		j.str("kind", "SecurityAlert")
		j.open("properties")
		j.str("systemAlertId", id)
		j.strs("tactics", []string{a.Tactic})
		j.str("alertDisplayName", a.Title)
		j.str("description", a.Description)
		j.str("confidenceLevel", "Unknown")
		j.str("severity", sentinelSeverity[a.Severity])
		j.str("vendorName", "Microsoft")
		j.str("productName", productNames[a.Product])
		j.str("productComponentName", componentNames[a.Product])
		j.str("alertType", story.GUID(uint64(r.plan.Template), "type"+a.Title))
		j.str("providerAlertId", provider)
		j.str("processingEndTime", stamp(tick(a.Created)))
		status := "New"
		if r.status == story.Closed {
			status = "Resolved"
		} else if r.status == story.Active {
			status = "InProgress"
		}
		j.str("status", status)
		j.str("startTimeUtc", stamp(tick(a.First)))
		j.str("endTimeUtc", stamp(tick(a.Last)))
		j.str("timeGenerated", stamp(tick(a.Created)))
		if len(a.Things) > 0 {
			j.str("compromisedEntity", a.Things[0].Name)
		}
		j.strs("remediationSteps", []string{a.Remediation})
		j.list("resourceIdentifiers")
		j.open("")
		j.str("type", "LogAnalytics")
		j.str("workspaceId", story.GUID(1, "workspace"))
		j.str("subscriptionId", subscriptionID)
		j.str("resourceGroup", resourceGroup)
		j.end()
		j.endList()
		j.open("additionalData")
		j.str("Techniques", `["`+strings.Join(a.Techniques, `","`)+`"]`)
		j.str("OriginalProductName", productNames[a.Product])
		j.end()
		j.str("friendlyName", a.Title)
		j.end()
		j.end()
	}
	j.endList()
	j.end()
}

// componentNames are what analysts call the products.
var componentNames = [...]string{
	story.Scheduled: "Scheduled Alerts", story.Endpoint: "Microsoft Defender for Endpoint",
	story.Identity: "Microsoft Defender for Identity", story.CloudApps: "Microsoft Defender for Cloud Apps", story.Office: "Microsoft Defender for Office 365",
	story.EntraID: "Microsoft Entra ID Protection", story.CloudDefender: "Microsoft Defender for Cloud", story.DLP: "Microsoft Purview Data Loss Prevention",
	story.AppGovernance: "App Governance", story.XDR: "Microsoft Defender XDR",
}

func (t *tenant) sentinelEntities(j *jw, i int32) {
	var kinds []string
	count := map[string]int{}
	seen := map[string]bool{}
	j.open("")
	j.list("entities")
	for _, a := range t.held(i) {
		for _, x := range a.Things {
			if x = asEntity(x); seen[x.Key()] {
				continue
			}
			seen[x.Key()] = true
			for _, kind := range t.entityJSON(j, x) {
				if count[kind]++; count[kind] == 1 {
					kinds = append(kinds, kind)
				}
			}
		}
	}
	j.endList()
	j.list("metaData")
	for _, k := range kinds {
		j.open("")
		j.str("entityKind", k)
		j.num("count", int64(count[k]))
		j.end()
	}
	j.endList()
	j.end()
}

func (t *tenant) incidentBookmarks(j *jw, i int32) {
	j.open("")
	j.list("value")
	for _, x := range t.relations(i) {
		kind, name := relatedKind(x.resource)
		b := (*bookmark)(nil)
		if sb := t.storyBookmark(&t.recs[i]); kind == "bookmarks" && sb != nil && strings.EqualFold(sb.id, name) {
			b = sb
		} else if kind == "bookmarks" {
			b = t.bookmarkAt(name)
		}
		if b == nil || b.deleted {
			continue
		}
		j.open("")
		j.str("id", wsPrefix+"/Bookmarks/"+b.id)
		j.str("name", b.id)
		j.str("type", "Microsoft.SecurityInsights/Entities")
		j.str("kind", "Bookmark")
		j.open("properties")
		bookmarkFields(j, b)
		j.str("friendlyName", b.title)
		j.open("additionalData")
		j.str("ETag", childETag(b.id, b.rev))
		j.str("EntityId", b.id)
		j.end()
		j.end()
		j.end()
	}
	j.endList()
	j.end()
}
