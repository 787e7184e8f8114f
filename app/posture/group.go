package posture

import (
	"slices"
	"strings"
)

// Groups lists all in the order of the screen.
var Groups = []Group{Machines, Network, Storage, Applications, People, Other}

// categories are the words of assessment metadata (sheet part D; armsecurity's Category),
// in lower case.
var categories = map[string]Group{
	"compute": Machines, "container": Machines, "iot": Machines,
	"networking":  Network,
	"data":        Storage,
	"appservices": Applications, "api": Applications,
	"identityandaccess": People,
}

// kinds are resource types, or how they begin, in lower case.
var kinds = []struct {
	prefix string
	group  Group
}{
	{"microsoft.web/", Applications},
	{"microsoft.apimanagement/", Applications},
	{"microsoft.logic/", Applications},
	{"microsoft.app/", Applications},
	{"microsoft.appconfiguration/", Applications},
	{"microsoft.cognitiveservices/", Applications},
	{"microsoft.network/", Network},
	{"microsoft.cdn/", Network},
	{"microsoft.storage/", Storage},
	{"microsoft.sql/", Storage},
	{"microsoft.dbfor", Storage},
	{"microsoft.documentdb/", Storage},
	{"microsoft.keyvault/", Storage},
	{"microsoft.cache/", Storage},
	{"microsoft.synapse/", Storage},
	{"microsoft.datalake", Storage},
	{"microsoft.compute/", Machines},
	{"microsoft.hybridcompute/", Machines},
	{"microsoft.containerservice/", Machines},
	{"microsoft.containerregistry/", Machines},
	{"microsoft.classiccompute/", Machines},
	{"microsoft.kubernetes/", Machines},
	{"microsoft.operationalinsights/workspaces/onpremisemachines", Machines},
	{"microsoft.devices/", Machines},
	{"microsoft.aad", People},
	{"microsoft.authorization/", People},
	{"microsoft.managedidentity/", People},
}

// GroupOf is where a recommendation belongs, given the types of the resources it was
// checked on ("microsoft.web/sites"). Resources of one group that the service files under
// machines are believed to be what they are: web applications have the category Compute.
// Otherwise the category decides, then the group of most types. What neither tells is
// Other.
func GroupOf(m Meta, types []string) Group {
	byType := majority(types)
	for _, c := range m.Categories {
		if g, ok := categories[strings.ToLower(strings.TrimSpace(c))]; ok {
			if g == Machines && byType == Applications {
				return Applications
			}
			return g
		}
	}
	return byType
}

// majority is the group of most types, the first on screen where several are equal.
func majority(types []string) Group {
	count := map[Group]int{}
	for _, t := range types {
		t = strings.ToLower(t)
		for _, k := range kinds {
			if strings.HasPrefix(t, k.prefix) {
				count[k.group]++
				break
			}
		}
	}
	best := Other
	for _, g := range Groups {
		if count[g] > count[best] {
			best = g
		}
	}
	return best
}

// ResourceType is the type in an ARM id in lower case, "microsoft.compute/virtualmachines";
// that of the innermost provider. "" where the id names none, as a subscription's does not.
func ResourceType(id string) string {
	parts := strings.Split(strings.ToLower(strings.Trim(id, "/")), "/")
	at := -1
	for i, p := range parts {
		if p == "providers" {
			at = i
		}
	}
	if at < 0 || at+2 >= len(parts) {
		return ""
	}
	out := parts[at+1 : at+3 : at+3]
	for i := at + 4; i < len(parts); i += 2 { // child types stand between names
		out = append(out, parts[i])
	}
	return strings.Join(out, "/")
}

// ResourceName is the last part of an ARM id, or the id itself where that is empty.
func ResourceName(id string) string {
	if n := id[strings.LastIndexByte(id, '/')+1:]; n != "" {
		return n
	}
	return id
}

// RiskRank orders risk levels and severities: Critical 5, High 4, Medium 3, Low 2, a word
// this version does not know 1, none 0.
func RiskRank(word string) int {
	switch i := slices.Index(riskWords, strings.ToLower(strings.TrimSpace(word))); {
	case i >= 2:
		return i
	case i >= 0:
		return 0
	}
	return 1
}

var riskWords = []string{"", "none", "low", "medium", "high", "critical"}
