package simulator

import (
	"testing"

	"watchfloor/integrations/simulator/story"
)

func TestEveryWayToCloseSurvivesTheWayToTheTwinAndBack(t *testing.T) {
	for _, c := range []struct {
		class                 story.Class
		determination, reason string
	}{
		{story.TruePositive, "phishing", "SuspiciousActivity"},
		{story.TruePositive, "other", "SuspiciousActivity"},
		{story.TruePositive, "multiStagedAttack", "SuspiciousActivity"},
		{story.FalsePositive, "notMalicious", "IncorrectAlertLogic"},
		{story.FalsePositive, "notEnoughDataToValidate", "InaccurateData"},
		{story.BenignPositive, "securityTesting", "SuspiciousButExpected"},
		{story.BenignPositive, "lineOfBusinessApplication", "SuspiciousButExpected"},
		{story.Undetermined, "unknown", ""},
		{story.None, "unknown", ""},
	} {
		reason := reasonFor(c.class, c.determination)
		if reason != c.reason {
			t.Errorf("%d %s became %q, want %q", c.class, c.determination, reason, c.reason)
		}
		if back := determinationFor(c.class, reason, c.determination); back != c.determination {
			t.Errorf("%d %s came back as %s", c.class, c.determination, back)
		}
	}
}

func TestADeterminationOfAnotherClassIsReplaced(t *testing.T) {
	for _, c := range []struct {
		class             story.Class
		reason, now, want string
	}{
		{story.TruePositive, "SuspiciousActivity", "notMalicious", "other"},
		{story.FalsePositive, "IncorrectAlertLogic", "phishing", "notMalicious"},
		{story.FalsePositive, "InaccurateData", "notMalicious", "notEnoughDataToValidate"},
		{story.BenignPositive, "SuspiciousButExpected", "malware", "confirmedActivity"},
		{story.None, "", "phishing", "unknown"},
	} {
		if got := determinationFor(c.class, c.reason, c.now); got != c.want {
			t.Errorf("class %d, %s, from %s: got %s, want %s", c.class, c.reason, c.now, got, c.want)
		}
	}
}

func TestEveryWordOfTheSheetIsKnownInAnyCase(t *testing.T) {
	for _, list := range [][]string{graphDetail, graphStatus[:], graphSeverity[:], sentinelReason, sentinelSeverity[:], alertStatus} {
		for i, w := range list {
			if got := wordIn(list, upper(w)); got != i {
				t.Errorf("%q is found at %d, not %d", w, got, i)
			}
		}
		if wordIn(list, "no such word") >= 0 {
			t.Error("a word that is not there was found")
		}
	}
	for stale, now := range staleDetermined {
		if wordIn(graphDetail, now) < 0 || wordIn(graphDetail, stale) >= 0 {
			t.Errorf("%s stands for %s", stale, now)
		}
	}
}

func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 32
		}
	}
	return string(b)
}
