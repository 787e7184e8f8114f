package simulator

import (
	"strings"
	"testing"
	"time"
)

func TestAnotherAnalystsEditIsSeenByClientsAndInTheBooks(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 200, Now: h.now})
	c, in := raw(t, s), openOne(t, s)
	h.move(time.Minute)
	const ines = "ines.duarte@northwind-clinic.example"
	s.EditAs(ines, SourceSentinel, in.ID, func(f *Fields) {
		f.Severity, f.Status, f.Owner, f.Tags = "Informational", "Closed", ines, []string{"done"}
		f.Classification, f.Reason, f.ClosingNote = "BenignPositive", "SuspiciousButExpected", "expected"
	})
	got := c.must(200, "GET", c.ws("/incidents/"+in.ID, ""), nil)
	p := props(got)
	label := p["labels"].([]any)[0].(map[string]any)
	if got["etag"] == in.ETag || p["severity"] != "Informational" || p["status"] != "Closed" || p["classificationComment"] != "expected" ||
		p["owner"].(map[string]any)["userPrincipalName"] != ines || label["labelName"] != "done" || label["labelType"] != "User" || p["lastModifiedTimeUtc"] != "2026-03-02T09:31:00Z" {
		t.Errorf("incident %v", got)
	}
	w := s.Writes(SourceSentinel, in.ID)
	if len(w) != 1 || w[0].Method != "EDIT" || w[0].Who != ines || !w[0].At.Equal(h.now()) || !strings.Contains(strings.Join(w[0].Fields, ","), "closing note") {
		t.Errorf("writes %+v", w)
	}
}

func TestAnEditChangesNothingElse(t *testing.T) {
	s := start(t, Options{Incidents: 300, Now: newHand().now})
	for ref := range s.All() {
		before, _ := s.find(ref.Source, ref.ID)
		if before.Twin != "" {
			continue
		}
		s.EditAs("Somebody", ref.Source, ref.ID, func(f *Fields) { f.ClosingNote = "only this" })
		after, _ := s.find(ref.Source, ref.ID)
		if after.ClosingNote != "only this" || after.ModifiedBy != "Somebody" {
			t.Errorf("not edited: %+v", after)
		}
		if after.Title != before.Title || after.Status != before.Status || after.Severity != before.Severity || after.Owner != before.Owner ||
			after.Classification != before.Classification || after.Determination != before.Determination || after.Reason != before.Reason ||
			len(after.Tags) != len(before.Tags) || len(after.Comments) != len(before.Comments) {
			t.Errorf("before %+v\nafter  %+v", before, after)
		}
	}
}

func TestAMistakeOfATestIsLoud(t *testing.T) {
	s := start(t, Options{Incidents: 50, Now: newHand().now})
	in := openOne(t, s)
	for why, f := range map[string]func(){
		"an incident that does not exist": func() { s.EditAs("x", SourceDefender, "1", func(*Fields) {}) },
		"a word the service lacks":        func() { s.EditAs("x", SourceSentinel, in.ID, func(f *Fields) { f.Severity = "huge" }) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s passed in silence", why)
				}
			}()
			f()
		}()
	}
	if _, ok := s.DefenderIncident("1"); ok {
		t.Error("an incident was invented")
	}
}

func TestMergingForATestRedirects(t *testing.T) {
	s := start(t, Options{Incidents: 300, Now: newHand().now})
	two := defender(s, 2, alone)
	if got := s.Merge([]string{two[1].ID, two[0].ID}); got != two[0].ID {
		t.Errorf("merged into %q", got)
	}
	if gone, _ := s.DefenderIncident(two[1].ID); gone.RedirectTo != two[0].ID || gone.Status != "redirected" {
		t.Errorf("source %+v", gone)
	}
	if got := s.Merge([]string{two[0].ID}); got != "" {
		t.Errorf("one alone was merged into %q", got)
	}
}

func TestIncidentsMergedInTheStoryLeadToTheirSurvivor(t *testing.T) {
	s := start(t, Options{Incidents: 1000, Now: newHand().now})
	c := raw(t, s)
	gone := defender(s, 100, func(in Stored) bool { return in.RedirectTo != "" })
	if len(gone) < 3 {
		t.Fatalf("only %d were merged", len(gone))
	}
	for _, in := range gone {
		to, ok := s.DefenderIncident(in.RedirectTo)
		if !ok || to.RedirectTo != "" || in.Status != "redirected" || to.Created.After(in.Created) {
			t.Errorf("%s leads to %+v", in.ID, to)
		}
		v := c.must(200, "GET", c.set.Graph+"/security/incidents/"+to.ID+"?$expand=alerts", nil)
		if v["redirectIncidentId"] != nil || len(v["alerts"].([]any)) < 2 {
			t.Errorf("the survivor %s holds %d alerts", to.ID, len(v["alerts"].([]any)))
		}
	}
}
