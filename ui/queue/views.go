package queue

import "watchfloor/app/triage"

// View is a saved filter and order with a name; key n opens the n-th.
type View struct {
	Name, Filter string
	Sort         triage.Sort
}

// DefaultViews are offered until a person saves others.
var DefaultViews = []View{
	{"All open", "status:open", triage.ByCreated},
	{"Mine", "status:open owner:me", triage.BySeverity},
	{"Unassigned", "status:open owner:none", triage.BySeverity},
	{"High+", "status:open sev:high", triage.ByCreated},
	{"Waiting", "is:queued", triage.ByModified},
	{"Closed 7d", "status:closed updated<7d", triage.ByModified},
	{"All", "status:any", triage.ByCreated},
}

var sorts = []triage.Sort{triage.ByCreated, triage.BySeverity, triage.ByModified, triage.ByScore}

// SortWords names an order on screen.
func SortWords(s triage.Sort) string {
	switch s {
	case triage.BySeverity:
		return "by severity, newest first within"
	case triage.ByModified:
		return "last changed first"
	case triage.ByScore:
		return "highest score first"
	}
	return "newest first"
}

func nextSort(s triage.Sort) triage.Sort {
	for i, x := range sorts {
		if x == s {
			return sorts[(i+1)%len(sorts)]
		}
	}
	return sorts[0]
}
