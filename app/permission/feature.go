package permission

import (
	"slices"
	"strings"

	"watchfloor/app"
)

// Feature is one thing that Watchfloor does at one service.
type Feature struct {
	// ID is stable: it names the feature in files and in what programs read.
	ID string
	// Source is the heading of its service on screen, At the source that it reads or that
	// its actions go to.
	Source string
	At     app.SourceID
	// Does is the feature in words: "Read incidents". Write says that it changes something.
	Does  string
	Write bool
	// Graph is the least permission of Microsoft Graph, delegated and application alike;
	// "" where Azure Resource Manager is asked. Or are greater ones that do as well, With
	// those that it takes besides.
	Graph string
	Or    []string
	With  []string
	// Entra is the role that a person needs besides, Roles the template ids of all that do.
	Entra string
	Roles []string
	// Azure is the least role of Azure, Place where it is given, Action what of it counts,
	// as an operation of Azure Resource Manager.
	Azure  string
	Place  Place
	Action string
	// Licence is what the tenant must have bought, "" where nothing is known of one.
	Licence string
	// Unlocks says what there is with it, Costs what there is not without.
	Unlocks, Costs string
}

// Place is where a role of Azure is given.
type Place string

// Places.
const (
	Group         Place = "group"         // the resource group of the workspace
	Subscriptions Place = "subscriptions" // each subscription that is read
)

// All are the features, in the order in which they are shown.
func All() []Feature { return slices.Concat(sentinel, defender, entra, cloud, score) }

// ByID finds a feature.
func ByID(id string) (Feature, bool) {
	all := All()
	i := slices.IndexFunc(all, func(f Feature) bool { return f.ID == id })
	if i < 0 {
		return Feature{}, false
	}
	return all[i], true
}

// Of are the features under one heading.
func Of(source string) []Feature {
	return slices.DeleteFunc(All(), func(f Feature) bool { return f.Source != source })
}

// Needs names what the feature takes and where it is granted; person tells who signs in,
// group is the resource group of the workspace.
func (f Feature) Needs(person bool, group string) string {
	switch f.Place {
	case Group:
		return "Role " + f.Azure + " on the resource group " + group + " (Azure portal: Access control (IAM) of the group)"
	case Subscriptions:
		return "Role " + f.Azure + " on the subscriptions (Azure portal: Access control (IAM) of each)"
	}
	kind, role := "Application", ""
	if person {
		kind, role = "Delegated", " and the Entra role "+f.Entra
	}
	plural := ""
	if len(f.With) > 0 {
		plural = "s"
	}
	words := kind + " permission" + plural + " " + strings.Join(append([]string{f.Graph}, f.With...), " and ") +
		" with admin consent (Entra: App registrations, API permissions)" + role
	if f.Licence != "" {
		words += "; the tenant needs " + f.Licence
	}
	return words
}

// Least names what the feature takes in few words: "SecurityIncident.Read.All", "Microsoft
// Sentinel Reader".
func (f Feature) Least() string {
	if f.Azure != "" {
		return f.Azure
	}
	return strings.Join(append([]string{f.Graph}, f.With...), ", ")
}

// Granted reports that permissions of Graph are enough for the feature; has tells of one.
// Of those that it takes besides, a greater one counts too.
func (f Feature) Granted(has func(permission string) bool) bool {
	if slices.ContainsFunc(f.Or, has) {
		return true
	}
	return has(f.Graph) && !slices.ContainsFunc(f.With, func(p string) bool { return !has(p) })
}
