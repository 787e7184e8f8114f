package report

import "strings"

// AlertStatus words the status of an alert alike for both services, which spell the
// same word "InProgress" and "inProgress". One that is not known stays as it is, and it
// is tenant text.
func AlertStatus(s string) string {
	switch strings.ToLower(s) {
	case "new":
		return "New"
	case "inprogress", "in progress":
		return "In progress"
	case "resolved":
		return "Resolved"
	case "dismissed":
		return "Dismissed"
	case "unknown":
		return "Unknown"
	}
	return s
}
