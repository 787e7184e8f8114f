package present

import (
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/triage"
	"watchfloor/ui/look"
	"watchfloor/ui/uitest"
)

// Levels differ by shape and word, so that colour is never alone; words that nobody knows
// stay, with a mark.
func TestRiskLevelsDifferWithoutColour(t *testing.T) {
	seen := map[string]identity.Level{}
	for _, l := range []identity.Level{identity.LevelHigh, identity.LevelMedium, identity.LevelLow, identity.LevelNone, identity.LevelHidden, "", "extreme"} {
		c := RiskLevel(l)
		key := c.Text + string(rune('0'+int(c.Shape)))
		if other, double := seen[key]; double {
			t.Errorf("%q and %q look alike", l, other)
		}
		seen[key] = l
	}
	if c := RiskLevel("HIGH"); c.Text != "High" {
		t.Errorf("the case of a word matters: %+v", c)
	}
	if c := RiskLevel("extreme"); c.Text != "? extreme" {
		t.Errorf("unknown: %+v", c)
	}
}

func TestRiskWords(t *testing.T) {
	for got, want := range map[string]string{
		RiskState(identity.StateCompromised).Text:              "! Compromised",
		RiskState("underReview").Text:                          "? under review",
		RiskDetail("adminDismissedAllRiskForUser"):             "all risk of the user was dismissed",
		RiskDetail("none"):                                     "",
		RiskDetail("aliensDidIt"):                              "aliens did it",
		Spaced("already spaced"):                               "already spaced",
		Spaced("évilWord"):                                     "évilWord",
		Access("failure").Text:                                 "✗ blocked",
		Access("unknownFutureValue").Text:                      "? unknown future value",
		PlaceWords(identity.Place{Country: "NO"}).Text:         "NO",
		PlaceWords(identity.Place{Located: true, Lat: 1}).Text: "? no location",
		Who(" ", "jo@contoso.example", "7"):                    "jo@contoso.example",
		Who("", "", ""):                                        "(no name)",
		Who("see http://evil.example", "", ""):                 "see hxxp://evil[.]example",
		Bytes(999) + Bytes(48_213) + Bytes(1_400_000) + Bytes(2<<30) + Bytes(1000): "999 B48 kB1.4 MB2.1 GB1 kB",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, s := range uitest.Hostile {
		for _, got := range []string{RiskLevel(identity.Level(s)).Text, RiskState(identity.State(s)).Text, RiskDetail(s), Access(s).Text, Who(s, s, s), PlaceWords(identity.Place{City: s}).Text} {
			if strings.ContainsAny(got, "\u202e\n\x1b\x00") {
				t.Errorf("a control character of %q is left in %q", s, got)
			}
		}
	}
}

// The priority that is shown is the sum of the reasons that are shown.
func TestPriorityIsExplained(t *testing.T) {
	score := 78
	r := triage.Row{Ref: app.Ref{Source: app.Defender}, Score: &score, Weight: 19, High: "role: Global Administrator"}
	if c := Priority(r); c.Text != "97" || !c.Bold {
		t.Errorf("%+v", c)
	}
	if w := PriorityWords(r); w != "priority 97: 78 score of Defender XDR, 19 high value: role: Global Administrator" {
		t.Error(w)
	}
	if c := Mark(r); c.Text != "★" {
		t.Errorf("mark %+v", c)
	}
	r.Score = nil
	if w := PriorityWords(r); Priority(r).Text != "+19" || !strings.HasPrefix(w, "no score, priority +19: 19 high value") {
		t.Errorf("%+v, %s", Priority(r), w)
	}
	r.Weight = 0
	if w := PriorityWords(r); w != "" || Priority(r) != look.D("–") {
		t.Errorf("%+v, %q", Priority(r), w)
	}
}
