package permission

// Template ids of the Entra roles that matter here, the same in every tenant
// (learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference).
const (
	securityReader   = "5d6b6bb7-de71-4623-b4af-96380a352509"
	globalReader     = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
	reportsReader    = "4a5d8f65-41da-4de4-8968-e035b65339cf"
	securityOperator = "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f"
	securityAdmin    = "194ae4cb-b126-40b2-bd5b-6091b380977d"
	globalAdmin      = "62e90394-69f5-4237-9190-012177145e10"
	userAdmin        = "fe930be7-5e62-47db-91af-98c3a49a38b1"
	authAdmin        = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
	directoryReaders = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
)

// Who may read, change and administer security; who may act on accounts. A target that
// holds a role itself takes a higher one.
var (
	administrators = []string{securityAdmin, globalAdmin}
	operators      = []string{securityOperator, securityAdmin, globalAdmin}
	readers        = []string{securityReader, globalReader, securityOperator, securityAdmin, globalAdmin}
	logReaders     = append([]string{reportsReader}, readers...)
	everyReader    = append([]string{directoryReaders, userAdmin}, readers...)
	accounts       = []string{userAdmin, authAdmin, globalAdmin}
)
