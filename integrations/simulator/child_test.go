package simulator

import (
	"fmt"
	"strings"
	"testing"
)

func TestATaskIsMadeDoneAndRemoved(t *testing.T) {
	s := start(t, Options{Incidents: 200, Now: newHand().now})
	c, in := raw(t, s), openOne(t, s)
	list := c.ws("/incidents/"+in.ID+"/tasks", "")
	had := len(rows(c.must(200, "GET", list, nil)))
	one := c.ws("/incidents/"+in.ID+"/tasks/t-1", "")
	task := func(etag any, status string) map[string]any {
		return map[string]any{"etag": etag, "properties": map[string]any{"title": "Call the owner", "description": "By telephone", "status": status}}
	}
	c.must(404, "GET", one, nil)
	made := c.must(201, "PUT", one, task(nil, "New"))
	c.must(400, "PUT", one, task(made["etag"], "Half done"))
	c.must(409, "PUT", one, task("\"old\"", "Completed"))
	done := c.must(200, "PUT", one, task(made["etag"], "Completed"))
	if p := props(done); p["status"] != "Completed" || p["createdTimeUtc"] == nil || p["lastModifiedBy"].(map[string]any)["name"] != appName || done["etag"] == made["etag"] {
		t.Errorf("task %v", done)
	}
	if got := len(rows(c.must(200, "GET", list, nil))); got != had+1 {
		t.Errorf("%d tasks", got)
	}
	if now, _ := s.SentinelIncident(in.ID); now.Tasks[len(now.Tasks)-1] != (StoredTask{"t-1", "Call the owner", "By telephone", appName, true}) {
		t.Errorf("held %+v", now.Tasks)
	}
	s.SetFaults(Faults{StaleNext: 1})
	c.must(409, "PUT", one, task(done["etag"], "New"))
	c.must(200, "DELETE", one, nil)
	c.must(204, "DELETE", one, nil)
	c.must(409, "PUT", one, task(done["etag"], "New")) // what was deleted is not made again
	for n := had; n < maxTasks; n++ {
		c.must(201, "PUT", c.ws(fmt.Sprintf("/incidents/%s/tasks/n-%d", in.ID, n), ""), task(nil, "New"))
	}
	c.must(400, "PUT", c.ws("/incidents/"+in.ID+"/tasks/too-many", ""), task(nil, "New"))
}

func TestABookmarkIsPinnedToAnIncidentAndCounted(t *testing.T) {
	s := start(t, Options{Incidents: 200, Now: newHand().now})
	c, in := raw(t, s), openOne(t, s)
	count := func() float64 {
		return props(c.must(200, "GET", c.ws("/incidents/"+in.ID, ""), nil))["additionalData"].(map[string]any)["bookmarksCount"].(float64)
	}
	had := count()
	mark := c.ws("/bookmarks/b-1", "")
	rel := func(to string) map[string]any {
		return map[string]any{"properties": map[string]any{"relatedResourceId": to}}
	}
	one := c.ws("/incidents/"+in.ID+"/relations/r-1", "")
	c.must(400, "PUT", one, rel(wsPrefix+"/bookmarks/b-1")) // it does not exist yet
	c.must(400, "PUT", mark, map[string]any{"properties": map[string]any{"displayName": "no query"}})
	made := c.must(201, "PUT", mark, map[string]any{"properties": map[string]any{"displayName": "Found", "query": "SigninLogs | take 1", "notes": "look", "eventTime": "2026-03-01T10:00:00Z"}})
	c.must(201, "PUT", one, rel(wsPrefix+"/bookmarks/b-1"))
	c.must(400, "PUT", c.ws("/incidents/"+in.ID+"/relations/r-2", ""), rel("/nowhere"))
	if count() != had+1 {
		t.Errorf("%v bookmarks, had %v", count(), had)
	}
	found := false
	for _, b := range rows(c.must(200, "POST", c.ws("/incidents/"+in.ID+"/bookmarks", ""), nil)) {
		found = found || b["name"] == "b-1" && props(b)["notes"] == "look" && props(b)["eventTime"] == "2026-03-01T10:00:00Z"
	}
	if !found {
		t.Error("the bookmark is not among those of the incident")
	}
	c.must(409, "PUT", mark, map[string]any{"properties": map[string]any{"displayName": "x", "query": "y"}})
	c.must(200, "PUT", mark, map[string]any{"etag": made["etag"], "properties": map[string]any{"displayName": "x", "query": "y"}})
	c.must(200, "DELETE", one, nil)
	if count() != had {
		t.Errorf("%v bookmarks after removing one, had %v", count(), had)
	}
}

func TestACommentIsEditedOnlyWithItsOwnETag(t *testing.T) {
	s := start(t, Options{Incidents: 100, Now: newHand().now})
	c, in := raw(t, s), openOne(t, s)
	one := c.ws("/incidents/"+in.ID+"/comments/c-1", "")
	said := func(etag any, text string) map[string]any {
		return map[string]any{"etag": etag, "properties": map[string]any{"message": text}}
	}
	c.must(404, "GET", one, nil)
	first := c.must(201, "PUT", one, said(nil, "one"))
	second := c.must(200, "PUT", one, said(first["etag"], "two"))
	c.must(409, "PUT", one, said(first["etag"], "three"))
	if got := c.must(200, "GET", one, nil); props(got)["message"] != "two" || got["etag"] != second["etag"] {
		t.Errorf("comment %v", got)
	}
	c.must(409, "PUT", c.ws("/incidents/"+in.ID+"/comments/c-2", ""), said("\"x\"", "an ETag for what is not there"))
}

func TestEntitiesAreToldOnceWithTheirCounts(t *testing.T) {
	s := start(t, Options{Incidents: 400, Now: newHand().now})
	c := raw(t, s)
	kinds := map[string]bool{}
	for _, in := range rows(c.must(200, "GET", c.ws("/incidents", "$top=1000"), nil)) {
		path := "/incidents/" + in["name"].(string)
		v := c.must(200, "POST", c.ws(path+"/entities", ""), nil)
		count, ids := map[string]int{}, map[string]bool{}
		for _, e := range v["entities"].([]any) {
			x := e.(map[string]any)
			kind := x["kind"].(string)
			count[kind]++
			kinds[kind] = true
			if ids[x["id"].(string)] {
				t.Errorf("%s: an entity came twice: %v", path, x)
			}
			ids[x["id"].(string)] = true
			if props(x)["friendlyName"] == "" {
				t.Errorf("%s: an entity without a name: %v", path, x)
			}
		}
		for _, m := range v["metaData"].([]any) {
			x := m.(map[string]any)
			if int(x["count"].(float64)) != count[x["entityKind"].(string)] {
				t.Errorf("%s: metaData %v, counted %v", path, x, count)
			}
			delete(count, x["entityKind"].(string))
		}
		if len(count) > 0 {
			t.Errorf("%s: metaData leaves out %v", path, count)
		}
		alerts := rows(c.must(200, "POST", c.ws(path+"/alerts", ""), nil))
		if want := int(props(in)["additionalData"].(map[string]any)["alertsCount"].(float64)); len(alerts) != want {
			t.Errorf("%s: %d alerts, the list says %d", path, len(alerts), want)
		}
	}
	if len(kinds) < 12 {
		t.Errorf("only these kinds of entity occur: %v", kinds)
	}
}

func TestSharedEntitiesKeepTheirIdAcrossIncidents(t *testing.T) {
	s := start(t, Options{Incidents: 600, Now: newHand().now})
	c := raw(t, s)
	names, shared := map[string]string{}, 0
	for _, in := range rows(c.must(200, "GET", c.ws("/incidents", "$top=1000"), nil)) {
		v := c.must(200, "POST", c.ws("/incidents/"+in["name"].(string)+"/entities", ""), nil)
		for _, e := range v["entities"].([]any) {
			x := e.(map[string]any)
			name := x["kind"].(string) + " " + props(x)["friendlyName"].(string)
			if x["kind"] != "Host" && x["kind"] != "Ip" {
				continue
			}
			if id, known := names[name]; known {
				shared++
				if id != x["id"] {
					t.Errorf("%s has the ids %s and %s", name, id, x["id"])
				}
			}
			names[name] = x["id"].(string)
		}
	}
	if shared < 20 {
		t.Errorf("only %d entities are shared", shared)
	}
}

func TestTitlesMeantToHurtArriveUnharmed(t *testing.T) {
	s := start(t, Options{Incidents: 400, Now: newHand().now})
	c := raw(t, s)
	long, formula, bidi, control, markup := false, false, false, false, false
	see := func(title string) {
		long = long || len(title) == 5000
		formula = formula || strings.HasPrefix(title, "=cmd|")
		bidi = bidi || strings.ContainsRune(title, '\u202e')
		control = control || strings.ContainsRune(title, 0x1b) && strings.ContainsRune(title, 0)
		markup = markup || strings.HasPrefix(title, "<script>")
	}
	for _, in := range rows(c.must(200, "GET", c.ws("/incidents", "$top=1000"), nil)) {
		see(props(in)["title"].(string))
	}
	for _, in := range rows(c.must(200, "GET", c.set.Graph+"/security/incidents?$top=1000", nil)) {
		see(in["displayName"].(string))
	}
	if !long || !formula || !bidi || !control || !markup {
		t.Errorf("long %v, formula %v, bidi %v, control %v, markup %v", long, formula, bidi, control, markup)
	}
	if got := s.FindTitle("<SCRIPT>"); len(got) == 0 || !strings.Contains(got[0].Title, "<script>") {
		t.Errorf("found %v", got)
	}
}
