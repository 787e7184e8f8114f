package posture

import (
	"context"
	"time"
)

// Group is where a recommendation belongs on screen.
type Group string

// Groups, in the order of the screen.
const (
	Machines     Group = "Machines"
	Network      Group = "Network"
	Storage      Group = "Storage and data"
	Applications Group = "Applications"
	People       Group = "Identity"
	Other        Group = "Other"
)

// Pin is one of the six risks that Microsoft's guidance puts first.
type Pin string

// Pins, in the order of the screen.
const (
	PinUpdates       Pin = "Missing updates"
	PinEndpoint      Pin = "Endpoint protection"
	PinEncryption    Pin = "Encryption"
	PinConfiguration Pin = "Configuration"
	PinFirewall      Pin = "Missing web application firewall"
	PinInternet      Pin = "Internet-facing machines"
)

// Recommendation is a metadata row with its results over all subscriptions.
type Recommendation struct {
	Meta
	Group   Group
	Pins    []Pin
	Control string // title of the control it belongs to
	// Increase is what the score of Model would gain, in points of the control's
	// maximum over all subscriptions, if all became healthy.
	Increase                          float64
	Healthy, Unhealthy, NotApplicable int
	Risk                              string // the highest of its unhealthy resources
	// First is since when the oldest of its unhealthy resources is so: the change of its
	// status, or its first evaluation where that is not told.
	First time.Time
	Owner string // kept locally
	Due   time.Time
	Note  string
	Marks []string
}

// Order sorts recommendations.
type Order string

// Orders.
const (
	ByIncrease Order = "increase" // most points first
	ByRisk     Order = "risk"     // highest risk or severity first
	ByAge      Order = "age"      // oldest first
)

// Ask limits recommendations. The zero value lists all that have unhealthy resources.
type Ask struct {
	Words        string // in title, description or id
	Group        Group
	Pin          Pin
	Control      string // its id
	Subscription string
	Healthy      bool // those without unhealthy resources too
	Order        Order
}

// Pinned is one of the six risks with its trend.
type Pinned struct {
	Pin       Pin
	Unhealthy int
	Trend     []DayCount // one a day, oldest first
}

// DayCount is a number on a day (UTC).
type DayCount struct {
	Day time.Time
	N   int
}

// Step is a bar of the waterfall between two days: what one control added or took.
type Step struct {
	Control, Name string
	From, To      float64
	// MaxFrom and MaxTo differ where the control's maximum moved.
	MaxFrom, MaxTo float64
	Came, Went     bool // it is on one of the two days only
}

// Waterfall explains a score's move between two days of one model and scope. The steps
// with Rest add up to To - From; the largest moves are first.
type Waterfall struct {
	Model          Model
	Scope          string
	FromDay, ToDay time.Time // of the rows used: the last at or before those asked for
	From, To       Score
	Steps          []Step
	Rest           float64 // what no control explains
}

// Local is what this client keeps about a recommendation.
type Local struct {
	Owner, Note string
	Due         time.Time // zero without
}

// Reader reads the posture of one tenant from its cache. Safe for concurrent use; not for
// the UI goroutine.
type Reader interface {
	// Latest is the newest score of each model and scope, ordered by model and name.
	Latest(ctx context.Context) ([]Score, error)
	// History is one score a day, oldest first; a day that was not seen is absent.
	History(ctx context.Context, m Model, scope string, from, to time.Time) ([]Score, error)
	// Parts are the contributions on the last day at or before day.
	Parts(ctx context.Context, m Model, scope string, day time.Time) ([]Part, error)
	// Waterfall compares two days.
	Waterfall(ctx context.Context, m Model, scope string, from, to time.Time) (Waterfall, error)
	Controls(ctx context.Context, m Model) ([]Control, error)
	Recommendations(ctx context.Context, a Ask) ([]Recommendation, error)
	// Resources are the results of a recommendation, unhealthy first, after a resource id;
	// at most 1,000 at once, whatever the limit.
	Resources(ctx context.Context, id, after string, limit int) ([]Assessment, error)
	Pins(ctx context.Context, days int) ([]Pinned, error)
	Standards(ctx context.Context) ([]Standard, error)
	Requirements(ctx context.Context, subscription, standard string) ([]Requirement, error)
	Contacts(ctx context.Context) ([]Contact, error)
	// Keep stores owner, due date and note of a recommendation.
	Keep(ctx context.Context, id string, l Local) error
	// AlertHealth counts alerts of Defender for Cloud that never became an incident.
	AlertHealth(ctx context.Context) (Health, error)
}

// Health tells how many cloud alerts an incident of another source contains.
type Health struct {
	Alerts, Covered, Alone int
	Since                  time.Time
}

// Store takes what a pull brings, in one transaction. A score and its parts of a day
// replace those of the same day; other days stay for ever.
type Store interface {
	StorePosture(ctx context.Context, b Batch) error
}
