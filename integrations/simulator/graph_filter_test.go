package simulator

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestAGraphFilterSelectsWhatItSays(t *testing.T) {
	s := start(t, Options{Incidents: 500, Now: newHand().now})
	c := raw(t, s)
	me := s.Settings().User
	week := newHand().now().AddDate(0, 0, -7)
	for filter, right := range map[string]func(Stored) bool{
		"status eq 'active' or status eq 'inProgress'":                             isOpen,
		"severity eq 'high' and status ne 'resolved'":                              func(x Stored) bool { return x.Severity == "high" && x.Status != "resolved" },
		"assignedTo eq '" + me + "'":                                               func(x Stored) bool { return x.Owner == me },
		"assignedTo eq null":                                                       func(x Stored) bool { return x.Owner == "" },
		"classification eq 'falsePositive' and determination eq 'notMalicious'":    func(x Stored) bool { return x.Classification == "falsePositive" && x.Determination == "notMalicious" },
		"createdDateTime ge " + week.Format(time.RFC3339):                          func(x Stored) bool { return !x.Created.Before(week) },
		"lastUpdateDateTime lt " + week.Format(time.RFC3339) + " and status ne ''": func(x Stored) bool { return x.Modified.Before(week) },
		"not (severity in ('low','informational'))":                                func(x Stored) bool { return x.Severity == "high" || x.Severity == "medium" },
	} {
		want := len(defender(s, 10000, right))
		v := c.must(200, "GET", c.set.Graph+"/security/incidents?$top=1000&$filter="+url.QueryEscape(filter), nil)
		got := rows(v)
		for _, in := range got {
			if x, _ := s.DefenderIncident(in["id"].(string)); !right(x) {
				t.Errorf("%s: %+v", filter, x)
			}
		}
		if len(got) != want || want == 0 {
			t.Errorf("%s: %d rows, want %d", filter, len(got), want)
		}
	}
}

func TestGraphChangesComeOldestFirstAndMeetAtTheBorder(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 200, Now: h.now})
	c := raw(t, s)
	since := h.now().Add(time.Second)
	var want []string
	for _, in := range defender(s, 7, func(in Stored) bool { return in.Twin == "" && in.Status != "redirected" }) {
		h.move(time.Second)
		s.CommentAs("Somebody", SourceDefender, in.ID, "seen")
		want = append(want, in.ID)
	}
	var got []string
	q := "$top=3&$orderby=" + url.QueryEscape("lastUpdateDateTime asc") + "&$filter=" + url.QueryEscape("lastUpdateDateTime ge "+since.Format(time.RFC3339))
	for u := c.set.Graph + "/security/incidents?" + q; u != ""; {
		v := c.must(200, "GET", u, nil)
		for _, in := range rows(v) {
			got = append(got, in["id"].(string))
		}
		u, _ = v["@odata.nextLink"].(string)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("changed %v, got %v", want, got)
	}
}

func TestAWrongGraphQueryIsRefused(t *testing.T) {
	s := start(t, Options{Incidents: 20})
	c := raw(t, s)
	for _, q := range []string{"$top=0", "$top=-1", "$top=x", "$skip=-1", "$filter=title eq 'x'", "$filter=status eq active", "$orderby=severity", "$skiptoken=x", "$filter=createdDateTime gt 'x'"} {
		k, v, _ := strings.Cut(q, "=")
		if status, _, b, err := c.do("GET", c.set.Graph+"/security/incidents?"+k+"="+url.QueryEscape(v), nil); status != 400 || !strings.Contains(string(b), "BadRequest") {
			t.Errorf("%s: %d %v %s", q, status, err, b)
		}
	}
	c.must(400, "GET", c.set.Graph+"/security/nothing", nil)
}

func TestSkipCountsFromTheNewest(t *testing.T) {
	s := start(t, Options{Incidents: 100, Now: newHand().now})
	c := raw(t, s)
	all := rows(c.must(200, "GET", c.set.Graph+"/security/incidents?$top=1000", nil))
	got := rows(c.must(200, "GET", c.set.Graph+"/security/incidents?$top=3&$skip=4", nil))
	for i := range got {
		if got[i]["id"] != all[i+4]["id"] {
			t.Errorf("row %d is %v, want %v", i, got[i]["id"], all[i+4]["id"])
		}
	}
	if len(got) != 3 {
		t.Errorf("%d rows", len(got))
	}
}

func TestEvidenceTellsItsKindVerdictAndRole(t *testing.T) {
	s := start(t, Options{Incidents: 500, Now: newHand().now})
	c := raw(t, s)
	// What a screen needs of each kind to name the thing.
	names := map[string]string{
		"userEvidence": "userAccount", "deviceEvidence": "deviceDnsName", "ipEvidence": "ipAddress", "urlEvidence": "url", "fileEvidence": "fileDetails",
		"processEvidence": "processCommandLine", "analyzedMessageEvidence": "subject", "mailboxEvidence": "primaryAddress", "oauthApplicationEvidence": "displayName",
		"cloudApplicationEvidence": "displayName", "registryValueEvidence": "registryKey", "azureResourceEvidence": "resourceId", "amazonResourceEvidence": "amazonResourceId",
		"securityGroupEvidence": "displayName", "malwareEvidence": "name", "dnsEvidence": "domainName", "servicePrincipalEvidence": "servicePrincipalName",
		"mailClusterEvidence": "query", "mailboxConfigurationEvidence": "displayName", "kubernetesPodEvidence": "name", "blobEvidence": "name",
		"cloudLogonSessionEvidence": "sessionId", "networkConnectionEvidence": "destinationAddress",
	}
	seen := map[string]int{}
	for u := c.set.Graph + "/security/alerts_v2?$top=200"; u != ""; {
		v := c.must(200, "GET", u, nil)
		for _, a := range rows(v) {
			for _, e := range a["evidence"].([]any) {
				x := e.(map[string]any)
				kind := strings.TrimPrefix(x["@odata.type"].(string), "#microsoft.graph.security.")
				seen[kind]++
				if names[kind] == "" || x[names[kind]] == nil || x[names[kind]] == "" {
					t.Errorf("%s says no %q: %v", kind, names[kind], x)
				}
				if x["verdict"] == "" || x["remediationStatus"] == "" || x["createdDateTime"] == "" {
					t.Errorf("%s lacks a verdict, a status or a time", kind)
				}
			}
		}
		u, _ = v["@odata.nextLink"].(string)
	}
	if len(seen) < 18 {
		t.Errorf("only %d kinds occur: %v", len(seen), seen)
	}
}
