package identity

import (
	"slices"
	"strings"
)

// Weights that a person or device adds to the score of an incident, on its scale of 0 to
// 100.
const (
	WeightAdmin    = 20 // a role that rules over the directory
	WeightRole     = 10 // any other directory role
	WeightCritical = 15 // a critical asset of Defender
	WeightListed   = 15 // a list that a person imported
)

// rulers are directory roles that can give themselves any other, in lower case.
var rulers = []string{
	"global administrator", "privileged role administrator", "privileged authentication administrator",
	"security administrator", "conditional access administrator", "application administrator", "cloud application administrator",
	"hybrid identity administrator", "user administrator", "exchange administrator", "sharepoint administrator", "intune administrator",
}

// Weight is what high values of one identity add to an incident's score, and why: the
// heaviest counts, once, and all are named. WeightOf that reason gives the weight again.
func Weight(high []HighValue) (int, string) {
	var reasons []string
	for _, h := range high {
		if r := reasonOf(h); r != "" {
			reasons = append(reasons, r)
		}
	}
	slices.Sort(reasons)
	why := strings.Join(slices.Compact(reasons), "; ")
	return WeightOf(why), why
}

func reasonOf(h HighValue) string {
	reason := strings.ReplaceAll(h.Reason, ";", ",")
	switch {
	case reason != "":
		return reason
	case h.Origin == OriginDefender:
		return "critical asset"
	}
	return h.Origin
}

// WeightOf is the weight that a reason shown stands for.
func WeightOf(why string) (weight int) {
	for _, r := range strings.Split(why, "; ") {
		role, isRole := strings.CutPrefix(r, "role: ")
		switch {
		case r == "":
		case isRole && slices.Contains(rulers, strings.ToLower(role)):
			weight = max(weight, WeightAdmin)
		case isRole || r == OriginRole:
			weight = max(weight, WeightRole)
		case strings.HasPrefix(r, "critical asset"):
			weight = max(weight, WeightCritical)
		default:
			weight = max(weight, WeightListed)
		}
	}
	return weight
}
