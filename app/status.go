package app

import "strings"

// Status is where an incident stands, in one vocabulary for both services.
type Status int

// Statuses. Sentinel's New, Active, Closed, Graph's active, inProgress, resolved and
// Active, InProgress, Resolved of Defender for Cloud are the same three steps (sheet parts
// A, B and D); redirected and awaitingAction are Graph's alone. Dismissed of Defender for
// Cloud is closed.
const (
	StatusUnknown Status = iota
	StatusNew
	StatusActive
	StatusAwaiting
	StatusClosed
	StatusRedirected
)

// ParseStatus reads a status as the named source spells it, ignoring case.
// Watchfloor's own words (new, active, closed) are accepted for every source.
func ParseStatus(src SourceID, s string) Status {
	w := strings.ToLower(strings.TrimSpace(s))
	if (src == Defender || src == Cloud) && w == "active" {
		return StatusNew
	}
	switch w {
	case "new":
		return StatusNew
	case "active", "inprogress", "in-progress", "progress":
		return StatusActive
	case "awaitingaction", "awaiting":
		return StatusAwaiting
	case "closed", "resolved", "dismissed":
		return StatusClosed
	case "redirected", "merged":
		return StatusRedirected
	}
	return StatusUnknown
}

// String is the word on screen.
func (s Status) String() string {
	switch s {
	case StatusNew:
		return "New"
	case StatusActive:
		return "In progress"
	case StatusAwaiting:
		return "Awaiting action"
	case StatusClosed:
		return "Closed"
	case StatusRedirected:
		return "Merged"
	}
	return "Unknown"
}

// Open reports whether work is left: neither closed nor merged away. An unknown
// status counts as open, so that nothing disappears from the queue.
func (s Status) Open() bool { return s != StatusClosed && s != StatusRedirected }

// Wire is the spelling the source expects, or "" where it has none.
func (s Status) Wire(src SourceID) string {
	if src == Defender {
		return map[Status]string{
			StatusNew: "active", StatusActive: "inProgress",
			StatusClosed: "resolved", StatusRedirected: "redirected", StatusAwaiting: "awaitingAction",
		}[s]
	}
	if src == Cloud {
		return map[Status]string{StatusNew: "Active", StatusActive: "InProgress", StatusClosed: "Resolved"}[s]
	}
	return map[Status]string{StatusNew: "New", StatusActive: "Active", StatusClosed: "Closed"}[s]
}
