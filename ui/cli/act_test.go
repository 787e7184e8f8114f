package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

func TestActsBuildTheRequestTheWindowWould(t *testing.T) {
	for line, want := range map[string]outbox.Request{
		"act assign 48213":                                {Verb: outbox.Assign, Want: app.Fields{Owner: app.Owner{UPN: "me@contoso.com", Name: "Me"}}},
		"act assign 48213 none":                           {Verb: outbox.Assign},
		"act assign 48213 ann@contoso.com":                {Verb: outbox.Assign, Want: app.Fields{Owner: app.Owner{UPN: "ann@contoso.com"}}},
		"act status 48213 active":                         {Verb: outbox.SetStatus, Want: app.Fields{Status: app.StatusActive}},
		"act severity 48213 low":                          {Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Low}},
		"act close 48213 --as bp --note ok":               {Verb: outbox.Close, Want: app.Fields{Status: app.StatusClosed, Classification: app.BenignPositive, Determination: "SuspiciousButExpected", ClosingNote: "ok"}},
		"act close 48213 --as fp --reason inaccuratedata": {Verb: outbox.Close, Want: app.Fields{Status: app.StatusClosed, Classification: app.FalsePositive, Determination: "InaccurateData"}},
		"act comment 48213 hello":                         {Verb: outbox.Comment, Text: "hello"},
		"act tag 48213 a b --remove c":                    {Verb: outbox.Tag, AddTags: []string{"a", "b"}, RemoveTags: []string{"c"}},
	} {
		f := newFloor()
		f.run(t, nil, strings.Fields(line)...).expect(t, 0, "#48213", "done")
		if len(f.actions) != 1 {
			t.Fatalf("%s: %d actions", line, len(f.actions))
		}
		want.IncidentID = 1
		a, _ := json.Marshal(f.actions[0].Request)
		b, _ := json.Marshal(want)
		if string(a) != string(b) {
			t.Errorf("%s:\n got %s\nwant %s", line, a, b)
		}
	}
}

// Each product is sent its own word for the same reason.
func TestCloseSpeaksTheWordsOfTheSource(t *testing.T) {
	f := newFloor()
	f.rows[0].Ref.Source = app.Defender
	f.run(t, nil, "act", "close", "48213", "--as", "fp", "--reason", "InaccurateData").expect(t, 0)
	if got := f.actions[0].Want.Determination; got != "notEnoughDataToValidate" {
		t.Errorf("Defender is sent %q", got)
	}
}

func TestCommentFromStandardInput(t *testing.T) {
	f := newFloor()
	f.run(t, func(d *Deps) { d.In = strings.NewReader("line one\nline two\n") }, "act", "comment", "48213", "-").expect(t, 0)
	if f.actions[0].Text != "line one\nline two" {
		t.Errorf("text %q", f.actions[0].Text)
	}
}

// The exit code says what became of the action, which is stored in every case.
func TestActTellsItsFate(t *testing.T) {
	f := newFloor()
	f.offline = true
	f.run(t, nil, "act", "assign", "48213").expect(t, ExitOffline, "queued", "not sent yet")
	f = newFloor()
	f.fate = outbox.Conflict
	f.run(t, nil, "act", "assign", "48213").expect(t, ExitPartly, "conflict", "owner: was —, theirs Ann by ann@contoso.com, mine Me", "waits for you")
	f = newFloor()
	f.run(t, nil, "act", "--queue", "assign", "48213").expect(t, ExitOK, "queued")
	if f.actions[0].State != outbox.Queued {
		t.Error("--queue sends nothing")
	}
	newFloor().run(t, nil, "act", "assign", "1").expect(t, ExitFailed, "no incident 1")
}

func TestOutboxListsSettlesAndFlushes(t *testing.T) {
	f := newFloor()
	f.run(t, nil, "outbox", "list").expect(t, 0, "Nothing waits")
	f.closed, f.opened = 0, nil
	f.run(t, nil, "act", "--queue", "assign", "48213").expect(t, 0)
	f.fate = outbox.Conflict
	f.run(t, nil, "outbox", "flush").expect(t, ExitPartly, "0 finished, 0 waiting, 1 in conflict")
	f.run(t, nil, "outbox", "keep-mine", "1").expect(t, 0, "keep-mine 1: ok")
	f.fate = outbox.Done
	f.run(t, nil, "outbox", "flush").expect(t, 0, "1 finished, 0 waiting")
	f.run(t, nil, "outbox", "list").expect(t, 0, "Nothing waits")
	f.run(t, nil, "outbox", "list", "--all").expect(t, 0, "done")
	f.run(t, nil, "outbox", "discard", "7").expect(t, ExitFailed, "no such action")
	f.run(t, nil, "outbox", "retry", "1", "7").expect(t, ExitPartly, "1 of 2 done")
	f.offline = true
	f.run(t, nil, "outbox", "flush").expect(t, ExitOffline, "1 waiting", "stay in the outbox")
}

func TestOutboxJSONNamesEachDrift(t *testing.T) {
	f := newFloor()
	f.fate = outbox.Conflict
	f.run(t, nil, "act", "assign", "48213")
	var got []map[string]any
	out := f.run(t, nil, "outbox", "list", "--json").out
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	drift := got[0]["drift"].([]any)[0].(map[string]any)
	if got[0]["state"] != "conflict" || drift["theirs"] != "Ann" || drift["when"] != "2026-03-12T12:00:00Z" {
		t.Errorf("%v", got)
	}
}
