package permission

import "watchfloor/app"

// Headings of the services, as findings name them.
const (
	Sentinel = "Sentinel"
	Defender = "Defender XDR"
	Entra    = "Entra ID"
	Cloud    = "Defender for Cloud"
	Score    = "Microsoft 365 score"
)

const (
	sentinelReader    = "Microsoft Sentinel Reader"
	sentinelResponder = "Microsoft Sentinel Responder"
)

var sentinel = []Feature{
	{
		ID: "sentinel.read", Source: Sentinel, At: app.Sentinel, Does: "Read incidents", Azure: sentinelReader, Place: Group, Action: "Microsoft.SecurityInsights/incidents/read",
		Unlocks: "Incidents of the workspace with alerts, evidence, comments and tasks.", Costs: "No incident of Sentinel is shown.",
	},
	{
		ID: "sentinel.change", Source: Sentinel, At: app.Sentinel, Does: "Change incidents", Write: true, Azure: sentinelResponder, Place: Group, Action: "Microsoft.SecurityInsights/incidents/write",
		Unlocks: "Status, severity, owner and labels; closing.", Costs: "Status, severity, owner and labels stay as they are at Sentinel; such actions are not sent.",
	},
	{
		ID: "sentinel.comment", Source: Sentinel, At: app.Sentinel, Does: "Comment", Write: true, Azure: sentinelResponder, Place: Group, Action: "Microsoft.SecurityInsights/incidents/comments/write",
		Unlocks: "Comments on incidents.", Costs: "Comments on incidents of Sentinel are not sent.",
	},
	{
		ID: "sentinel.tasks", Source: Sentinel, At: app.Sentinel, Does: "Add and complete tasks", Write: true, Azure: sentinelResponder, Place: Group, Action: "Microsoft.SecurityInsights/incidents/tasks/write",
		Unlocks: "Tasks of incidents: add, complete.", Costs: "Tasks can be read only.",
	},
}

var defender = []Feature{
	{
		ID: "defender.read", Source: Defender, At: app.Defender, Does: "Read incidents", Graph: "SecurityIncident.Read.All", Or: []string{"SecurityIncident.ReadWrite.All"}, Entra: "Security Reader", Roles: readers,
		Unlocks: "Incidents of Defender XDR with alerts, evidence and comments.", Costs: "No incident of Defender XDR is shown.",
	},
	{
		ID: "defender.change", Source: Defender, At: app.Defender, Does: "Change and comment", Write: true, Graph: "SecurityIncident.ReadWrite.All", Entra: "Security Operator", Roles: operators,
		Unlocks: "Status, owner, classification, labels and comments; closing.", Costs: "Status, owner, classification and comments stay as they are at Defender XDR; such actions are not sent.",
	},
	{
		ID: "defender.merge", Source: Defender, At: app.Defender, Does: "Merge incidents, move alerts", Write: true, Graph: "SecurityData.Manage.All", Entra: "Security Operator", Roles: operators,
		Unlocks: "Merging incidents, moving alerts between them.", Costs: "Incidents of Defender XDR cannot be merged and alerts not moved.",
	},
}

var cloud = []Feature{
	{
		ID: "cloud.read", Source: Cloud, At: app.CloudPosture, Does: "Read scores and recommendations", Azure: "Security Reader", Place: Subscriptions, Action: "Microsoft.Security/secureScores/read",
		Unlocks: "Secure scores, recommendations, compliance, contacts and alerts of Azure.", Costs: "No secure score, recommendation, compliance or contact of Azure is shown.",
	},
	{
		ID: "cloud.contacts", Source: Cloud, At: app.CloudPosture, Does: "Change contacts", Write: true, Azure: "Security Admin", Place: Subscriptions, Action: "Microsoft.Security/securityContacts/write",
		Unlocks: "Editing who is told of incidents.", Costs: "Security contacts can be read only.",
	},
	{
		ID: "cloud.alerts", Source: Cloud, At: app.Cloud, Does: "Change alerts", Write: true, Azure: "Security Admin", Place: Subscriptions, Action: "Microsoft.Security/locations/alerts/dismiss/action",
		Unlocks: "The status of alerts of Defender for Cloud.", Costs: "Alerts of Defender for Cloud can be read only.",
	},
}

var score = []Feature{
	{
		ID: "score.read", Source: Score, At: app.M365Score, Does: "Read the score", Graph: "SecurityEvents.Read.All", Or: []string{"SecurityEvents.ReadWrite.All"}, Entra: "Security Reader", Roles: readers,
		Unlocks: "The Microsoft 365 secure score and its controls.", Costs: "The Microsoft 365 secure score and its controls are not shown.",
	},
	{
		ID: "score.controls", Source: Score, At: app.M365Score, Does: "Change control states", Write: true, Graph: "SecurityEvents.ReadWrite.All", Entra: "Security Administrator", Roles: administrators,
		Unlocks: "Setting the state of controls.", Costs: "States of controls can be read only.",
	},
}
