package cli

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// parkedFloor has an action that was sent, one in conflict, one parked and one that cannot
// be read.
func parkedFloor() *floor {
	f := newFloor()
	low := outbox.Request{IncidentID: 1, Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Low}}
	for i, a := range []outbox.Action{
		{ID: "g1", Request: low, State: outbox.Done},
		{ID: "g2", Request: low, State: outbox.Conflict, Reason: "Somebody else changed the same field.", Base: app.Fields{Severity: app.High}},
		{ID: "g3", Request: outbox.Request{IncidentID: 2, Verb: outbox.Comment, Text: "=HYPERLINK(\"https://evil.example\")\u202e"}, State: outbox.Failed, Reason: "Gave up after 6 attempts.", Attempts: 6},
		{ID: "g4", State: outbox.Failed, Unreadable: true, Raw: `{"Verb":"of tomorrow"`, Reason: "This action cannot be read by this version of Watchfloor; it is kept."},
	} {
		a.Seq, a.Number, a.Actor, a.Tenant, a.Created, a.Ref = int64(i+1), "48213", "ana@contoso.com", "Contoso", noon, app.Ref{Source: app.Sentinel, ID: "r"}
		f.actions = append(f.actions, a)
	}
	return f
}

func TestGoal15ParkedActionsAreWrittenWithWhatTheyAskFor(t *testing.T) {
	f := parkedFloor()
	file := filepath.Join(t.TempDir(), "parked.csv")
	f.run(t, nil, "outbox", "export", "-o", file).expect(t, 0, "written")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%q, %v", rows, err)
	}
	of := func(row int, column string) string {
		for i, name := range rows[0] {
			if strings.TrimPrefix(name, "'") == column {
				return rows[row][i]
			}
		}
		t.Fatalf("no column %s in %q", column, rows[0])
		return ""
	}
	if of(1, "id") != "g2" || of(1, "changes") != "severity: High -> Low" || !strings.HasPrefix(of(1, "by"), "ana") || of(1, "reason") == "" {
		t.Errorf("%q", rows[1])
	}
	if c := of(2, "changes"); strings.Contains(c, "\u202e") || strings.Contains(c, "https://evil.example") || !strings.Contains(c, "HYPERLINK") {
		t.Errorf("%q", rows[2])
	}
	if of(3, "id") != "g4" || !strings.Contains(of(3, "stored"), "of tomorrow") {
		t.Errorf("%q", rows[3])
	}
	r := f.run(t, nil, "outbox", "export", "--format", "json", "--all")
	var got []actionJSON
	if err := json.Unmarshal([]byte(r.out), &got); err != nil || len(got) != 4 || got[2].Request.Text != f.actions[2].Text || got[3].Request != nil || got[3].Stored != f.actions[3].Raw {
		t.Errorf("%s, %v", r.out, err)
	}
	if len(f.actions) != 4 {
		t.Error("an export takes nothing out")
	}
}
