package cloudalerts

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"watchfloor/app"
)

func TestStatesAreSentInTheWordsOfTheService(t *testing.T) {
	k, c := start(t)
	ctx := context.Background()
	p, err := c.Get(ctx, id("a", "1"))
	if err != nil {
		t.Fatal(err)
	}
	closing := []app.Field{app.FieldStatus, app.FieldClassification, app.FieldDetermination, app.FieldClosingNote}
	for _, step := range []struct {
		want    app.Fields
		changed []app.Field
		act     string
	}{
		{app.Fields{Status: app.StatusActive}, closing[:1], "inProgress"},
		{app.Fields{Status: app.StatusClosed, Classification: app.TruePositive, ClosingNote: "x"}, closing, "resolve"},
		{app.Fields{Status: app.StatusNew}, closing[:1], "activate"},
		{app.Fields{Status: app.StatusClosed, Classification: app.FalsePositive}, closing[:2], "dismiss"},
		{app.Fields{Classification: app.BenignPositive, Status: app.StatusClosed}, closing[1:2], "resolve"},
	} {
		if p, err = c.Update(ctx, p, step.want, step.changed); err != nil {
			t.Fatalf("%s: %v", step.act, err)
		}
		if last := k.acts[len(k.acts)-1]; last != step.act {
			t.Errorf("%+v was sent as %s", step.want, last)
		}
		held := app.ClosedAs(app.Cloud, step.want)
		if p.Incident.Status != step.want.Status || p.Incident.Classification != held.Classification {
			t.Errorf("after %s: %+v", step.act, p.Incident.Fields)
		}
	}
}

func TestAStateThatMovedIsAConflictAndNothingIsSent(t *testing.T) {
	k, c := start(t)
	ctx := context.Background()
	p, err := c.Get(ctx, id("a", "1"))
	if err != nil {
		t.Fatal(err)
	}
	k.set("a", "1"+guid, "Dismissed")
	if _, err := c.Update(ctx, p, app.Fields{Status: app.StatusActive}, []app.Field{app.FieldStatus}); app.KindOf(err) != app.KindConflict {
		t.Errorf("%v", err)
	}
	delete(k.alerts, "a/1"+guid)
	if _, err := c.Update(ctx, p, app.Fields{Status: app.StatusActive}, []app.Field{app.FieldStatus}); app.KindOf(err) != app.KindNotFound {
		t.Errorf("of an alert that is gone: %v", err)
	}
	if len(k.acts) != 0 {
		t.Errorf("sent %v", k.acts)
	}
}

func TestALostAnswerSaysThatItMayBeDone(t *testing.T) {
	k, c := start(t)
	ctx := context.Background()
	p, err := c.Get(ctx, id("a", "1"))
	if err != nil {
		t.Fatal(err)
	}
	k.lose = true
	_, err = c.Update(ctx, p, app.Fields{Status: app.StatusActive}, []app.Field{app.FieldStatus})
	var e *app.Error
	if !errors.As(err, &e) || !e.MaybeApplied || len(k.acts) != 1 {
		t.Errorf("%v after %v", err, k.acts)
	}
	now, err := c.Get(ctx, id("a", "1"))
	if err != nil || now.Incident.Status != app.StatusActive || now.Incident.ETag == p.Incident.ETag {
		t.Errorf("%+v %v", now.Incident, err)
	}
}

func TestWhatTheServiceCannotHoldIsRefusedInWords(t *testing.T) {
	k, c := start(t)
	ctx := context.Background()
	p, err := c.Get(ctx, id("a", "1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []app.Field{app.FieldOwner, app.FieldSeverity, app.FieldTags, app.FieldTitle} {
		_, err := c.Update(ctx, p, app.Fields{Owner: app.Owner{UPN: "me@x"}}, []app.Field{app.FieldStatus, f})
		if app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), "Defender for Cloud") {
			t.Errorf("%s: %v", f, err)
		}
	}
	if err := c.AddComment(ctx, id("a", "1"), app.Comment{Text: "x"}); app.KindOf(err) != app.KindInvalid {
		t.Errorf("comment: %v", err)
	}
	if _, err := c.Update(ctx, p, app.Fields{Status: app.StatusAwaiting}, []app.Field{app.FieldStatus}); app.KindOf(err) != app.KindInvalid {
		t.Errorf("a status it does not know: %v", err)
	}
	if _, err := c.Get(ctx, "unreadable-1234"); app.KindOf(err) != app.KindInvalid {
		t.Errorf("an alert without an id: %v", err)
	}
	if d, err := c.Details(ctx, id("a", "1")); err != nil || len(d.Alerts) != 1 || d.Comments == nil {
		t.Errorf("%+v %v", d, err)
	}
	if len(k.acts) != 0 {
		t.Errorf("sent %v", k.acts)
	}
}

func TestADryRunShowsTheRequestAndSendsNothing(t *testing.T) {
	k, c := start(t)
	p, err := c.Get(context.Background(), id("b", "3"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, dry := app.WithDryRun(context.Background())
	_, err = c.Update(ctx, p, app.Fields{Status: app.StatusClosed, Classification: app.FalsePositive}, []app.Field{app.FieldStatus, app.FieldClassification})
	sent := dry.Requests()
	if app.KindOf(err) != app.KindCancelled || len(sent) != 1 || len(k.acts) != 0 {
		t.Fatalf("%v, %d requests, acts %v", err, len(sent), k.acts)
	}
	if !strings.Contains(sent[0].URL, "/subscriptions/b/providers/Microsoft.Security/locations/westeurope/alerts/3"+guid+"/dismiss") || slices.ContainsFunc(sent[0].Header, func(h string) bool { return strings.Contains(h, "Bearer t") }) {
		t.Errorf("%+v", sent[0])
	}
}
