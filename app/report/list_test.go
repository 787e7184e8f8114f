package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"watchfloor/app/identity"
	"watchfloor/app/posture"
	"watchfloor/app/report"
)

// Every list has a cell for each column, its CSV survives formulas and separators in
// names, its JSON keeps the order of the columns, and an indicator is inert in both.
func TestGoal39ListsOfHostileRows(t *testing.T) {
	now := time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)
	bad := "=HYPERLINK(\"https://evil.example/\")\u202e\n;x"
	for name, l := range map[string]report.List{
		"users":           report.Users([]identity.UserRow{{User: identity.User{UPN: bad, Name: bad, Level: "weird", Changed: now.Add(time.Hour)}}}, now),
		"workloads":       report.Workloads([]identity.WorkloadRow{{Workload: identity.Workload{Name: bad}}}, now),
		"sign-ins":        report.SignInList([]identity.SignInRow{{SignIn: identity.SignIn{UPN: bad, IP: "203.0.113.7", At: now}}}, now),
		"detections":      report.Detections([]identity.Detection{{Type: bad, UPN: bad}}, now),
		"scores":          report.Scores([]posture.Score{{Model: posture.M365, ScopeName: bad, Current: 12.5, Max: 50, Day: now}}),
		"recommendations": report.Recommendations([]posture.Recommendation{{Meta: posture.Meta{Title: bad}, Increase: 1.25}}),
		"resources":       report.Resources([]posture.Assessment{{Resource: bad, Findings: -1}}),
		"requirements":    report.Requirements([]posture.Requirement{{Title: bad}}),
		"standards":       report.Standards([]posture.Standard{{ID: bad}}),
		"contacts":        report.Contacts([]posture.Contact{{Name: bad}}),
		"controls":        report.Controls([]posture.Control{{Title: bad}}),
	} {
		t.Run(name, func(t *testing.T) {
			var table, objects bytes.Buffer
			if err := l.CSV(&table); err != nil {
				t.Fatal(err)
			}
			if err := l.JSON(&objects); err != nil {
				t.Fatal(err)
			}
			rows, err := csv.NewReader(bytes.NewReader(table.Bytes())).ReadAll()
			if err != nil || len(rows) != 2 || len(rows[0]) != len(l.Columns) {
				t.Fatalf("%q %v", rows, err)
			}
			for _, cell := range rows[1] {
				if strings.HasPrefix(cell, "=") {
					t.Errorf("a formula is left: %q", cell)
				}
			}
			for _, out := range []string{table.String(), objects.String()} {
				if strings.Contains(out, "https://evil.example") || strings.ContainsRune(out, '\u202e') {
					t.Errorf("an indicator or a hidden character is left:\n%s", out)
				}
			}
			var back []map[string]string
			if err := json.Unmarshal(objects.Bytes(), &back); err != nil || len(back) != 1 || len(back[0]) != len(l.Columns) {
				t.Fatalf("%v %v", back, err)
			}
			last := -1
			for _, column := range l.Columns {
				at := strings.Index(objects.String(), `"`+column+`":`)
				if at < last {
					t.Errorf("%s is out of order", column)
				}
				last = at
			}
		})
	}
	if l := report.Scores([]posture.Score{{Current: 12.5, Max: 50}}); l.Rows[0][6] != "25" || l.Rows[0][4] != "12.5" {
		t.Errorf("%q", l.Rows[0])
	}
}
