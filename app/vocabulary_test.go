package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestStatusesOfBothServicesMeanTheSame(t *testing.T) {
	for _, c := range []struct {
		src  SourceID
		text string
		want Status
		open bool
	}{
		{Sentinel, "New", StatusNew, true},
		{Sentinel, "Active", StatusActive, true},
		{Sentinel, "Closed", StatusClosed, false},
		{Defender, "active", StatusNew, true},
		{Defender, "inProgress", StatusActive, true},
		{Defender, "awaitingAction", StatusAwaiting, true},
		{Defender, "resolved", StatusClosed, false},
		{Defender, "redirected", StatusRedirected, false},
		{Defender, " RESOLVED ", StatusClosed, false},
		{Cloud, "Active", StatusNew, true},
		{Cloud, "InProgress", StatusActive, true},
		{Cloud, "Resolved", StatusClosed, false},
		{Sentinel, "Hibernating", StatusUnknown, true},
		{Defender, "", StatusUnknown, true},
	} {
		got := ParseStatus(c.src, c.text)
		if got != c.want || got.Open() != c.open {
			t.Errorf("%s %q is %v, open %v; want %v, %v", c.src, c.text, got, got.Open(), c.want, c.open)
		}
		if wire := got.Wire(c.src); got != StatusUnknown && !strings.EqualFold(wire, strings.TrimSpace(c.text)) {
			t.Errorf("%s %q is sent back as %q", c.src, c.text, wire)
		}
	}
	if got := ParseStatus(Cloud, "Dismissed"); got != StatusClosed {
		t.Errorf("a dismissed alert is %v", got)
	}
	if StatusAwaiting.Wire(Sentinel) != "" {
		t.Error("Sentinel has no word for awaiting action")
	}
}

func TestSeveritiesOrderAndRead(t *testing.T) {
	if !(High > Medium && Medium > Low && Low > Informational && Informational > SeverityUnknown) {
		t.Error("a higher value must be worse")
	}
	for _, s := range Severities {
		if ParseSeverity(s.String()) != s || ParseSeverity(strings.ToUpper(s.Short())) != s {
			t.Errorf("%v does not read its own names", s)
		}
	}
	if ParseSeverity("catastrophic") != SeverityUnknown || SeverityUnknown.String() != "Unknown" {
		t.Error("an unknown severity is unknown, not low")
	}
}

// Defender for Cloud can only dismiss or resolve: what it cannot hold is not missed
// afterwards, and what another source holds is left alone.
func TestAClosingReadsBackAsTheSourceKeepsIt(t *testing.T) {
	for _, c := range []Classification{TruePositive, BenignPositive, FalsePositive, Undetermined} {
		f := Fields{Status: StatusClosed, Classification: c, Determination: "other", ClosingNote: "seen"}
		want := Fields{Status: StatusClosed}
		if c == FalsePositive {
			want.Classification = c
		}
		got := ClosedAs(Cloud, f)
		if got.Status != want.Status || got.Classification != want.Classification || got.Determination != "" || got.ClosingNote != "" {
			t.Errorf("%s reads back as %+v", c, got)
		}
		if got := ClosedAs(Sentinel, f); got.Classification != c || got.Determination != "other" || got.ClosingNote != "seen" {
			t.Errorf("%s at Sentinel reads back as %+v", c, got)
		}
	}
}

// A reason chosen once is sent to either service in its own words, and what either
// service sends comes back as the same choice.
func TestReasonsSurviveTheTripToBothServices(t *testing.T) {
	for _, r := range Reasons {
		graph := DeterminationFor(Defender, r.Classification, r.Determination)
		if ParseDetermination(graph) != r.Determination && r.Determination != "unknown" {
			t.Errorf("%s/%s is sent to Defender as %q", r.Classification, r.Label, graph)
		}
		arm := DeterminationFor(Sentinel, r.Classification, r.Determination)
		if arm != r.SentinelReason {
			t.Errorf("%s/%s is sent to Sentinel as %q, want %q", r.Classification, r.Label, arm, r.SentinelReason)
		}
		if back, ok := FindReason(r.Classification, arm); !ok || back.Classification != r.Classification {
			t.Errorf("Sentinel's %q is no reason for %s", arm, r.Classification)
		}
		for _, src := range []SourceID{Sentinel, Defender} {
			if back := ParseClassification(r.Classification.Wire(src)); back != r.Classification {
				if src != Defender || r.Classification != Undetermined { // Graph says "unknown" for both
					t.Errorf("%s sends %s as %q, which reads as %q", src, r.Classification, r.Classification.Wire(src), back)
				}
			}
		}
	}
}

func TestOlderDeterminationsAreUnderstood(t *testing.T) {
	for old, now := range map[string]string{
		"compromisedUser": "compromisedAccount", "clean": "notMalicious", "insufficientData": "notEnoughDataToValidate",
		"confirmedUserActivity": "confirmedActivity", "Phishing": "phishing", "INACCURATEDATA": "InaccurateData", "unknown": "", "brandNew": "brandNew",
	} {
		if got := ParseDetermination(old); got != now {
			t.Errorf("%s reads as %q, want %q", old, got, now)
		}
	}
	if got := ParseClassification("somethingNew"); got != "somethingNew" || got.Label() != "somethingNew" {
		t.Errorf("an unknown classification is shown as received, got %q", got)
	}
	if _, ok := FindReason(TruePositive, "IncorrectAlertLogic"); ok {
		t.Error("a false positive's reason is none of a true positive")
	}
	if got := DeterminationFor(Sentinel, Unclassified, "malware"); got != "" {
		t.Errorf("no classification, no reason: %q", got)
	}
}

func TestErrorsCarryKindAndSentence(t *testing.T) {
	cause := errors.New("dial tcp 10.1.2.3: secret=abc")
	err := fmt.Errorf("pull: %w", E(KindOffline, "No answer from the service.", cause))
	if KindOf(err) != KindOffline || Say(err) != "No answer from the service." || !errors.Is(err, cause) {
		t.Errorf("%v %q", KindOf(err), Say(err))
	}
	if strings.Contains(Say(errors.New("token=abc")), "abc") || KindOf(errors.New("x")) != KindInternal {
		t.Error("a foreign error shows nothing of itself")
	}
	if KindOf(nil) != "" || Say(nil) != "" || KindOf(fmt.Errorf("x: %w", context.Canceled)) != KindCancelled {
		t.Error("no error and a cancelled one have their own kinds")
	}
	throttled := E(KindThrottled, "Wait.", nil)
	throttled.RetryAfter = 40 * time.Second
	if RetryAfter(fmt.Errorf("x: %w", throttled)) != 40*time.Second || RetryAfter(cause) != 0 {
		t.Error("the wait asked for is lost")
	}
}

func TestHubTellsListenersUntilTheyLeave(t *testing.T) {
	var hub Hub
	var heard []string
	leave := hub.Subscribe(func(e Event) { heard = append(heard, "first "+string(e.Topic)) })
	hub.Subscribe(func(Event) {
		if len(heard) == 1 { // a listener may subscribe while it is told
			hub.Subscribe(func(e Event) { heard = append(heard, "late "+string(e.Topic)) })
		}
	})
	hub.Publish(Event{Topic: TopicSync})
	leave()
	leave()
	hub.Publish(Event{Topic: TopicOutbox})
	if !slices.Contains(heard, "first sync") || slices.Contains(heard, "first outbox") {
		t.Errorf("heard %v", heard)
	}
}

func TestTagsAreNormalAndOwned(t *testing.T) {
	in := []string{"b", "", "a", "b"}
	got := NormalTags(in)
	if !slices.Equal(got, []string{"a", "b"}) || !slices.Equal(in, []string{"b", "", "a", "b"}) {
		t.Errorf("%v from %v", got, in)
	}
	got[0] = "x"
	if in[2] != "a" {
		t.Error("the result shares memory with its input")
	}
}

func TestPriorityTravelsWithTheContext(t *testing.T) {
	if ctx := context.Background(); Prioritised(ctx) || !Prioritised(WithPriority(ctx)) {
		t.Error("only a marked context goes first")
	}
}
