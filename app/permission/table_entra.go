package permission

import "watchfloor/app"

const (
	p1        = "Entra ID P1"
	p2        = "Entra ID P2"
	workloads = "Workload ID Premium"

	readUser = "User.Read.All"
)

// greater are permissions that allow acting on accounts, and much besides.
var greater = []string{"User.ReadWrite.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"}

var entra = []Feature{
	{
		ID: "entra.users", Source: Entra, At: app.EntraRisk, Does: "Read users at risk", Graph: "IdentityRiskyUser.Read.All", Or: []string{"IdentityRiskyUser.ReadWrite.All"}, Entra: "Security Reader", Roles: readers, Licence: p2,
		Unlocks: "Users at risk and their history.", Costs: "No user at risk is shown.",
	},
	{
		ID: "entra.detections", Source: Entra, At: app.EntraRisk, Does: "Read risk detections", Graph: "IdentityRiskEvent.Read.All", Or: []string{"IdentityRiskEvent.ReadWrite.All"}, Entra: "Security Reader", Roles: readers, Licence: p2,
		Unlocks: "Why a user is at risk.", Costs: "It is not told why a user is at risk.",
	},
	{
		ID: "entra.workloads", Source: Entra, At: app.EntraRisk, Does: "Read workloads at risk", Graph: "IdentityRiskyServicePrincipal.Read.All", Or: []string{"IdentityRiskyServicePrincipal.ReadWrite.All"}, Entra: "Security Reader", Roles: readers, Licence: workloads,
		Unlocks: "Service principals at risk.", Costs: "No service principal at risk is shown.",
	},
	{
		ID: "entra.signins", Source: Entra, At: app.SignIns, Does: "Read the sign-in log", Graph: "AuditLog.Read.All", Entra: "Reports Reader", Roles: logReaders, Licence: p1,
		Unlocks: "Sign-ins, and what is odd about them.", Costs: "No sign-in is shown and none can be compared.",
	},
	{
		ID: "entra.names", Source: Entra, At: app.EntraRisk, Does: "Join names, see roles", Graph: readUser, With: []string{"RoleManagement.Read.Directory"}, Entra: "Directory Readers", Roles: everyReader,
		Unlocks: "Departments, account states and who holds a role.", Costs: "Names come from incidents only, and holders of roles are not marked.",
	},
	{
		ID: "entra.risk", Source: Entra, At: app.EntraRisk, Does: "Dismiss and confirm risk", Write: true, Graph: "IdentityRiskyUser.ReadWrite.All", Entra: "Security Operator", Roles: operators, Licence: p2,
		Unlocks: "Dismissing the risk of users; confirming them compromised or safe.", Costs: "The risk of users stays as it is; such actions are not sent.",
	},
	{
		ID: "entra.workload-risk", Source: Entra, At: app.EntraRisk, Does: "Dismiss and confirm risk of workloads", Write: true, Graph: "IdentityRiskyServicePrincipal.ReadWrite.All", Entra: "Security Administrator", Roles: administrators, Licence: workloads,
		Unlocks: "Dismissing the risk of service principals; confirming them compromised.", Costs: "The risk of workloads stays as it is; such actions are not sent.",
	},
	{
		ID: "entra.feedback", Source: Entra, At: app.EntraRisk, Does: "Judge sign-ins", Write: true, Graph: "IdentityRiskEvent.ReadWrite.All", Entra: "Security Operator", Roles: operators, Licence: p2,
		Unlocks: "Telling Entra which sign-ins were safe or compromised.", Costs: "Sign-ins cannot be called safe or compromised; such actions are not sent.",
	},
	{
		ID: "entra.sessions", Source: Entra, At: app.EntraRisk, Does: "End sessions", Write: true, Graph: "User.RevokeSessions.All", Or: greater, Entra: "User Administrator", Roles: accounts,
		Unlocks: "Ending the sessions of an account.", Costs: "Sessions cannot be revoked.",
	},
	{
		ID: "entra.accounts", Source: Entra, At: app.EntraRisk, Does: "Disable and enable accounts", Write: true, Graph: "User.EnableDisableAccount.All", Or: greater, With: []string{readUser}, Entra: "User Administrator", Roles: accounts,
		Unlocks: "Disabling an account, enabling it again.", Costs: "Accounts cannot be disabled.",
	},
}
