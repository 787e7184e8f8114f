package simulator

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/securityinsights/armsecurityinsights/v2"
)

func TestTheOfficialClientReadsAllIncidentsPageByPage(t *testing.T) {
	s := start(t, Options{Incidents: 300, Now: newHand().now})
	set := s.Settings()
	pager := sdk(t, s).NewIncidentsClient().NewListPager(set.ResourceGroup, set.Workspace, &armsecurityinsights.IncidentsClientListOptions{
		Top: to.Ptr[int32](40), Orderby: to.Ptr("properties/createdTimeUtc desc"),
	})
	seen := map[string]bool{}
	for pager.More() {
		page, err := pager.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range page.Value {
			if seen[*in.Name] {
				t.Errorf("%s came twice", *in.Name)
			}
			seen[*in.Name] = true
		}
	}
	want := 0
	for ref := range s.All() {
		if ref.Source == SourceSentinel {
			want++
			if !seen[ref.ID] {
				t.Errorf("%s was not listed", ref.ID)
			}
		}
	}
	if want == 0 || len(seen) != want {
		t.Errorf("%d of %d incidents came", len(seen), want)
	}
}

// openOne is a Sentinel incident nobody closed, without a twin.
func openOne(t *testing.T, s *Server) Stored {
	t.Helper()
	for ref := range s.All() {
		if ref.Source != SourceSentinel {
			break
		}
		if in, _ := s.SentinelIncident(ref.ID); in.Status != "Closed" && in.Twin == "" {
			return in
		}
	}
	t.Fatal("no open incident")
	return Stored{}
}

func TestAnIncidentIsReplacedOnlyWithItsLatestETag(t *testing.T) {
	s := start(t, Options{Incidents: 300, Now: newHand().now})
	set, ctx, want := s.Settings(), context.Background(), openOne(t, s)
	client := sdk(t, s).NewIncidentsClient()
	got, err := client.Get(ctx, set.ResourceGroup, set.Workspace, want.ID, nil)
	if err != nil || *got.Properties.Title != want.Title || *got.Etag != want.ETag {
		t.Fatalf("%v: %+v", err, got.Incident)
	}
	in := got.Incident
	in.Properties.Severity = to.Ptr(armsecurityinsights.IncidentSeverityHigh)
	in.Properties.Status = to.Ptr(armsecurityinsights.IncidentStatusActive)
	in.Properties.Owner = &armsecurityinsights.IncidentOwnerInfo{UserPrincipalName: to.Ptr(set.User)}
	in.Properties.Labels = []*armsecurityinsights.IncidentLabel{{LabelName: to.Ptr("urgent")}}
	in.Properties.IncidentNumber = to.Ptr[int32](1) // read-only: ignored
	put, err := client.CreateOrUpdate(ctx, set.ResourceGroup, set.Workspace, want.ID, in, nil)
	if err != nil || *put.Etag == want.ETag || fmt.Sprint(*put.Properties.IncidentNumber) != want.Number || *put.Properties.Owner.ObjectID == "" {
		t.Fatalf("%v: %+v", err, put.Incident)
	}
	now, _ := s.SentinelIncident(want.ID)
	if now.Severity != "High" || now.Status != "Active" || now.Owner != set.User || len(now.Tags) != 1 || now.Tags[0] != "urgent" || now.Description != want.Description {
		t.Errorf("stored %+v", now)
	}
	_, err = client.CreateOrUpdate(ctx, set.ResourceGroup, set.Workspace, want.ID, in, nil)
	var refused *azcore.ResponseError
	if !errors.As(err, &refused) || refused.StatusCode != 409 || refused.ErrorCode != "Conflict" {
		t.Errorf("a stale ETag: %v", err)
	}
	in.Etag = nil
	if _, err = client.CreateOrUpdate(ctx, set.ResourceGroup, set.Workspace, want.ID, in, nil); !errors.As(err, &refused) || refused.StatusCode != 409 {
		t.Errorf("no ETag: %v", err)
	}
	if w := s.Writes(SourceSentinel, want.ID); len(w) != 1 || w[0].Method != "PUT" || !strings.Contains(strings.Join(w[0].Fields, " "), "severity") || w[0].Who != appName {
		t.Errorf("writes %+v", w)
	}
}

func TestWhatTheServiceRefusesIsRefused(t *testing.T) {
	s := start(t, Options{Incidents: 100, Now: newHand().now})
	c, in := raw(t, s), openOne(t, s)
	one := c.ws("/incidents/"+in.ID, "")
	body := func(change map[string]any) map[string]any {
		p := map[string]any{"title": "x", "severity": "Low", "status": "New"}
		for k, v := range change {
			p[k] = v
		}
		return map[string]any{"etag": in.ETag, "properties": p}
	}
	for why, change := range map[string]map[string]any{
		"an unknown severity":             {"severity": "Terrible"},
		"an unknown status":               {"status": "Parked"},
		"closed without classification":   {"status": "Closed"},
		"false positive without a reason": {"status": "Closed", "classification": "FalsePositive"},
		"no title":                        {"title": ""},
		"a description beyond the limit":  {"description": strings.Repeat("x", 5001)},
		"a title of the wrong type":       {"title": 7},
	} {
		if status, _, b, err := c.do("PUT", one, body(change)); status != 400 {
			t.Errorf("%s: %d %v %.200s", why, status, err, b)
		}
	}
	if status, _, _, _ := c.do("PUT", one, []byte(strings.Repeat(" ", maxBody+1))); status != 413 {
		t.Errorf("a body beyond the bound: %d", status)
	}
	for why, u := range map[string]string{
		"no version":               c.set.BaseURL + wsPrefix + "/incidents",
		"an unheard one":           c.set.BaseURL + wsPrefix + "/incidents?api-version=1999-01-01",
		"a wrong filter":           c.ws("/incidents", "$filter=properties/nothing%20eq%201"),
		"a wrong order":            c.ws("/incidents", "$orderby=properties/title"),
		"a wrong top":              c.ws("/incidents", "$top=many"),
		"another's token":          c.ws("/incidents", "$skipToken=bm9uc2Vuc2U"),
		"a token of another order": c.ws("/incidents", "$orderby=properties/incidentNumber&$skipToken="+token(1, 1, propCreated, true)),
	} {
		if status, _, b, err := c.do("GET", u, nil); status != 400 {
			t.Errorf("%s: %d %v %.200s", why, status, err, b)
		}
	}
	c.must(404, "GET", c.ws("/incidents/no-such-incident", ""), nil)
	c.must(405, "PUT", c.ws("/incidents", ""), body(nil))
	c.must(409, "PUT", c.ws("/incidents/gone", ""), body(nil))
	if now, _ := s.SentinelIncident(in.ID); now.ETag != in.ETag || len(s.Writes(SourceSentinel, in.ID)) != 0 {
		t.Errorf("something was written: %+v", now)
	}
}

func TestACommentUnderAChosenIdIsWrittenOnce(t *testing.T) {
	s := start(t, Options{Incidents: 100, Now: newHand().now})
	c, in := raw(t, s), openOne(t, s)
	path := func(id string) string { return c.ws("/incidents/"+in.ID+"/comments/"+id, "") }
	said := func(text string) map[string]any { return map[string]any{"properties": map[string]any{"message": text}} }
	c.must(201, "PUT", path("a-1"), said("first"))
	c.must(409, "PUT", path("a-1"), said("first"))
	c.must(409, "PUT", path("A-1"), said("another"))
	c.must(400, "PUT", path("a-2"), said(""))
	c.must(400, "PUT", path("a-2"), said(strings.Repeat("é", maxCommentChars+1)))
	c.must(201, "PUT", path("a-2"), said(strings.Repeat("é", maxCommentChars)))
	now, _ := s.SentinelIncident(in.ID)
	if n := len(now.Comments) - len(in.Comments); n != 2 {
		t.Errorf("%d comments were added", n)
	}
	if last := now.Comments[len(now.Comments)-2]; last.ID != "a-1" || last.Text != "first" || last.Author != appName {
		t.Errorf("comment %+v", last)
	}
	if now.ETag == in.ETag {
		t.Error("a comment did not change the incident's ETag")
	}
	for n := len(now.Comments); n < maxComments; n++ {
		c.must(201, "PUT", path(fmt.Sprint("n-", n)), said("more"))
	}
	c.must(400, "PUT", path("one-too-many"), said("more"))
	got := 0
	for u := c.ws("/incidents/"+in.ID+"/comments", "$top=30"); u != ""; {
		v := c.must(200, "GET", u, nil)
		got += len(rows(v))
		u, _ = v["nextLink"].(string)
	}
	if got != maxComments {
		t.Errorf("%d comments were listed", got)
	}
	c.must(200, "DELETE", path("a-1"), nil)
	c.must(204, "DELETE", path("a-1"), nil)
}

func TestPagesNeitherShiftNorRepeatWhileIncidentsArriveAndLeave(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 200, Now: h.now})
	c := raw(t, s)
	there := map[string]bool{}
	for ref := range s.All() {
		if ref.Source == SourceSentinel {
			there[ref.ID] = true
		}
	}
	seen := map[string]int{}
	for u := c.ws("/incidents", "$top=7"); u != ""; {
		v := c.must(200, "GET", u, nil)
		var first string
		for _, in := range rows(v) {
			first = in["name"].(string)
			seen[first]++
		}
		u, _ = v["nextLink"].(string)
		h.move(time.Second)
		s.Tick()
		if len(seen)%21 == 0 { // the last row of the page vanishes: the key still holds
			s.DeleteIncident(first)
		}
	}
	for name := range there {
		if seen[name] != 1 {
			t.Errorf("%s was seen %d times", name, seen[name])
		}
	}
}

func TestChangesSinceAMomentComeOldestFirst(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 200, Now: h.now})
	c := raw(t, s)
	since := h.now()
	var changed []string
	for ref := range s.All() {
		if ref.Source == SourceSentinel && len(changed) < 5 {
			h.move(time.Second)
			s.EditAs("ines.duarte@northwind-clinic.example", SourceSentinel, ref.ID, func(f *Fields) { f.Tags = append(f.Tags, "seen") })
			changed = append(changed, ref.ID)
		}
	}
	var got []string
	q := "$orderby=" + url.QueryEscape("properties/lastModifiedTimeUtc asc") + "&$top=2&$filter=" + url.QueryEscape("properties/lastModifiedTimeUtc gt "+since.Format(time.RFC3339))
	for u := c.ws("/incidents", q); u != ""; {
		v := c.must(200, "GET", u, nil)
		for _, in := range rows(v) {
			got = append(got, in["name"].(string))
		}
		u, _ = v["nextLink"].(string)
	}
	if fmt.Sprint(got) != fmt.Sprint(changed) {
		t.Errorf("changed %v, got %v", changed, got)
	}
}

func TestASentinelFilterSelectsWhatItSays(t *testing.T) {
	s := start(t, Options{Incidents: 400, Now: newHand().now})
	c := raw(t, s)
	for filter, right := range map[string]func(Stored) bool{
		"properties/status ne 'Closed'":                                      func(x Stored) bool { return x.Status != "Closed" },
		"properties/severity eq 'High' and not (properties/status eq 'New')": func(x Stored) bool { return x.Severity == "High" && x.Status != "New" },
		"contains(properties/title,'phish') or properties/incidentNumber le 20010": func(x Stored) bool {
			return strings.Contains(strings.ToLower(x.Title), "phish") || len(x.Number) == 5 && x.Number <= "20010"
		},
	} {
		want := 0
		for ref := range s.All() {
			if ref.Source == SourceSentinel {
				if x, _ := s.SentinelIncident(ref.ID); right(x) {
					want++
				}
			}
		}
		v := c.must(200, "GET", c.ws("/incidents", "$top=1000&$filter="+url.QueryEscape(filter)), nil)
		for _, in := range rows(v) {
			if x, _ := s.SentinelIncident(in["name"].(string)); !right(x) {
				t.Errorf("%s: %+v", filter, x)
			}
		}
		if len(rows(v)) != want || want == 0 {
			t.Errorf("%s: %d rows, want %d", filter, len(rows(v)), want)
		}
	}
}

func TestADeletedIncidentIsGoneAndItsWritesStayKnown(t *testing.T) {
	s := start(t, Options{Incidents: 100, Now: newHand().now})
	c, in := raw(t, s), openOne(t, s)
	one := c.ws("/incidents/"+strings.ToUpper(in.ID), "")
	body := c.must(200, "GET", one, nil)
	c.must(200, "DELETE", one, nil)
	c.must(204, "DELETE", one, nil)
	c.must(404, "GET", one, nil)
	c.must(404, "POST", c.ws("/incidents/"+in.ID+"/alerts", ""), nil)
	c.must(404, "PUT", c.ws("/incidents/"+in.ID+"/comments/x", ""), map[string]any{"properties": map[string]any{"message": "late"}})
	c.must(409, "PUT", one, body) // a deletion is not undone by a client that has not seen it
	if w := s.Writes(SourceSentinel, in.ID); len(w) != 1 || w[0].Method != "DELETE" {
		t.Errorf("writes %+v", w)
	}
}

func TestBookmarksOfTheStoryAreFoundEverywhereTheyBelong(t *testing.T) {
	s := start(t, Options{Incidents: 300, Now: newHand().now})
	c := raw(t, s)
	found := 0
	for _, in := range rows(c.must(200, "GET", c.ws("/incidents", "$top=1000"), nil)) {
		name := in["name"].(string)
		want := int(props(in)["additionalData"].(map[string]any)["bookmarksCount"].(float64))
		got := rows(c.must(200, "POST", c.ws("/incidents/"+name+"/bookmarks", ""), nil))
		if len(got) != want {
			t.Errorf("%s: %d bookmarks, the list says %d", name, len(got), want)
		}
		for _, b := range got {
			id := b["name"].(string)
			c.must(200, "GET", c.ws("/bookmarks/"+id, ""), nil)
			if rel := rows(c.must(200, "GET", c.ws("/incidents/"+name+"/relations", ""), nil)); len(rel) != 1 || props(rel[0])["relatedResourceName"] != id {
				t.Errorf("%s: relations %v", name, rel)
			}
			found++
		}
	}
	if found == 0 {
		t.Error("no incident has a bookmark")
	}
}
