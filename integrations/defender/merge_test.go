package defender

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"watchfloor/app"
)

// arranged runs one of the two calls on a service that names a target incident, and
// returns what was sent.
func arranged(t *testing.T, do func(*Client) (string, error)) (call, body, target string) {
	t.Helper()
	f, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeGraph) {
		fmt.Fprint(w, `{"@odata.type":"#microsoft.graph.security.mergeResponse","targetIncidentId":"40"}`)
	})
	target, err := do(c)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(f.asked()); n != 1 {
		t.Fatalf("%d requests", n)
	}
	b, err := json.Marshal(f.body)
	if err != nil {
		t.Fatal(err)
	}
	return f.asked()[0], string(b), target
}

func TestWhatAMergeAndAMoveSend(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		do         func(*Client) (string, error)
		call, body string
	}{
		"merge": {
			func(c *Client) (string, error) { return c.Merge(ctx, []string{"41", "40", "41"}, "one campaign") },
			"POST incidents/mergeIncidents", `{"incidentComment":"one campaign","incidentIds":["41","40"]}`,
		},
		"merge without a comment": {
			func(c *Client) (string, error) { return c.Merge(ctx, []string{"41", "40"}, "") },
			"POST incidents/mergeIncidents", `{"incidentIds":["41","40"]}`,
		},
		"move": {
			func(c *Client) (string, error) {
				return c.MoveAlerts(ctx, []string{"da1", "da2", "da1"}, "40", "belongs here")
			},
			"POST alerts_v2/moveAlerts", `{"alertComment":"belongs here","alertIds":["da1","da2"],"incidentId":"40"}`,
		},
		"move into a new incident": {
			func(c *Client) (string, error) { return c.MoveAlerts(ctx, []string{"da1"}, "", "") },
			"POST alerts_v2/moveAlerts", `{"alertIds":["da1"],"incidentId":null}`,
		},
	} {
		call, body, target := arranged(t, c.do)
		if call != c.call || body != c.body || target != "40" {
			t.Errorf("%s: %s %s, ended in %q", name, call, body, target)
		}
	}
}

func TestMergesAndMovesThatMustNotBeSent(t *testing.T) {
	f, c := fake(t, func(http.ResponseWriter, *http.Request, *fakeGraph) {})
	ctx := context.Background()
	for _, ids := range [][]string{nil, {"1"}, {"1", "1"}, {"1", "", "2"}} {
		if _, err := c.Merge(ctx, ids, "x"); app.KindOf(err) != app.KindInvalid {
			t.Errorf("merge of %q: %v", ids, err)
		}
	}
	for _, ids := range [][]string{nil, {""}} {
		if _, err := c.MoveAlerts(ctx, ids, "1", "x"); app.KindOf(err) != app.KindInvalid {
			t.Errorf("move of %q: %v", ids, err)
		}
	}
	if len(f.asked()) != 0 {
		t.Errorf("sent %v", f.asked())
	}
}

// Neither call may be repeated blindly: each is sent once, and where it may have been
// done the error says so.
func TestAnswersToAMergeAndToAMove(t *testing.T) {
	ctx := context.Background()
	calls := map[string]func(*Client) (string, error){
		"merge": func(c *Client) (string, error) { return c.Merge(ctx, []string{"1", "2"}, "x") },
		"move":  func(c *Client) (string, error) { return c.MoveAlerts(ctx, []string{"da1"}, "2", "x") },
	}
	answers := map[string]struct {
		do    http.HandlerFunc
		kind  app.Kind
		maybe bool
		wait  time.Duration
	}{
		"refused":      {answering(400), app.KindInvalid, false, 0},
		"gone":         {answering(404), app.KindInvalid, false, 0},
		"signed out":   {answering(401), app.KindSignIn, false, 0},
		"forbidden":    {answering(403), app.KindPermission, false, 0},
		"changed":      {answering(409), app.KindConflict, false, 0},
		"throttled":    {refusing(429, "2.128"), app.KindThrottled, false, 2128 * time.Millisecond},
		"busy":         {refusing(503, "900"), app.KindThrottled, true, 15 * time.Minute},
		"trouble":      {answering(503), app.KindOffline, true, 0},
		"lost":         {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, app.KindOffline, true, 0},
		"cut":          {saying(`{"targetIncidentId":"4`), app.KindOffline, true, 0},
		"empty":        {saying(""), app.KindOffline, true, 0},
		"no content":   {answering(204), app.KindOffline, true, 0},
		"no object":    {saying(`["40"]`), app.KindInvalid, true, 0},
		"no target":    {saying(`{"value":[]}`), app.KindInvalid, true, 0},
		"empty target": {saying(`{"targetIncidentId":""}`), app.KindInvalid, true, 0},
		"portal": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html>")
		}, app.KindOffline, true, 0},
		"redirect": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://portal.example/")
			w.WriteHeader(302)
		}, app.KindOffline, true, 0},
	}
	for what, call := range calls {
		for name, a := range answers {
			t.Run(what+" "+name, func(t *testing.T) {
				f, c := fake(t, func(w http.ResponseWriter, r *http.Request, _ *fakeGraph) { a.do(w, r) })
				target, err := call(c)
				e, _ := err.(*app.Error)
				if e == nil || target != "" || e.Kind != a.kind || e.MaybeApplied != a.maybe || e.RetryAfter != a.wait {
					t.Errorf("%q %+v", target, err)
				}
				if n := len(f.asked()); n != 1 {
					t.Errorf("sent %d times", n)
				}
			})
		}
	}
}

func answering(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func refusing(code int, wait string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", wait)
		w.WriteHeader(code)
	}
}

func saying(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }
}

func TestARefusalSaysWhatToDo(t *testing.T) {
	for code, want := range map[int]string{
		400: "Defender XDR does not merge these incidents; one of them may be merged already. Refresh them and choose again.",
		403: "Permission is missing: ask for the permission SecurityData.Manage.All and the role Security Operator.",
		404: "One of these incidents is not at Defender XDR; refresh them and choose again.",
	} {
		_, c := fake(t, func(w http.ResponseWriter, r *http.Request, _ *fakeGraph) { answering(code)(w, r) })
		if _, err := c.Merge(context.Background(), []string{"1", "2"}, ""); app.Say(err) != want {
			t.Errorf("%d: %s", code, app.Say(err))
		}
	}
}
