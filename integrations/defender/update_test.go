package defender

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"watchfloor/app"
)

func seen(t *testing.T, raw string) app.Pulled {
	t.Helper()
	p, odd := DecodeIncident([]byte(raw))
	if odd {
		t.Fatal("odd")
	}
	return p
}

// patching returns the body that a change sends.
func patching(t *testing.T, was app.Pulled, want app.Fields, changed ...app.Field) string {
	t.Helper()
	f, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeGraph) { fmt.Fprint(w, row("7", "04:30:00")) })
	p, err := c.Update(context.Background(), was, want, changed)
	if err != nil || !p.Incident.Modified.Equal(clock("04:30:00")) {
		t.Fatalf("%+v %v", p.Incident, err)
	}
	if got := f.asked(); len(got) != 1 || got[0] != "PATCH incidents/7" {
		t.Errorf("asked %v", got)
	}
	b, err := json.Marshal(f.body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestOnlyWhatChangedIsSent(t *testing.T) {
	fresh := seen(t, row("7", "04:00:00"))
	closed := seen(t, strings.Replace(row("7", "04:00:00"), `"active"`, `"resolved","classification":"truePositive","determination":"malware","resolvingComment":"x"`, 1))
	for _, c := range []struct {
		was     app.Pulled
		want    app.Fields
		changed []app.Field
		body    string
	}{
		{fresh, app.Fields{Severity: app.Low}, []app.Field{app.FieldSeverity}, `{"severity":"low"}`},
		{fresh, app.Fields{Status: app.StatusActive}, []app.Field{app.FieldStatus}, `{"status":"inProgress"}`},
		{fresh, app.Fields{Owner: app.Owner{UPN: "ann@contoso.com", Name: "Ann"}}, []app.Field{app.FieldOwner}, `{"assignedTo":"ann@contoso.com"}`},
		{fresh, app.Fields{}, []app.Field{app.FieldOwner}, `{"assignedTo":null}`},
		{fresh, app.Fields{Owner: app.Owner{Name: "tier 2"}}, []app.Field{app.FieldOwner}, `{"assignedTo":"tier 2"}`},
		{fresh, app.Fields{Tags: []string{"b", "a"}}, []app.Field{app.FieldTags}, `{"customTags":["a","b"]}`},
		{fresh, app.Fields{}, []app.Field{app.FieldTags}, `{"customTags":[]}`},
		{
			fresh,
			app.Fields{Status: app.StatusClosed, Classification: app.BenignPositive, Determination: "SuspiciousButExpected", ClosingNote: "n"},
			[]app.Field{app.FieldStatus, app.FieldClassification, app.FieldDetermination, app.FieldClosingNote},
			`{"classification":"informationalExpectedActivity","determination":"securityTesting","resolvingComment":"n","status":"resolved"}`,
		},
		{closed, app.Fields{Determination: "clean", Classification: app.FalsePositive}, []app.Field{app.FieldClassification, app.FieldDetermination}, `{"classification":"falsePositive","determination":"notMalicious"}`},
		{closed, app.Fields{Determination: "InaccurateData", Classification: app.TruePositive}, []app.Field{app.FieldDetermination}, `{"classification":"truePositive","determination":"multiStagedAttack"}`},
		{closed, app.Fields{Determination: "apt"}, []app.Field{app.FieldDetermination}, `{"classification":"truePositive","determination":"apt"}`},
		{closed, app.Fields{Status: app.StatusNew}, []app.Field{app.FieldStatus}, `{"classification":"unknown","determination":"unknown","resolvingComment":null,"status":"active"}`},
		{closed, app.Fields{Classification: app.Undetermined}, []app.Field{app.FieldClassification}, `{"classification":"unknown","determination":"unknown"}`},
	} {
		if got := patching(t, c.was, c.want, c.changed...); got != c.body {
			t.Errorf("%v: sent %s, want %s", c.changed, got, c.body)
		}
	}
}

func TestUpdatesThatMustNotBeSent(t *testing.T) {
	f, c := fake(t, func(http.ResponseWriter, *http.Request, *fakeGraph) {})
	merged := seen(t, strings.Replace(row("7", "04:00:00"), `"active"`, `"redirected","redirectIncidentId":"9"`, 1))
	for name, u := range map[string]struct {
		was  app.Pulled
		want app.Fields
		f    app.Field
		kind app.Kind
	}{
		"merged":              {merged, app.Fields{Severity: app.High}, app.FieldSeverity, app.KindConflict},
		"severity":            {seen(t, row("7", "04:00:00")), app.Fields{}, app.FieldSeverity, app.KindInvalid},
		"status":              {seen(t, row("7", "04:00:00")), app.Fields{Status: app.StatusRedirected}, app.FieldStatus, app.KindInvalid},
		"owner by id":         {seen(t, row("7", "04:00:00")), app.Fields{Owner: app.Owner{ObjectID: "x"}}, app.FieldOwner, app.KindInvalid},
		"closed unclassified": {seen(t, row("7", "04:00:00")), app.Fields{Status: app.StatusClosed}, app.FieldStatus, app.KindInvalid},
	} {
		if _, err := c.Update(context.Background(), u.was, u.want, []app.Field{u.f}); app.KindOf(err) != u.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := c.AddComment(context.Background(), "7", app.Comment{}); app.KindOf(err) != app.KindInvalid {
		t.Error(err)
	}
	if len(f.asked()) != 0 {
		t.Errorf("sent %v", f.asked())
	}
}

func TestWritesAreSentOnce(t *testing.T) {
	for _, status := range []int{500, 503, 429, 409, 404} {
		f, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeGraph) { w.WriteHeader(status) })
		_, err := c.Update(context.Background(), seen(t, row("7", "04:00:00")), app.Fields{Severity: app.Low}, []app.Field{app.FieldSeverity})
		if e, _ := err.(*app.Error); e == nil || e.MaybeApplied != (status >= 500) {
			t.Errorf("%d: %+v", status, err)
		}
		if err := c.AddComment(context.Background(), "7", app.Comment{Text: "x"}); err == nil {
			t.Errorf("%d: the comment passed", status)
		}
		if n := len(f.asked()); n != 2 {
			t.Errorf("%d: %d requests for two writes", status, n)
		}
	}
}

func TestACommentIsOneObject(t *testing.T) {
	f, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeGraph) { fmt.Fprint(w, `{"value":[]}`) })
	if err := c.AddComment(context.Background(), "7", app.Comment{ID: "mine", Text: "note"}); err != nil {
		t.Fatal(err)
	}
	if len(f.body) != 2 || f.body["comment"] != "note" || f.body["@odata.type"] != "microsoft.graph.security.alertComment" || f.asked()[0] != "POST incidents/7/comments" {
		t.Errorf("%v %v", f.asked(), f.body)
	}
}

func TestCommentsAreReadFromTheIncident(t *testing.T) {
	_, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeGraph) {
		fmt.Fprint(w, `{"id":"7","comments":[{"comment":"a","createdBy":"ann","createdTime":"2026-11-22T04:00:00Z"},{"comment":"b","createdByDisplayName":"bob","createdDateTime":"2026-11-22T04:01:00Z"}]}`)
	})
	got, err := c.Comments(context.Background(), "7")
	if err != nil || len(got) != 2 || got[0].Author != "ann" || got[1].Author != "bob" || got[1].Created != clock("04:01:00") || got[0].ID == got[1].ID || got[0].ID == "" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestDetailsNeedTheAlertsThatWereAskedFor(t *testing.T) {
	_, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeGraph) {
		fmt.Fprint(w, `{"id":"7","displayName":"t"}`)
	})
	if _, err := c.Details(context.Background(), "7"); app.KindOf(err) != app.KindInvalid {
		t.Error(err)
	}
	if p, err := c.Get(context.Background(), "7"); err != nil || p.Details != nil || p.Incident.AlertCount != -1 {
		t.Errorf("%+v %v", p, err)
	}
}
