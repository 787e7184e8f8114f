package simulator

// improvement is a control of the Microsoft 365 secure score.
type improvement struct {
	id, title, category, service string
	tier, impact, cost, action   string
	threats                      string // separated by commas
	max                          float64
	begins, ends                 int // days; 0 = always
	above                        float64
	deprecated                   bool
}

const (
	// m365Dropped is the day on which m365DropControl loses its points; nothing else moves
	// two days before and after it.
	m365Dropped     = -6
	m365DropControl = "aad_block_legacy_authentication"
)

var improvements = []improvement{
	{id: "AdminMFAV2", title: "Ensure multifactor authentication is enabled for all users in administrative roles", category: "Identity", service: "AzureAD", tier: "Core", impact: "Low", cost: "Low", action: "Config", threats: "Password Cracking,Account Breach,Elevation of Privilege", max: 10},
	{id: "MFARegistrationV2", title: "Ensure multifactor authentication is enabled for all users", category: "Identity", service: "AzureAD", tier: "Core", impact: "High", cost: "High", action: "Config", threats: "Password Cracking,Account Breach", max: 9},
	{id: m365DropControl, title: "Enable policy to block legacy authentication", category: "Identity", service: "AzureAD", tier: "Core", impact: "Moderate", cost: "Moderate", action: "Config", threats: "Password Cracking,Account Breach", max: 8},
	{id: "SigninRiskPolicy", title: "Protect all users with a sign-in risk policy", category: "Identity", service: "AzureAD", tier: "Core", impact: "Moderate", cost: "Moderate", action: "Config", threats: "Account Breach", max: 7},
	{id: "UserRiskPolicy", title: "Protect all users with a user risk policy", category: "Identity", service: "AzureAD", tier: "Core", impact: "Moderate", cost: "Moderate", action: "Config", threats: "Account Breach", max: 7},
	{id: "OneAdmin", title: "Designate more than one global admin", category: "Identity", service: "AzureAD", tier: "Core", impact: "Low", cost: "Low", action: "Config", threats: "Account Breach", max: 1},
	{id: "RoleOverlap", title: "Use least privileged administrative roles", category: "Identity", service: "AzureAD", tier: "Core", impact: "Low", cost: "Low", action: "Review", threats: "Malicious Insider,Elevation of Privilege", max: 1},
	{id: "PWAgePolicyNew", title: "Do not let passwords expire", category: "Identity", service: "AzureAD", tier: "Core", impact: "Low", cost: "Low", action: "Config", threats: "Password Cracking", max: 8},
	{id: "IntegratedApps", title: "Do not allow users to grant consent to unreliable applications", category: "Identity", service: "AzureAD", tier: "Core", impact: "Moderate", cost: "Low", action: "Config", threats: "Data Exfiltration", max: 4},
	{id: "SelfServicePasswordReset", title: "Let users reset their own passwords", category: "Identity", service: "AzureAD", tier: "Core", impact: "Moderate", cost: "Moderate", action: "Config", threats: "Account Breach", max: 1},
	{id: "mip_dlp_policies", title: "Publish policies against the loss of data", category: "Data", service: "MIP", tier: "Advanced", impact: "Moderate", cost: "Moderate", action: "Config", threats: "Data Exfiltration,Data Spillage", max: 5},
	{id: "mip_sensitivity_labels", title: "Publish sensitivity labels to users", category: "Data", service: "MIP", tier: "Advanced", impact: "Moderate", cost: "High", action: "Behavior", threats: "Data Spillage", max: 5},
	{id: "spo_idle_session", title: "Sign out people who left SharePoint open", category: "Apps", service: "SPO", tier: "Defense in Depth", impact: "Low", cost: "Low", action: "Config", threats: "Data Exfiltration", max: 1, above: 0.5},
	{id: "spo_external_sharing", title: "Manage external sharing in SharePoint and OneDrive", category: "Apps", service: "SPO", tier: "Core", impact: "Moderate", cost: "Moderate", action: "Review", threats: "Data Spillage,Malicious Insider", max: 3},
	{id: "exo_safe_links", title: "Rewrite links in mail and check them when they are opened", category: "Apps", service: "MDO", tier: "Advanced", impact: "Low", cost: "Low", action: "Config", threats: "Phishing or Whaling", max: 9},
	{id: "exo_safe_attachments", title: "Open attachments of mail in a sandbox first", category: "Apps", service: "MDO", tier: "Advanced", impact: "Low", cost: "Low", action: "Config", threats: "Phishing or Whaling", max: 8},
	{id: "exo_impersonation", title: "Protect the people who are imitated most", category: "Apps", service: "MDO", tier: "Advanced", impact: "Low", cost: "Low", action: "Config", threats: "Phishing or Whaling,Spoofing", max: 8},
	{id: "exo_mailbox_audit", title: "Record who reads mailboxes", category: "Apps", service: "EXO", tier: "Core", impact: "Low", cost: "Low", action: "Config", threats: "Malicious Insider,Data Exfiltration", max: 3},
	{id: "exo_forwarding", title: "Forbid forwarding of mail to other companies", category: "Apps", service: "EXO", tier: "Core", impact: "Moderate", cost: "Low", action: "Config", threats: "Data Exfiltration", max: 3},
	{id: "mdca_file_monitoring", title: "Watch files in cloud applications", category: "Apps", service: "MCAS", tier: "Advanced", impact: "Low", cost: "Low", action: "Config", threats: "Data Exfiltration", max: 5, begins: -45},
	{id: "scid_2010", title: "Turn on protection against changes of the antivirus", category: "Device", service: "MDATP", tier: "Core", impact: "Low", cost: "Low", action: "Config", threats: "Elevation of Privilege", max: 9},
	{id: "scid_2016", title: "Turn on cloud-delivered protection", category: "Device", service: "MDATP", tier: "Core", impact: "Low", cost: "Low", action: "Config", threats: "Data Deletion", max: 9},
	{id: "scid_96", title: "Encrypt every system drive", category: "Device", service: "MDATP", tier: "Core", impact: "Moderate", cost: "Moderate", action: "Config", threats: "Data Spillage", max: 9},
	{id: "scid_2500", title: "Block all Office applications from creating child processes", category: "Device", service: "MDATP", tier: "Advanced", impact: "Moderate", cost: "Moderate", action: "Config", threats: "Account Breach", max: 9},
	{id: "legacy_mobile_check", title: "Require a code on phones that read mail", category: "Device", service: "Intune", tier: "Core", impact: "Low", cost: "Low", action: "Config", threats: "Data Spillage", max: 5, ends: -20, deprecated: true},
	{id: "legacy_app_passwords", title: "Find application passwords that nobody uses", category: "Identity", service: "AzureAD", tier: "Core", impact: "Low", cost: "Low", action: "Review", threats: "Account Breach", max: 2, ends: 7, deprecated: true},
	{id: "teams_lobby", title: "Nur Personen der Organisation umgehen den Wartebereich", category: "Zusammenarbeit", service: "Teams", tier: "Kern", impact: "Gering", cost: "Gering", action: "Config", threats: "Kontoübernahme", max: 2},
}
