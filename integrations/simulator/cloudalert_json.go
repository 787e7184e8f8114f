package simulator

import (
	"strings"

	"watchfloor/integrations/simulator/story"
)

// intents are the words of the service; other tactics are told as Unknown.
var intents = strings.Fields("Unknown PreAttack InitialAccess Persistence PrivilegeEscalation DefenseEvasion CredentialAccess Discovery LateralMovement Execution Collection Exfiltration CommandAndControl Impact Probing Exploitation")

// alertID is an alert's id: it lies beneath the resource group and location.
func (c *posture) alertID(a *cloudAlert) string {
	return "/subscriptions/" + c.subs[a.sub].id + "/resourceGroups/rg-clinic/providers/Microsoft.Security/locations/" + a.location + "/alerts/" + a.name
}

func (c *posture) alertJSON(j *jw, a *cloudAlert) {
	armResource(j, c.alertID(a), "Microsoft.Security/Locations/alerts", func(j *jw) { c.alertProperties(j, a) })
}

func (c *posture) alertProperties(j *jw, a *cloudAlert) {
	j.open("")
	j.str("version", "2022-01-01")
	j.str("alertType", a.kind)
	j.str("systemAlertId", a.name)
	j.str("productComponentName", "Servers")
	j.str("alertDisplayName", a.title)
	j.str("description", a.about)
	j.str("severity", sentinelSeverity[a.severity])
	j.str("intent", intents[max(0, wordIn(intents, a.intent))])
	j.time("startTimeUtc", a.first)
	j.time("endTimeUtc", a.last)
	entity := "unknown"
	if len(a.things) > 0 {
		entity = a.things[0].Name
	}
	j.list("resourceIdentifiers")
	j.open("")
	j.str("type", "AzureResource")
	j.str("azureResourceId", "/subscriptions/"+c.subs[a.sub].id+"/resourceGroups/rg-clinic/providers/Microsoft.Compute/virtualMachines/"+entity)
	j.end()
	j.open("")
	j.str("type", "LogAnalytics")
	j.str("workspaceId", story.GUID(1, "workspace"))
	j.str("workspaceSubscriptionId", subscriptionID)
	j.str("workspaceResourceGroup", resourceGroup)
	j.str("agentId", story.GUID(c.seed, "agent "+a.name))
	j.end()
	j.endList()
	j.strs("remediationSteps", []string{a.fix})
	j.str("vendorName", "Microsoft")
	j.str("status", a.state)
	j.str("alertUri", "https://portal.azure.com/#blade/Microsoft_Azure_Security_AzureDefenderForData/AlertBlade/alertId/"+a.name+"/subscriptionId/"+c.subs[a.sub].id+"/location/"+a.location)
	j.time("timeGeneratedUtc", a.made)
	j.str("productName", "Microsoft Defender for Cloud")
	j.time("processingEndTimeUtc", a.made)
	j.list("entities")
	for _, x := range a.things {
		cloudThing(j, x)
	}
	j.endList()
	j.bool("isIncident", false)
	j.str("compromisedEntity", entity)
	j.strs("techniques", a.techniques)
	j.open("extendedProperties")
	j.str("resourceType", "Virtual Machine")
	j.str("attempts", "31")
	j.end()
	j.open("supportingEvidence") // the published examples hold numbers and texts where objects are declared
	j.str("type", "tabularEvidences")
	j.str("title", "What was seen")
	j.strs("columns", []string{"Date", "Activity", "Blocked"})
	j.raw("rows", `[["`+stamp(tick(a.last))+`","Log on",false],["`+stamp(tick(a.first))+`","Scan",true]]`)
	j.end()
	j.end()
}

// cloudThing writes an entity: its properties depend on its type, and what the product
// does not know in detail is told by name.
func cloudThing(j *jw, x story.Thing) {
	j.open("")
	switch x.Kind {
	case story.KindAccount:
		name, suffix, _ := strings.Cut(x.Name, "@")
		j.str("type", "account")
		j.str("name", name)
		j.str("upnSuffix", suffix)
		j.str("aadUserId", x.B)
		j.opt("sid", x.C)
	case story.KindHost:
		j.str("type", "host")
		j.str("hostName", x.Name)
	case story.KindIP:
		j.str("type", "ip")
		j.str("address", x.Name)
		j.open("location")
		j.str("countryCode", strings.ToLower(x.A))
		j.str("city", x.C)
		j.end()
	case story.KindAzure:
		j.str("type", "azure-resource")
		j.str("resourceId", x.A)
	case story.KindServicePrincipal:
		j.str("type", "cloud-application")
		j.str("name", x.Name)
		j.str("appId", x.B)
	default:
		j.str("type", "other")
		j.str("name", x.Name)
	}
	j.end()
}
