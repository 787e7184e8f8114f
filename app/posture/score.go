package posture

import "time"

// Model is a way to calculate a score. Scores of different models say different things
// and are never added, averaged or drawn on one axis.
type Model string

// Models.
const (
	CloudClassic Model = "cloud"      // Defender for Cloud, secureScores "ascScore"
	CloudRisk    Model = "cloud risk" // Defender for Cloud, the newer risk-based score
	M365         Model = "m365"       // Microsoft 365 secure score
)

// Label is the model's name on screen.
func (m Model) Label() string {
	switch m {
	case CloudClassic:
		return "Defender for Cloud (classic)"
	case CloudRisk:
		return "Cloud secure score (risk-based)"
	case M365:
		return "Microsoft 365 secure score"
	}
	return string(m)
}

// Score is one model's score of one scope on one day (UTC).
type Score struct {
	Model Model
	// Scope is a subscription id, or the tenant id for M365; ScopeName is what a person
	// reads.
	Scope, ScopeName string
	Day              time.Time // midnight UTC
	Current, Max     float64
	// Weight is the service's weight of the scope when scopes are summed, 0 without.
	Weight float64
	// Averages are the service's comparisons, as received.
	Averages []Average
	Raw      []byte
}

// Percent is current of maximum, 0 to 100 or beyond where the service says so; ok is
// false where there is no maximum.
func (s Score) Percent() (p float64, ok bool) {
	if s.Max <= 0 {
		return 0, false
	}
	return 100 * s.Current / s.Max, true
}

// Average is a comparison that Microsoft 365 gives.
type Average struct {
	Basis string // AllTenants, TotalSeats, IndustryTypes …
	Score float64
}

// Part is what one control contributed to a score on a day.
type Part struct {
	Model                             Model
	Scope                             string
	Day                               time.Time
	Control, Name                     string
	Current, Max                      float64
	Healthy, Unhealthy, NotApplicable int
}

// Control is a group of recommendations (cloud) or one improvement action (M365).
type Control struct {
	Model Model
	// ID is the control's name at the service, unique within the model.
	ID, Title, Group string
	Max              float64
	// Assessments are the recommendations beneath it (cloud).
	Assessments []string
	// The rest is M365's.
	Service, Tier, UserImpact, Cost, Remediation, URL string
	Threats                                           []string
	Deprecated                                        bool
	// State, Note, By and Changed are the newest controlStateUpdate.
	State, Note, By string
	Changed         time.Time
	// Gone is set where the service lists it no more.
	Gone time.Time
	Raw  []byte
}
