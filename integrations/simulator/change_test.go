package simulator

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

const colleague = "mei.castro@northwind-clinic.example"

func TestAnotherAnalystChangesAnyFieldOfEitherProduct(t *testing.T) {
	s := start(t, Options{Incidents: 300, Now: newHand().now})
	c := raw(t, s)
	ids := map[string]string{SourceSentinel: openOne(t, s).ID, SourceDefender: defender(s, 1, alone)[0].ID}
	for _, x := range []struct {
		field, sentinel, defender string
		held                      string // field of Stored
	}{
		{"title", "Another title", "Another title", "Title"},
		{"description", "Other words", "Other words", "Description"},
		{"severity", "Informational", "informational", "Severity"},
		{"owner", colleague, colleague, "Owner"},
		{"status", "Closed", "resolved", "Status"},
		{"classification", "FalsePositive", "falsePositive", "Classification"},
		{"reason", "InaccurateData", "", "Reason"},
		{"determination", "", "notMalicious", "Determination"},
		{"closingNote", "Because", "Because", "ClosingNote"},
	} {
		for source, value := range map[string]string{SourceSentinel: x.sentinel, SourceDefender: x.defender} {
			if value == "" {
				continue
			}
			before, _ := s.find(source, ids[source])
			c.must(200, "POST", c.set.BaseURL+"/_control/change", map[string]any{"who": colleague, "source": source, "id": ids[source], x.field: value})
			now, _ := s.find(source, ids[source])
			if got := reflect.ValueOf(now).FieldByName(x.held).String(); got != value || now.ModifiedBy != colleague {
				t.Errorf("%s at %s: %q by %s", x.field, source, got, now.ModifiedBy)
			}
			if source == SourceSentinel && now.ETag == before.ETag {
				t.Errorf("%s left the ETag", x.field)
			}
			w := s.Writes(source, ids[source])
			if last := w[len(w)-1]; last.Method != "EDIT" || len(last.Fields) != 1 {
				t.Errorf("%s at %s is told as %+v", x.field, source, last)
			}
		}
	}
	for source, id := range ids {
		if err := s.Apply(Change{Who: "Somebody", Source: source, ID: id, Tags: &[]string{"seen", "twice"}, Comment: "Look at this"}); err != nil {
			t.Fatal(err)
		}
		now, _ := s.find(source, id)
		if last := now.Comments[len(now.Comments)-1]; !slices.Equal(now.Tags, []string{"seen", "twice"}) || last.Text != "Look at this" || last.Author != "Somebody" {
			t.Errorf("%s: %v, %+v", source, now.Tags, last)
		}
	}
}

func TestAnotherAnalystDeletesMergesAndMoves(t *testing.T) {
	s := start(t, Options{Incidents: 300, Now: newHand().now})
	in, four := openOne(t, s), defender(s, 4, alone)
	if err := s.Apply(Change{Source: SourceSentinel, ID: in.ID, Delete: true}); err != nil {
		t.Fatal(err)
	}
	if _, there := s.SentinelIncident(in.ID); there {
		t.Error("the deleted one is there")
	}
	if err := s.Apply(Change{Who: colleague, Source: SourceDefender, ID: four[1].ID, MergeWith: []string{four[0].ID}}); err != nil {
		t.Fatal(err)
	}
	if gone, _ := s.DefenderIncident(four[1].ID); gone.RedirectTo != four[0].ID || gone.ModifiedBy != colleague {
		t.Errorf("merged: %+v", gone)
	}
	if err := s.Apply(Change{Source: SourceDefender, ID: four[2].ID, MoveAlerts: four[3].Alerts}); err != nil {
		t.Fatal(err)
	}
	to, _ := s.DefenderIncident(four[2].ID)
	if from, _ := s.DefenderIncident(four[3].ID); len(from.Alerts) != 0 || !slices.Equal(to.Alerts, append(slices.Clone(four[2].Alerts), four[3].Alerts...)) {
		t.Errorf("moved: %v and %v", from.Alerts, to.Alerts)
	}
	bad := "nonsense"
	for why, c := range map[string]Change{
		"no such source":             {Source: "splunk", ID: "1"},
		"no such incident":           {Source: SourceSentinel, ID: "nobody"},
		"one that is gone":           {Source: SourceSentinel, ID: in.ID, Comment: "x"},
		"a word nobody knows":        {Source: SourceDefender, ID: four[2].ID, Status: &bad},
		"deleting at Graph":          {Source: SourceDefender, ID: four[2].ID, Delete: true},
		"merging with itself":        {Source: SourceDefender, ID: four[2].ID, MergeWith: []string{four[2].ID}},
		"moving what does not exist": {Source: SourceDefender, ID: four[2].ID, MoveAlerts: []string{"x"}},
	} {
		if err := s.Apply(c); err == nil {
			t.Errorf("%s passed", why)
		}
	}
	if again, _ := s.DefenderIncident(four[2].ID); !reflect.DeepEqual(again, to) {
		t.Errorf("what was refused changed %+v to %+v", to, again)
	}
}

func TestAChangeCanComeBetweenReadingAndWriting(t *testing.T) {
	s := start(t, Options{Incidents: 100, Now: newHand().now})
	c, in := raw(t, s), openOne(t, s)
	one := c.ws("/incidents/"+in.ID, "")
	times := 0
	s.Before("PUT", "/incidents/"+in.ID, func() {
		times++
		s.EditAs(colleague, SourceSentinel, in.ID, func(f *Fields) { f.Severity = "Low" })
	})
	body := c.must(200, "GET", one, nil)
	c.must(409, "PUT", one, body)
	c.must(200, "PUT", one, c.must(200, "GET", one, nil))
	if times != 1 {
		t.Errorf("it happened %d times", times)
	}
	s.Before("GET", "/incidents/", func() { s.DeleteIncident(in.ID) })
	c.must(404, "GET", one, nil)
}

func TestAnotherProcessSeesAndSetsWhatATestCan(t *testing.T) {
	s := start(t, Options{Incidents: 60, Now: newHand().now})
	c, in := raw(t, s), openOne(t, s)
	control := c.set.BaseURL + "/_control/"
	s.SetOffline(true) // the control is reached all the same
	c.must(200, "POST", control+"rights", map[string]any{"arm": "reader", "graphWithout": []string{DataManage}, "role": "reader"})
	if r := s.Rights(); r.ARM != ARMReader || r.Role != SecurityReader || len(r.GraphWithout) != 1 {
		t.Errorf("rights %+v", r)
	}
	c.must(200, "POST", control+"entra", map[string]any{"refuse": 53003, "resource": "graph"})
	if v := c.must(200, "GET", control+"entra", nil); v["refuse"] != 53003.0 || s.entraNow().Resource != "graph" {
		t.Errorf("entra %v", v)
	}
	s.SetOffline(false)
	for _, wrong := range []struct {
		path string
		body any
	}{
		{"rights", map[string]any{"arm": "king"}},
		{"rights", map[string]any{"amr": "reader"}},
		{"entra", map[string]any{"refuse": "yes"}},
		{"change", map[string]any{"source": "sentinel", "id": "x"}},
		{"certificates", []byte("no PEM")},
	} {
		c.must(400, "POST", control+wrong.path, wrong.body)
	}
	cert := selfSigned(t, 0, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	c.must(204, "POST", control+"certificates", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}))
	if len(s.entra.certs) != 1 || !s.entra.certs[0].Equal(cert) {
		t.Error("the certificate was not registered")
	}
	c.must(200, "POST", control+"rights", map[string]any{})
	c.must(200, "POST", control+"change", map[string]any{"source": SourceSentinel, "id": in.ID, "delete": true})
	held := c.must(200, "GET", fmt.Sprintf("%sincident?source=%s&id=%s", control, SourceSentinel, in.ID), nil)
	if held["exists"] != false || len(held["writes"].([]any)) != 1 {
		t.Errorf("held %v", held)
	}
	c.must(404, "GET", control+"incident?source=sentinel&id=never", nil)
	if v := c.must(200, "GET", control+"counters", nil); v["token app"] != 2.0 {
		t.Errorf("counters %v", v)
	}
	before := s.mint.revoked.Load()
	for _, now := range []string{"tick", "revoke", "changePassword"} {
		c.must(204, "POST", control+now, nil)
	}
	if s.mint.revoked.Load() == before || s.entra.ended != 50173 || s.t.fresh != 1 {
		t.Error("the switches did nothing")
	}
	if status, _, b, err := c.do("GET", control+"secrets", nil); err != nil || status != http.StatusNotFound || strings.Contains(string(b), "secret") {
		t.Errorf("%d %s %v", status, b, err)
	}
}
