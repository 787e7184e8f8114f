package report

import (
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// A page with alerts of both services words the same status the same way.
func TestAlertStatusesOfBothServicesReadAlike(t *testing.T) {
	c := triage.Case{Row: triage.Row{Number: "5"}, DetailsAt: noon, Details: app.Details{Alerts: []app.Alert{
		{ID: "1", Title: "a", Status: "InProgress"}, {ID: "2", Title: "b", Status: "inProgress"}, {ID: "3", Title: "c", Status: "resolved"}, {ID: "4", Title: "d", Status: "<odd>"},
	}}}
	page := render(t, c)
	if strings.Count(page, ">In progress<") != 2 || !strings.Contains(page, ">Resolved<") || strings.Contains(strings.ToLower(page), "inprogress") || !strings.Contains(page, "&lt;odd&gt;") {
		t.Errorf("the statuses are not worded alike:\n%s", page)
	}
}
