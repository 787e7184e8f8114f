package app

import "time"

// Details are everything beneath an incident. A nil slice means the source was not
// asked; an empty one means there is none.
type Details struct {
	Alerts    []Alert
	Entities  []Entity
	Evidence  []Evidence
	Comments  []Comment
	Tasks     []Task
	Bookmarks []Bookmark
}

// Alert is one detection that the source put into an incident.
type Alert struct {
	ID string // remote id
	// ProviderID is the alert's id in the product that raised it, "" where the source
	// does not say. Both services state it, so alerts of twins that share one are the
	// same alert; two that differ may still be.
	ProviderID  string
	Title       string
	Description string
	Severity    Severity
	Status      string // as the source spells it
	Product     string
	Category    string // tactic or category
	Techniques  []string
	Created     time.Time
	First, Last time.Time
	Remediation string
	Raw         []byte // JSON as received
	// TwinOnly says, in a case, that only the incident's twin at the other product has
	// this alert.
	TwinOnly bool
}

// EntityKind is Sentinel's kind in lower case ("account", "host", "ip", "url",
// "file", "filehash", "process", "mailmessage", "mailbox", "azureresource",
// "cloudapplication", "dnsresolution", "malware", "registrykey", …). Graph evidence
// is mapped to the same words; an unknown one keeps its own.
type EntityKind string

// Entity is a person, machine, address or thing that an incident is about.
type Entity struct {
	Kind EntityKind
	// Key identifies the entity within the tenant and kind: a UPN, host name,
	// address, URL, hash; lower case.
	Key string
	// Name is what a person reads.
	Name string
	Raw  []byte
}

// Evidence is an entity in the role it played in one alert, with the service's verdict.
type Evidence struct {
	AlertID     string
	Entity      Entity
	Verdict     string // as received: malicious, suspicious, noThreatsFound, unknown …
	Remediation string // as received: none, remediated, prevented …
	Roles       []string
	Created     time.Time
	Raw         []byte
}

// Comment is a note on an incident.
type Comment struct {
	// ID is the remote id. Sentinel's is chosen by the client; Graph gives none, so
	// the client makes one from author, time and text.
	ID      string
	Author  string
	Text    string
	Created time.Time
	// Pending is true while the comment is only in the outbox.
	Pending bool
}

// Task is a step of an incident's work list (Sentinel).
type Task struct {
	ID, Title, Description string
	Done                   bool
	CreatedBy              string
	Created, Modified      time.Time
	// ETag guards changes; "" for a task that the service does not know yet.
	ETag string
	// Pending is true while the task, or its completion, is only in the outbox.
	Pending bool
}

// Bookmark is a hunting result pinned to an incident (Sentinel).
type Bookmark struct {
	ID, Title, Query, Notes, CreatedBy string
	Created, EventTime                 time.Time
	Raw                                []byte
}
