package sentinel

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"watchfloor/app"
)

const held = `{"name":"` + guid + `","etag":"\"7\"","properties":{"title":"kept","description":"kept too","severity":"Low","status":"New",
 "owner":{"objectId":null,"userPrincipalName":null},"classification":null,"novelty":{"deep":[1]},
 "labels":[{"labelName":"machine","labelType":"AutoAssigned"},{"labelName":"old","labelType":"User"}],
 "incidentNumber":5,"providerName":"Azure Sentinel","createdTimeUtc":"2026-11-22T01:00:00Z","lastModifiedTimeUtc":"2026-11-22T01:00:00Z","additionalData":{"alertsCount":1}}}`

func seen(t *testing.T, raw string) app.Pulled {
	t.Helper()
	p, odd := DecodeIncident([]byte(raw))
	if odd {
		t.Fatal("odd")
	}
	return p
}

// putting runs an update and returns the properties that were sent.
func putting(t *testing.T, was app.Pulled, want app.Fields, changed ...app.Field) map[string]any {
	t.Helper()
	f, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeARM) { fmt.Fprint(w, held) })
	if _, err := c.Update(context.Background(), was, want, changed); err != nil {
		t.Fatal(err)
	}
	if f.body["etag"] != `"7"` || len(f.body) != 2 {
		t.Errorf("sent %v", f.body)
	}
	return f.body["properties"].(map[string]any)
}

func TestPutCarriesEverythingThatIsNotTheServices(t *testing.T) {
	got := putting(t, seen(t, held), app.Fields{Severity: app.High}, app.FieldSeverity)
	want := map[string]any{
		"title": "kept", "description": "kept too", "severity": "High", "status": "New", "owner": map[string]any{},
		"novelty": map[string]any{"deep": []any{1.0}},
		"labels":  []any{map[string]any{"labelName": "machine", "labelType": "AutoAssigned"}, map[string]any{"labelName": "old", "labelType": "User"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("sent %v", got)
	}
}

func TestTagsOfTheServiceStay(t *testing.T) {
	got := putting(t, seen(t, held), app.Fields{Tags: []string{"b", "a", "a"}}, app.FieldTags)
	b, _ := json.Marshal(got["labels"])
	if string(b) != `[{"labelName":"machine","labelType":"AutoAssigned"},{"labelName":"a","labelType":"User"},{"labelName":"b","labelType":"User"}]` {
		t.Errorf("labels %s", b)
	}
}

func TestOwnersComeAndGo(t *testing.T) {
	got := putting(t, seen(t, held), app.Fields{Owner: app.Owner{ObjectID: "o", UPN: "ann@contoso.com", Name: "Ann"}}, app.FieldOwner)
	if !reflect.DeepEqual(got["owner"], map[string]any{"objectId": "o", "userPrincipalName": "ann@contoso.com", "email": "ann@contoso.com", "assignedTo": "Ann"}) {
		t.Errorf("owner %v", got["owner"])
	}
	owned := seen(t, strings.Replace(held, `"userPrincipalName":null`, `"userPrincipalName":"ann@contoso.com"`, 1))
	if got := putting(t, owned, app.Fields{}, app.FieldOwner); !reflect.DeepEqual(got["owner"], map[string]any{}) {
		t.Errorf("nobody is %v", got["owner"])
	}
	if got := putting(t, owned, app.Fields{Severity: app.High}, app.FieldSeverity); !reflect.DeepEqual(got["owner"], map[string]any{"userPrincipalName": "ann@contoso.com"}) {
		t.Errorf("kept owner is %v", got["owner"])
	}
}

func TestEveryWayToCloseAndReopen(t *testing.T) {
	closing := []app.Field{app.FieldStatus, app.FieldClassification, app.FieldDetermination, app.FieldClosingNote}
	for _, r := range app.Reasons {
		got := putting(t, seen(t, held), app.Fields{Status: app.StatusClosed, Classification: r.Classification, Determination: r.Determination, ClosingNote: "why"}, closing...)
		reason, _ := got["classificationReason"].(string)
		if got["status"] != "Closed" || got["classification"] != r.Classification.Wire(app.Sentinel) || reason != r.SentinelReason || got["classificationComment"] != "why" {
			t.Errorf("%+v: sent %v", r, got)
		}
	}
	got := putting(t, seen(t, held), app.Fields{Status: app.StatusClosed, Classification: app.TruePositive, Determination: "apt"}, closing...)
	if got["classificationReason"] != "SuspiciousActivity" {
		t.Errorf("a determination that only Graph knows: %v", got["classificationReason"])
	}
	closed := seen(t, strings.NewReplacer(`"status":"New"`, `"status":"Closed","classificationComment":"x"`, `"classification":null`, `"classification":"FalsePositive","classificationReason":"InaccurateData"`).Replace(held))
	got = putting(t, closed, app.Fields{Status: app.StatusActive}, app.FieldStatus)
	for _, gone := range []string{"classification", "classificationReason", "classificationComment"} {
		if _, there := got[gone]; there {
			t.Errorf("reopened with %s", gone)
		}
	}
	if got["status"] != "Active" {
		t.Errorf("%v", got["status"])
	}
}

func TestUpdatesThatMustNotBeSent(t *testing.T) {
	f, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeARM) { fmt.Fprint(w, held) })
	whole := seen(t, held)
	noTag, noRaw := whole, whole
	noTag.Incident.ETag, noRaw.Raw = "", nil
	for name, u := range map[string]struct {
		seen  app.Pulled
		want  app.Fields
		field app.Field
	}{
		"no etag":             {noTag, app.Fields{Severity: app.High}, app.FieldSeverity},
		"nothing was read":    {noRaw, app.Fields{Severity: app.High}, app.FieldSeverity},
		"unknown severity":    {whole, app.Fields{}, app.FieldSeverity},
		"unknown status":      {whole, app.Fields{Status: app.StatusAwaiting}, app.FieldStatus},
		"closed unclassified": {whole, app.Fields{Status: app.StatusClosed}, app.FieldStatus},
	} {
		if _, err := c.Update(context.Background(), u.seen, u.want, []app.Field{u.field}); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if p, err := c.Update(context.Background(), whole, app.Fields{}, nil); err != nil || p.Incident.Title != "kept" {
		t.Errorf("no change: %v", err)
	}
	if n := len(f.asked()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestAnswersToAnUpdate(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		kind   app.Kind
		maybe  bool
	}{
		"stale":     {409, `{"error":{"code":"Conflict"}}`, app.KindConflict, false},
		"failed":    {412, ``, app.KindConflict, false},
		"gone":      {404, `{"error":{"code":"NotFound"}}`, app.KindNotFound, false},
		"forbidden": {403, ``, app.KindPermission, false},
		"created":   {201, held, app.KindInternal, true},
		"trouble":   {500, ``, app.KindOffline, true},
		"cut":       {200, held[:50], app.KindOffline, true},
		"no object": {200, `[]`, app.KindInvalid, true},
	} {
		f, client := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeARM) {
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		})
		_, err := client.Update(context.Background(), seen(t, held), app.Fields{Severity: app.High}, []app.Field{app.FieldSeverity})
		e, _ := err.(*app.Error)
		if e == nil || e.Kind != c.kind || e.MaybeApplied != c.maybe {
			t.Errorf("%s: %+v", name, err)
		}
		if n := len(f.asked()); n != 1 {
			t.Errorf("%s: sent %d times", name, n)
		}
	}
}

// The same comment twice is one comment: the service refuses the second, and the
// client looks.
func TestACommentCanBeRepeated(t *testing.T) {
	stored := ""
	f, c := fake(t, func(w http.ResponseWriter, r *http.Request, f *fakeARM) {
		switch {
		case r.Method == http.MethodGet:
			fmt.Fprintf(w, `{"value":[{"name":%q,"properties":{"message":%q}}]}`, guid, stored)
		case stored != "":
			w.WriteHeader(http.StatusConflict)
		default:
			stored = f.body["properties"].(map[string]any)["message"].(string)
			w.WriteHeader(http.StatusCreated)
			fmt.Fprint(w, `{}`)
		}
	})
	ctx := context.Background()
	for range 2 {
		if err := c.AddComment(ctx, guid, app.Comment{ID: guid, Text: "text"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.AddComment(ctx, guid, app.Comment{ID: guid, Text: "other"}); app.KindOf(err) != app.KindConflict {
		t.Errorf("another text under the same id: %v", err)
	}
	before := len(f.asked())
	for _, bad := range []app.Comment{{ID: guid}, {Text: "x"}, {ID: guid, Text: strings.Repeat("ä", 30_001)}} {
		if err := c.AddComment(ctx, guid, bad); err == nil {
			t.Errorf("%q was sent", bad.ID)
		}
	}
	if len(f.asked()) != before {
		t.Error("a comment that cannot be was sent")
	}
}
