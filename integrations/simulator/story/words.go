package story

// Severity of an incident or alert, ascending.
type Severity uint8

// Severities.
const (
	Informational Severity = iota
	Low
	Medium
	High
)

// Status is where an incident stands, in neutral words.
type Status uint8

// Statuses. Redirected and Awaiting exist at Defender only.
const (
	New Status = iota
	Active
	Closed
	Redirected
	Awaiting
)

// Class is the classification of an incident.
type Class uint8

// Classifications; None is an incident nobody classified.
const (
	None Class = iota
	Undetermined
	TruePositive
	BenignPositive
	FalsePositive
)

// Side says at which product an incident exists.
type Side uint8

// Sides.
const (
	Sentinel Side = iota
	Defender
	Both // twins: one at each, joined by the provider's incident id
)

// Product is where an alert comes from.
type Product uint8

// Products.
const (
	Scheduled Product = iota // a Sentinel analytics rule
	Endpoint
	Identity
	CloudApps
	Office
	EntraID
	CloudDefender
	DLP
	AppGovernance
	XDR
)
