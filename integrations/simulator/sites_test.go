package simulator

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// follow reads every page of a list and says how many there were.
func (c *caller) follow(url string) (all []map[string]any, pages int) {
	c.t.Helper()
	for url != "" {
		v := c.must(200, "GET", url, nil)
		all = append(all, rows(v)...)
		pages++
		url, _ = v["nextLink"].(string)
	}
	return all, pages
}

func names(list []map[string]any, key string) (out []string) {
	for _, x := range list {
		s, _ := x[key].(string)
		out = append(out, s)
	}
	return out
}

func TestDiscoveryLeadsFromSubscriptionsToTheWorkspacesWithSentinel(t *testing.T) {
	s := start(t, Options{Incidents: 1})
	c := raw(t, s)
	const version = "?api-version=2023-09-01"
	subs, pages := c.follow(c.set.ARM + "/subscriptions?api-version=2022-12-01")
	if len(subs) != 3 || pages != 2 || subs[0]["subscriptionId"] != c.set.SubscriptionID || subs[0]["tenantId"] != c.set.TenantID {
		t.Fatalf("%d subscriptions on %d pages: %v", len(subs), pages, subs)
	}
	found := map[string]bool{}
	for _, sub := range names(subs, "id") {
		list, _ := c.follow(c.set.ARM + sub + "/providers/Microsoft.OperationalInsights/workspaces" + version)
		for _, ws := range list {
			id := ws["id"].(string)
			status, _, _, err := c.do("GET", c.set.ARM+id+"/providers/Microsoft.SecurityInsights/onboardingStates/default?api-version=2024-03-01", nil)
			states := rows(c.must(200, "GET", c.set.ARM+id+"/providers/Microsoft.SecurityInsights/onboardingStates?api-version=2024-03-01", nil))
			if err != nil || (status == 200) != (len(states) == 1) {
				t.Errorf("%s: the state answers %d, the list holds %d", id, status, len(states))
			}
			found[ws["name"].(string)] = status == 200
		}
	}
	if len(found) != 3 || !found[c.set.Workspace] || found["law-platform-logs"] || !found["law-sentinel-research"] {
		t.Errorf("workspaces and whether Sentinel is on: %v", found)
	}
	group := c.set.ARM + "/subscriptions/" + c.set.SubscriptionID + "/resourcegroups/" + c.set.ResourceGroup
	if list, _ := c.follow(group + "/providers/Microsoft.OperationalInsights/workspaces" + version); len(list) != 1 || list[0]["name"] != c.set.Workspace {
		t.Errorf("the group holds %v", list)
	}
	for path, code := range map[string]string{
		c.set.ARM + "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups" + version:                                      "SubscriptionNotFound",
		c.set.ARM + "/subscriptions/" + researchID + "/resourceGroups/" + c.set.ResourceGroup + version:                                 "ResourceGroupNotFound",
		group + "/providers/Microsoft.OperationalInsights/workspaces/law-typo" + version:                                                "ResourceNotFound",
		group + "/providers/Microsoft.OperationalInsights/workspaces/law-typo/providers/Microsoft.SecurityInsights/incidents" + version: "ResourceNotFound",
	} {
		if got := errorCode(c.must(404, "GET", path, nil)); got != code {
			t.Errorf("%s: %s, want %s", path, got, code)
		}
	}
}

func errorCode(v map[string]any) string {
	e, _ := v["error"].(map[string]any)
	code, _ := e["code"].(string)
	return code
}

func TestAWorkspaceWithoutSentinelSaysSoAndAnEmptyOneIsEmpty(t *testing.T) {
	c := raw(t, start(t, Options{Incidents: 1}))
	at := func(p site) string { return c.set.ARM + p.id() + "/providers/Microsoft.SecurityInsights/incidents" }
	const version = "?api-version=2025-07-01-preview"
	v := c.must(400, "GET", at(sites[1])+version, nil)
	if text, _ := v["error"].(map[string]any)["message"].(string); !strings.Contains(text, "is not onboarded to Microsoft Sentinel") {
		t.Errorf("without Sentinel: %v", v)
	}
	if got := rows(c.must(200, "GET", at(sites[2])+version, nil)); len(got) != 0 {
		t.Errorf("the empty workspace holds %v", got)
	}
	c.must(404, "GET", at(sites[2])+"/x"+version, nil)
	c.must(403, "PUT", at(sites[2])+"/x"+version, map[string]any{})
}

func TestPermissionsAgreeWithWhatIsAllowed(t *testing.T) {
	s := start(t, Options{Incidents: 40})
	c := raw(t, s)
	scope := c.set.ARM + strings.TrimSuffix(wsPrefix, "/providers/Microsoft.SecurityInsights")
	in := openOne(t, s)
	comment, task := c.ws("/incidents/"+in.ID+"/comments/n", ""), c.ws("/incidents/"+in.ID+"/tasks/n", "")
	for _, x := range []struct {
		role                ARMRole
		permissions         int
		list, write, delete int
		play                int
		seen                int // workspaces of the subscription
	}{
		{ARMContributor, 1, 200, 201, 200, 204, 2},
		{ARMResponder, 1, 200, 201, 403, 204, 2},
		{ARMReader, 1, 200, 403, 403, 403, 2},
		{ARMNobody, 0, 403, 403, 403, 403, 1},
	} {
		s.SetRights(Rights{ARM: x.role})
		got := rows(c.must(200, "GET", scope+"/providers/Microsoft.Authorization/permissions?api-version=2022-04-01", nil))
		if len(got) != x.permissions {
			t.Errorf("%q: %d permissions", x.role, len(got))
		}
		for _, call := range []struct {
			method, url, action string
			want                int
			body                any
		}{
			{"GET", c.ws("/incidents", ""), "Microsoft.SecurityInsights/incidents/read", x.list, nil},
			{"POST", c.ws("/incidents/"+in.ID+"/alerts", ""), "Microsoft.SecurityInsights/incidents/alerts/read", x.list, nil},
			{"POST", c.ws("/incidents/"+in.ID+"/runPlaybook", ""), "Microsoft.SecurityInsights/incidents/runPlaybook/action", x.play, nil},
			{"PUT", comment, "Microsoft.SecurityInsights/incidents/comments/write", x.write, map[string]any{"properties": map[string]any{"message": "x"}}},
			{"PUT", task, "Microsoft.SecurityInsights/incidents/tasks/write", x.write, map[string]any{"properties": map[string]any{"title": "x", "status": "New"}}},
			{"DELETE", comment, "Microsoft.SecurityInsights/incidents/comments/delete", x.delete, nil},
			{"DELETE", task, "Microsoft.SecurityInsights/incidents/tasks/delete", x.delete, nil},
		} {
			status, _, b, err := c.do(call.method, call.url, call.body)
			if err != nil || status != call.want {
				t.Errorf("%q %s %s: %d, want %d: %v %s", x.role, call.method, call.action, status, call.want, err, b)
			}
			if named := strings.Contains(string(b), "'"+call.action+"'") && strings.Contains(string(b), "AuthorizationFailed"); named != (call.want == 403) {
				t.Errorf("%q: %s", x.role, b)
			}
			allowed := false
			for _, p := range got {
				allowed = allowed || permissionOf(t, p).allows(call.action)
			}
			if allowed != (call.want != 403) {
				t.Errorf("%q: the permissions say %v of %s, the service answers %d", x.role, allowed, call.action, call.want)
			}
		}
		s.SetRights(Rights{})
		c.must(200, "GET", comment[:strings.LastIndex(comment, "/n?")]+"?api-version=2025-07-01-preview", nil)
		for _, left := range []string{comment, task} { // the next role begins afresh
			_, _, _, _ = c.do("DELETE", left, nil)
		}
		s.SetRights(Rights{ARM: x.role})
		if list, _ := c.follow(c.set.ARM + "/subscriptions/" + c.set.SubscriptionID + "/providers/Microsoft.OperationalInsights/workspaces?api-version=2023-09-01"); len(list) != x.seen {
			t.Errorf("%q sees %d workspaces", x.role, len(list))
		}
	}
	s.SetRights(Rights{ARM: ARMNobody})
	if got := rows(c.must(200, "GET", c.set.ARM+"/subscriptions/"+c.set.SubscriptionID+"/providers/Microsoft.Authorization/permissions?api-version=2022-04-01", nil)); len(got) != 1 || !permissionOf(t, got[0]).allows("Microsoft.Whatever/things/read") {
		t.Errorf("at the subscription: %v", got)
	}
}

func permissionOf(t *testing.T, v map[string]any) (p permission) {
	t.Helper()
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil || v["notDataActions"] == nil {
		t.Errorf("permission %v: %v", v, err)
	}
	return p
}

// saysToken decodes what a client could read out of a token.
func saysToken(t *testing.T, token string) (v map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(raw, &v)
	}
	if err != nil || len(parts) != 3 {
		t.Fatalf("token %q: %v", token, err)
	}
	return v
}

func TestWhatGraphRefusesIsWhatTheTokenLacks(t *testing.T) {
	all := graphPermissions
	for _, x := range []struct {
		why                string
		rights             Rights
		person             bool
		list, patch, alert int
	}{
		{"an application with everything", Rights{}, false, 200, 200, 200},
		{"an application without any permission", Rights{GraphWithout: all}, false, 403, 403, 403},
		{"an application that may only read", Rights{GraphWithout: []string{IncidentReadWrite, AlertReadWrite}}, false, 200, 403, 200},
		{"an application without alerts", Rights{GraphWithout: []string{AlertRead, AlertReadWrite}}, false, 200, 200, 403},
		{"an application needs no directory role", Rights{Role: NoDirectoryRole}, false, 200, 200, 200},
		{"a person with everything", Rights{}, true, 200, 200, 200},
		{"a person whose administrator never consented to writing", Rights{GraphWithout: []string{IncidentReadWrite}}, true, 200, 403, 200},
		{"a person who is a Security Reader", Rights{Role: SecurityReader}, true, 200, 403, 200},
		{"a person without a directory role", Rights{Role: NoDirectoryRole}, true, 403, 403, 403},
	} {
		t.Run(x.why, func(t *testing.T) {
			s := start(t, Options{Incidents: 40, Rights: x.rights})
			c := raw(t, s)
			if x.person {
				c.tokens[audGraph] = s.issue(s.me(), audGraph)
			}
			v := saysToken(t, c.tokens[audGraph])
			g := defender(s, 1, alone)[0]
			one := c.set.Graph + "/security/incidents/" + g.ID
			for _, call := range []struct {
				method, url string
				body        any
				want        int
			}{
				{"GET", c.set.Graph + "/security/incidents", nil, x.list},
				{"GET", one, nil, x.list},
				{"PATCH", one, map[string]any{"severity": "low"}, x.patch},
				{"POST", one + "/comments", map[string]any{"comment": "x"}, x.patch},
				{"GET", c.set.Graph + "/security/alerts_v2?$top=1", nil, x.alert},
			} {
				status, _, b, err := c.do(call.method, call.url, call.body)
				if err != nil || status != call.want {
					t.Errorf("%s %s: %d, want %d: %v %.200s", call.method, call.url, status, call.want, err, b)
				}
				if status == 403 && !strings.Contains(string(b), `"code":"Forbidden"`) {
					t.Errorf("the refusal reads %s", b)
				}
			}
			if v["aud"] != "https://graph.microsoft.com" || v["tid"] != c.set.TenantID || v["appid"] != c.set.ClientID {
				t.Errorf("token %v", v)
			}
			scp, _ := v["scp"].(string)
			roles, _ := json.Marshal(v["roles"])
			wids, _ := json.Marshal(v["wids"])
			for _, p := range all {
				want := !slices.Contains(x.rights.GraphWithout, p)
				if x.person && slices.Contains(strings.Fields(scp), p) != want || !x.person && strings.Contains(string(roles), `"`+p+`"`) != want {
					t.Errorf("the token says scp %q, roles %s", scp, roles)
				}
			}
			if x.person && (v["upn"] != c.set.User || strings.Contains(string(wids), operatorID) != (x.rights.Role == SecurityOperator)) {
				t.Errorf("the person's token says %v", v)
			}
		})
	}
}

func TestAPermissionGivenBackCountsInTheNextToken(t *testing.T) {
	s := start(t, Options{Incidents: 20})
	c := raw(t, s)
	list := c.set.Graph + "/security/incidents"
	c.must(200, "GET", list, nil)
	s.SetRights(Rights{GraphWithout: []string{IncidentRead, IncidentReadWrite}})
	c.must(403, "GET", list, nil)
	without := newCaller(t, c.set, c.client)
	s.SetRights(Rights{})
	without.must(403, "GET", list, nil)
	c.must(200, "GET", list, nil)
	newCaller(t, c.set, c.client).must(200, "GET", list, nil)
}

func TestRightsThatAreMisspeltAreRefused(t *testing.T) {
	for _, r := range []Rights{{ARM: "owner"}, {Role: "king"}, {GraphWithout: []string{"Mail.Read"}}} {
		if s, err := Start(t.Context(), Options{Rights: r}); err == nil {
			_ = s.Close()
			t.Errorf("%+v was taken", r)
		}
	}
}

func TestEachPlaceCanBeReadAlone(t *testing.T) {
	s := start(t, Options{Incidents: 1, Rights: Rights{ARM: ARMReader}})
	c := raw(t, s)
	const version = "?api-version=2023-09-01"
	for i := range sites {
		p := &sites[i]
		for _, id := range []string{"/subscriptions/" + p.subscription, p.groupID(), p.id()} {
			if v := c.must(200, "GET", c.set.ARM+id+version, nil); v["id"] != id {
				t.Errorf("%s answers %v", id, v["id"])
			}
		}
	}
	groups, _ := c.follow(c.set.ARM + "/subscriptions/" + subscriptionID + "/resourceGroups" + version)
	if got := names(groups, "name"); !slices.Equal(got, []string{resourceGroup, "rg-platform"}) {
		t.Errorf("groups %v", got)
	}
	s.SetRights(Rights{ARM: ARMNobody})
	c.must(403, "GET", c.set.ARM+sites[0].groupID()+version, nil)
	c.must(403, "GET", c.set.ARM+sites[0].id()+version, nil)
	c.must(200, "GET", c.set.ARM+sites[1].id()+version, nil)
	c.must(405, "PUT", c.set.ARM+sites[1].groupID()+version, map[string]any{})
	c.must(400, "GET", c.set.ARM+"/subscriptions"+version+"&$skiptoken=x", nil)
	c.must(400, "GET", c.set.ARM+"/subscriptions", nil)
}
