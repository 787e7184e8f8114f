package posture

import "time"

// Meta describes a recommendation: an assessment's metadata.
type Meta struct {
	ID, Title, Description, Remediation string
	Severity                            string // Low, Medium, High, as received
	Categories, Threats                 []string
	Effort, Impact                      string
	Preview                             bool
	Type                                string // BuiltIn, CustomerManaged …
	Raw                                 []byte
}

// Assessment is a recommendation's result for one resource.
type Assessment struct {
	// ID is the recommendation's name, a GUID; Resource the full ARM id.
	ID, Resource string
	// Source is Azure, Aws, Gcp, OnPremise …, as received.
	Source         string
	Subscription   string
	Title          string // displayName
	Code           string // Healthy, Unhealthy, NotApplicable, as received
	Cause, Reason  string
	First, Changed time.Time // firstEvaluationDate, statusChangeDate
	// Risk is the level of the newer model, "" where not told; Factors are its reasons.
	Risk     string
	Factors  []string
	Findings int // sub-assessments, -1 where not counted
	Raw      []byte
}

// Standard is a regulatory compliance standard of a subscription.
type Standard struct {
	Subscription, ID, State              string
	Passed, Failed, Skipped, Unsupported int
	Raw                                  []byte
}

// Requirement is a control of a standard.
type Requirement struct {
	Subscription, Standard, ID, Title, State string
	Passed, Failed, Skipped                  int
	Raw                                      []byte
}

// Contact is who Defender for Cloud notifies about a subscription.
type Contact struct {
	Subscription, Name string // of the subscription, for a person
	// Absent is true where the subscription has none.
	Absent        bool
	Emails        []string
	Phone         string
	On            bool     // isEnabled
	Roles         []string // notified by role; nil where that is off
	AlertSeverity string   // Low, Medium, High, "" without alerts
	AttackLevel   string   // Low, Medium, High, Critical, "" without attack paths
	Raw           []byte
}

// Batch is what a pull brings.
type Batch struct {
	Scores       []Score
	Parts        []Part
	Controls     []Control
	Metas        []Meta
	Assessments  []Assessment
	Standards    []Standard
	Requirements []Requirement
	Contacts     []Contact
	// Counts are sub-assessments by assessment.
	Counts []Count
	// Whole names scopes whose lists of a kind are complete with this batch and those
	// since Began: what was not seen since then is gone.
	Whole []Whole
}

// Count is the number of sub-assessments of an assessment of a resource.
type Count struct {
	ID, Resource string
	N            int
}

// Whole says that all rows of a kind and scope were seen since a time.
type Whole struct {
	Kind  string // controls, assessments, standards, requirements
	Model Model  // of controls
	Scope string
	Began time.Time
}
