package app

import "strings"

// Classification says what a closed incident turned out to be, in one vocabulary
// for both services.
type Classification string

// Classifications. BenignPositive is Graph's informationalExpectedActivity.
const (
	Unclassified   Classification = ""
	Undetermined   Classification = "undetermined"
	TruePositive   Classification = "truePositive"
	BenignPositive Classification = "benignPositive"
	FalsePositive  Classification = "falsePositive"
)

// Label is the word on screen; an unknown value is shown as received.
func (c Classification) Label() string {
	switch c {
	case Unclassified:
		return "Not classified"
	case Undetermined:
		return "Undetermined"
	case TruePositive:
		return "True positive"
	case BenignPositive:
		return "Benign positive (expected)"
	case FalsePositive:
		return "False positive"
	}
	return string(c)
}

// Reason is one way to close an incident. It carries the value of both services, so
// that a choice made once is sent to either in its own words.
type Reason struct {
	Classification Classification
	// Label is the determination's name on screen.
	Label string
	// Determination is Graph's alertDetermination (CSDL v1.0 of 2026-08).
	Determination string
	// SentinelReason is Sentinel's classificationReason; empty for TruePositive and
	// Undetermined where the service wants none or accepts only SuspiciousActivity.
	SentinelReason string
}

// Reasons lists every way to close, grouped by classification in the order of the
// close dialog; a digit in the dialog is the position within its group, from 1.
var Reasons = []Reason{
	{TruePositive, "Multi-stage attack", "multiStagedAttack", "SuspiciousActivity"},
	{TruePositive, "Malware", "malware", "SuspiciousActivity"},
	{TruePositive, "Phishing", "phishing", "SuspiciousActivity"},
	{TruePositive, "Compromised account", "compromisedAccount", "SuspiciousActivity"},
	{TruePositive, "Malicious user activity", "maliciousUserActivity", "SuspiciousActivity"},
	{TruePositive, "Unwanted software", "unwantedSoftware", "SuspiciousActivity"},
	{TruePositive, "Other", "other", "SuspiciousActivity"},
	{FalsePositive, "Not malicious (incorrect alert logic)", "notMalicious", "IncorrectAlertLogic"},
	{FalsePositive, "Not enough data (inaccurate data)", "notEnoughDataToValidate", "InaccurateData"},
	{FalsePositive, "Other", "other", "IncorrectAlertLogic"},
	{BenignPositive, "Security testing", "securityTesting", "SuspiciousButExpected"},
	{BenignPositive, "Confirmed activity", "confirmedActivity", "SuspiciousButExpected"},
	{BenignPositive, "Line-of-business application", "lineOfBusinessApplication", "SuspiciousButExpected"},
	{BenignPositive, "Other", "other", "SuspiciousButExpected"},
	{Undetermined, "Undetermined", "unknown", ""},
}

// ReasonsFor returns the reasons of one classification, in dialog order.
func ReasonsFor(c Classification) []Reason {
	var out []Reason
	for _, r := range Reasons {
		if r.Classification == c {
			out = append(out, r)
		}
	}
	return out
}

// FindReason looks a reason up by classification and by determination or Sentinel
// reason, ignoring case; an empty detail means the first of the classification.
func FindReason(c Classification, detail string) (Reason, bool) {
	for _, r := range ReasonsFor(c) {
		if detail == "" || strings.EqualFold(detail, r.Determination) || strings.EqualFold(detail, r.SentinelReason) {
			return r, true
		}
	}
	return Reason{}, false
}

// staleDeterminations maps names found in older documentation pages to those of
// today's metadata.
var staleDeterminations = map[string]string{
	"compromiseduser":       "compromisedAccount",
	"clean":                 "notMalicious",
	"insufficientdata":      "notEnoughDataToValidate",
	"confirmeduseractivity": "confirmedActivity",
}

// ParseClassification reads the spelling of either service, ignoring case. A value
// it does not know is returned as received.
func ParseClassification(s string) Classification {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "unknown":
		return Unclassified
	case "undetermined":
		return Undetermined
	case "truepositive":
		return TruePositive
	case "benignpositive", "informationalexpectedactivity":
		return BenignPositive
	case "falsepositive":
		return FalsePositive
	}
	return Classification(s)
}

// Wire is the spelling the source expects.
func (c Classification) Wire(src SourceID) string {
	if src == Defender {
		switch c {
		case BenignPositive:
			return "informationalExpectedActivity"
		case Undetermined, Unclassified:
			return "unknown"
		}
		return string(c)
	}
	switch c {
	case TruePositive:
		return "TruePositive"
	case BenignPositive:
		return "BenignPositive"
	case FalsePositive:
		return "FalsePositive"
	case Undetermined:
		return "Undetermined"
	case Unclassified:
		return ""
	}
	return string(c)
}

// ParseDetermination returns today's Graph name of a determination; Sentinel reasons
// and unknown values are returned as received.
func ParseDetermination(s string) string {
	if strings.EqualFold(s, "unknown") {
		return ""
	}
	if d, ok := staleDeterminations[strings.ToLower(s)]; ok {
		return d
	}
	for _, r := range Reasons {
		if strings.EqualFold(s, r.Determination) {
			return r.Determination
		}
		if strings.EqualFold(s, r.SentinelReason) {
			return r.SentinelReason
		}
	}
	return s
}

// ClosedAs returns how a closing reads at the source afterwards. Defender for Cloud keeps
// no classification, reason or note: a dismissed alert counts as a false positive there
// and a resolved one as not classified.
func ClosedAs(src SourceID, f Fields) Fields {
	if src == Cloud {
		if f.Determination, f.ClosingNote = "", ""; f.Classification != FalsePositive {
			f.Classification = Unclassified
		}
	}
	return f
}

// DeterminationFor converts a determination to the value the source uses: Sentinel's
// classificationReason or Graph's determination. Closing by either name therefore
// works on both.
func DeterminationFor(src SourceID, c Classification, determination string) string {
	if c == Unclassified {
		return ""
	}
	r, ok := FindReason(c, determination)
	if !ok {
		return determination
	}
	if src == Sentinel {
		return r.SentinelReason
	}
	if strings.EqualFold(determination, r.SentinelReason) || determination == "" {
		return r.Determination
	}
	return ParseDetermination(determination)
}
