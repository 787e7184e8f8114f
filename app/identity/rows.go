package identity

import "time"

// User is a risky user. ID is the Entra object id.
type User struct {
	ID, UPN, Name string
	Level         Level
	State         State
	Detail        string // riskDetail as received
	Changed       time.Time
	// Deleted and Processing are the service's own words about the account.
	Deleted, Processing bool
	Raw                 []byte
}

// Turn is one step of a risky user's or workload's history.
type Turn struct {
	ID, Subject string // of the row, and of the user or workload
	Level       Level
	State       State
	Detail      string
	// By is who did it, an object id as received, "" for the service itself.
	By string
	At time.Time
	// Events are the riskEventTypes that led to it.
	Events []string
	Raw    []byte
}

// Place is where a sign-in came from, as the service guesses it.
type Place struct {
	City, State, Country string
	Lat, Lon             float64
	// Located is true where the service gave coordinates.
	Located bool
}

// Detection is one risk detection, of a user or of a workload.
type Detection struct {
	ID string
	// Subject is the object id of the user or workload.
	Subject, UPN, Name string
	Workload           bool
	// RequestID is the sign-in it was raised for, "" without one.
	RequestID, CorrelationID string
	Type                     string // riskEventType as received
	Level                    Level
	State                    State
	Detail                   string
	Timing, Activity         string // detectionTimingType, activity
	Issuer, Source           string // tokenIssuerType, source
	IP                       string
	Place                    Place
	// Info is additionalInfo in order, decoded where it could be.
	Info              []Pair
	At                time.Time // of the activity
	Detected, Updated time.Time
	// Twice is true where the cache was given the id more than once with contents that
	// differ in more than risk.
	Twice bool
	Raw   []byte
}

// Pair is a named piece of text.
type Pair struct{ Key, Value string }

// Workload is a risky service principal. ID is its object id.
type Workload struct {
	ID, AppID, Name, Type string
	Enabled               bool
	Level                 Level
	State                 State
	Detail                string
	Changed               time.Time
	Processing            bool
	Raw                   []byte
}

// SignIn is a row of the sign-in log.
type SignIn struct {
	ID                 string // the request id
	At                 time.Time
	UserID, UPN, Name  string
	AppID, App         string
	ClientApp          string // clientAppUsed
	Resource, IP       string
	ASN                int // autonomousSystemNumber, 0 where not told
	Place              Place
	Device             Device
	Access             string // conditionalAccessStatus: success, failure, notApplied …
	MFA                string // how the second factor went, in the service's words, "" where not told
	ErrorCode          int    // status.errorCode, 0 for success
	Failure            string // status.failureReason
	Interactive        bool
	During, Aggregated Level // riskLevelDuringSignIn, riskLevelAggregated
	State              State
	Detail             string
	Types              []string // riskEventTypes_v2
	Correlation        string
	TokenID, Issuer    string // uniqueTokenIdentifier, tokenIssuerType
	Session            string
	Policies           []Policy
	// Twice is true where the cache was given the id more than once with contents that
	// differ in more than risk.
	Twice bool
	Raw   []byte
}

// Device is what a sign-in tells of the machine. Compliant and Managed are "true",
// "false" or "" where not told.
type Device struct {
	ID, Name, OS, Browser, Trust string
	Compliant, Managed           string
}

// Policy is a conditional access policy that was applied to a sign-in.
type Policy struct{ Name, Result string }

// Account is a user of the directory as far as actions and joins need it.
type Account struct {
	ID, UPN, Name string
	// Enabled is "true", "false" or "" where not told.
	Enabled      string
	SessionsFrom time.Time
	// SID is onPremisesSecurityIdentifier, SAM the on-premises DOMAIN\name.
	SID, SAM string
	// Roles are the directory roles held.
	Roles []string
	Raw   []byte
}

// HighValue says why an identity matters more than others.
type HighValue struct {
	// Key is an object id, UPN, SID or device name, in lower case.
	Key, Name string
	// Reason is "role: Global Administrator", "list: …" or "critical asset".
	Reason string
	// Origin is where it was learned: role, list, defender.
	Origin string
}

// Batch is what a pull brings. Rows may repeat; a later one replaces.
type Batch struct {
	Users      []User
	Turns      []Turn
	Workloads  []Workload
	Detections []Detection
	SignIns    []SignIn
	Accounts   []Account
	// HighValue replaces what was known of its Origins, where Origins names any.
	HighValue []HighValue
	Origins   []string
}
