package simulator

import (
	"strings"

	"watchfloor/integrations/simulator/story"
)

// Spellings of the two services by neutral value.
var (
	sentinelSeverity = [...]string{"Informational", "Low", "Medium", "High"}
	graphSeverity    = [...]string{"informational", "low", "medium", "high"}
	sentinelStatus   = [...]string{"New", "Active", "Closed", "Closed", "Active"}
	graphStatus      = [...]string{"active", "inProgress", "resolved", "redirected", "awaitingAction"}
	sentinelClass    = [...]string{"", "Undetermined", "TruePositive", "BenignPositive", "FalsePositive"}
	graphClass       = [...]string{"unknown", "unknown", "truePositive", "informationalExpectedActivity", "falsePositive"}
	graphDetail      = []string{
		"unknown", "apt", "malware", "securityPersonnel", "securityTesting", "unwantedSoftware", "other",
		"multiStagedAttack", "compromisedAccount", "phishing", "maliciousUserActivity", "notMalicious", "notEnoughDataToValidate",
		"confirmedActivity", "lineOfBusinessApplication",
	}
	sentinelReason  = []string{"", "SuspiciousActivity", "SuspiciousButExpected", "IncorrectAlertLogic", "InaccurateData"}
	alertStatus     = []string{"unknown", "new", "inProgress", "resolved"}
	staleDetermined = map[string]string{
		"compromiseduser": "compromisedAccount", "clean": "notMalicious",
		"insufficientdata": "notEnoughDataToValidate", "confirmeduseractivity": "confirmedActivity",
	}
)

// wordIn finds a word in a list ignoring case; -1 where it is not.
func wordIn(list []string, w string) int {
	for i, x := range list {
		if strings.EqualFold(x, w) {
			return i
		}
	}
	return -1
}

// reasonFor is Sentinel's classificationReason for a class and Graph's determination.
func reasonFor(c story.Class, determination string) string {
	switch c {
	case story.TruePositive:
		return "SuspiciousActivity"
	case story.BenignPositive:
		return "SuspiciousButExpected"
	case story.FalsePositive:
		if determination == "notEnoughDataToValidate" {
			return "InaccurateData"
		}
		return "IncorrectAlertLogic"
	}
	return ""
}

// determinationFor is Graph's determination for a class and Sentinel's reason. One
// that already says the same is kept.
func determinationFor(c story.Class, reason, now string) string {
	if now != "" && now != "unknown" && reasonFor(c, now) == reason && suits(c, now) {
		return now
	}
	switch c {
	case story.TruePositive:
		return "other"
	case story.BenignPositive:
		return "confirmedActivity"
	case story.FalsePositive:
		if reason == "InaccurateData" {
			return "notEnoughDataToValidate"
		}
		return "notMalicious"
	}
	return "unknown"
}

// suits reports whether a determination belongs to a class.
func suits(c story.Class, determination string) bool {
	benign := strings.Contains(" securityTesting confirmedActivity lineOfBusinessApplication securityPersonnel other ", " "+determination+" ")
	wrong := strings.Contains(" notMalicious notEnoughDataToValidate other ", " "+determination+" ")
	switch c {
	case story.BenignPositive:
		return benign
	case story.FalsePositive:
		return wrong
	case story.TruePositive:
		return determination == "other" || !benign && !wrong
	}
	return false
}
