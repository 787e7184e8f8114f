package app

import "strings"

// Severity orders incidents and alerts; a higher value is worse.
type Severity int

// Severities, in ascending order. SeverityUnknown stands for any text that the
// service sent and this release does not know.
const (
	SeverityUnknown Severity = iota
	Informational
	Low
	Medium
	High
)

// Severities lists the known severities, worst first.
var Severities = []Severity{High, Medium, Low, Informational}

// ParseSeverity reads the spelling of either service, ignoring case.
func ParseSeverity(s string) Severity {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "high":
		return High
	case "medium", "med":
		return Medium
	case "low":
		return Low
	case "informational", "info":
		return Informational
	}
	return SeverityUnknown
}

// String is the long English name: "High", "Medium", "Low", "Informational", "Unknown".
func (s Severity) String() string {
	switch s {
	case High:
		return "High"
	case Medium:
		return "Medium"
	case Low:
		return "Low"
	case Informational:
		return "Informational"
	}
	return "Unknown"
}

// Short is the name in dense rows: "High", "Med", "Low", "Info", "Unk".
func (s Severity) Short() string {
	switch s {
	case High:
		return "High"
	case Medium:
		return "Med"
	case Low:
		return "Low"
	case Informational:
		return "Info"
	}
	return "Unk"
}
