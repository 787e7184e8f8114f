package sentinel

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
)

const taskID = "4bb36b7b-26ff-4d1c-9cbe-0d8ab3da0014"

// taskRow spells the task as the service holds it.
func taskRow(etag, title, status string) string {
	return fmt.Sprintf(`{"name":%q,"etag":%q,"properties":{"title":%q,"description":"why","status":%q,
 "createdTimeUtc":"2026-11-22T01:00:00Z","lastModifiedTimeUtc":"2026-11-22T02:00:00Z","createdBy":{"name":"Ann"}}}`, taskID, etag, title, status)
}

func wanted(etag string, done bool) app.Task {
	return app.Task{ID: taskID, Title: "Call the user", Description: "why", Done: done, ETag: etag}
}

// serving answers GET with held ("" for 404) and PUT with status and body.
func serving(t *testing.T, held string, status int, put string) (*fakeARM, *Client) {
	t.Helper()
	return fake(t, func(w http.ResponseWriter, r *http.Request, _ *fakeARM) {
		switch {
		case r.Method == http.MethodPut:
			w.WriteHeader(status)
			fmt.Fprint(w, put)
		case held == "":
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"error":{"code":"NotFound"}}`)
		default:
			fmt.Fprint(w, held)
		}
	})
}

func TestANewTaskIsPutUnderTheClientsID(t *testing.T) {
	f, c := serving(t, "", 201, taskRow(`"1"`, "Call the user", "New"))
	got, err := c.PutTask(context.Background(), guid, wanted("", false))
	if err != nil {
		t.Fatal(err)
	}
	body, _ := json.Marshal(f.body)
	if calls := f.asked(); len(calls) != 1 || calls[0] != "PUT "+taskID || string(body) != `{"properties":{"description":"why","status":"New","title":"Call the user"}}` {
		t.Errorf("%v %s", calls, body)
	}
	at := time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)
	want := app.Task{ID: taskID, Title: "Call the user", Description: "why", CreatedBy: "Ann", Created: at, Modified: at.Add(time.Hour), ETag: `"1"`}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestATaskIsCompletedOverTheVersionThatWasRead(t *testing.T) {
	f, c := serving(t, taskRow(`"1"`, "Call the user", "New"), 200, taskRow(`"2"`, "Call the user", "Completed"))
	got, err := c.PutTask(context.Background(), guid, wanted(`"1"`, true))
	if err != nil || !got.Done || got.ETag != `"2"` {
		t.Errorf("%+v %v", got, err)
	}
	props, _ := f.body["properties"].(map[string]any)
	if f.body["etag"] != `"1"` || props["status"] != "Completed" || props["title"] != "Call the user" || props["description"] != "why" {
		t.Errorf("sent %v", f.body)
	}
}

// Each case is a state of the service and what a call then does to it.
func TestWhatATaskMeets(t *testing.T) {
	mine, theirs := taskRow(`"2"`, "Call the user", "Completed"), taskRow(`"2"`, "Call the manager", "New")
	same := taskRow(`"1"`, "Call the user", "New")
	for name, c := range map[string]struct {
		want   app.Task
		held   string // what GET answers; "" is 404
		status int    // of a PUT
		put    string
		kind   app.Kind
		puts   int
		etag   string // of the task returned
	}{
		"added before, the answer was lost":   {wanted("", false), same, 409, "", "", 1, `"1"`},
		"added before, completed by others":   {wanted("", false), mine, 409, "", "", 1, `"2"`},
		"added before, renamed by others":     {wanted("", false), theirs, 409, "", "", 1, `"2"`},
		"refused although it is not there":    {wanted("", false), "", 409, "", app.KindConflict, 1, ""},
		"completed blindly over a stranger":   {wanted("", true), theirs, 409, "", app.KindConflict, 1, ""},
		"completed before":                    {wanted(`"1"`, true), mine, 200, "", "", 0, `"2"`},
		"changed by others":                   {wanted(`"1"`, true), theirs, 200, "", app.KindConflict, 0, ""},
		"deleted":                             {wanted(`"1"`, true), "", 201, mine, app.KindNotFound, 0, ""},
		"changed between the two requests":    {wanted(`"1"`, true), same, 409, "", app.KindConflict, 1, ""},
		"deleted between the two requests":    {wanted(`"1"`, true), same, 201, mine, app.KindInternal, 1, ""},
		"the same version in another dress":   {wanted(`W/1`, true), same, 200, mine, "", 1, `"2"`},
		"the incident is gone":                {wanted("", false), "", 404, "", app.KindNotFound, 1, ""},
		"forty tasks already":                 {wanted("", false), "", 400, `{"error":{"code":"BadRequest"}}`, app.KindInvalid, 1, ""},
		"the workspace is gone":               {wanted("", false), "", 404, `{"error":{"code":"ResourceGroupNotFound"}}`, app.KindInvalid, 1, ""},
		"an answer that is not a task at all": {wanted("", false), "", 201, `[]`, app.KindInvalid, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f, client := serving(t, c.held, c.status, c.put)
			got, err := client.PutTask(context.Background(), guid, c.want)
			puts := strings.Count(strings.Join(f.asked(), "\n"), "PUT ")
			if app.KindOf(err) != c.kind || got.ETag != c.etag || puts != c.puts {
				t.Errorf("%+v, %v, %d PUTs", got, err, puts)
			}
		})
	}
}

// A task is written once; where that may have happened the error says so.
func TestAnswersToATask(t *testing.T) {
	html := func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html>")
	}
	code := func(status int, wait string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			if wait != "" {
				w.Header().Set("Retry-After", wait)
			}
			w.WriteHeader(status)
		}
	}
	for name, c := range map[string]struct {
		do    func(http.ResponseWriter)
		kind  app.Kind
		maybe bool
		wait  time.Duration
	}{
		"lost":       {func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, app.KindOffline, true, 0},
		"trouble":    {code(503, ""), app.KindOffline, true, 0},
		"busy":       {code(503, "900"), app.KindThrottled, true, 15 * time.Minute},
		"throttled":  {code(429, "2.5"), app.KindThrottled, false, 2500 * time.Millisecond},
		"portal":     {html, app.KindOffline, true, 0},
		"forbidden":  {code(403, ""), app.KindPermission, false, 0},
		"signed out": {code(401, ""), app.KindSignIn, false, 0},
		"empty":      {code(200, ""), app.KindOffline, true, 0},
		"cut":        {func(w http.ResponseWriter) { fmt.Fprint(w, taskRow("1", "t", "New")[:40]) }, app.KindOffline, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			f, client := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeARM) { c.do(w) })
			_, err := client.PutTask(context.Background(), guid, wanted("", false))
			e, _ := err.(*app.Error)
			if e == nil || e.Kind != c.kind || e.MaybeApplied != c.maybe || e.RetryAfter != c.wait {
				t.Errorf("%+v", err)
			}
			if n := len(f.asked()); n != 1 {
				t.Errorf("sent %d times", n)
			}
			if name == "forbidden" && !strings.Contains(app.Say(err), "Microsoft Sentinel Responder") {
				t.Errorf("said %q", app.Say(err))
			}
		})
	}
}

func TestTasksThatMustNotBeSent(t *testing.T) {
	f, c := serving(t, "", 201, "{}")
	for name, bad := range map[string]app.Task{"no id": {Title: "x"}, "no title": {ID: taskID, Title: " "}} {
		if _, err := c.PutTask(context.Background(), guid, bad); err == nil {
			t.Errorf("%s was sent", name)
		}
	}
	if len(f.asked()) != 0 {
		t.Errorf("asked %v", f.asked())
	}
}

func TestTasksOfAWorkspaceWithoutThem(t *testing.T) {
	_, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeARM) { w.WriteHeader(http.StatusBadRequest) })
	if got, err := c.Tasks(context.Background(), guid); app.KindOf(err) != app.KindInvalid {
		t.Errorf("%v %v", got, err)
	}
}
