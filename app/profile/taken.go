package profile

import (
	"slices"
	"strconv"
	"strings"

	"watchfloor/app/text"
)

// maxName is the longest name of a profile in characters: it stands in every row.
const maxName = 40

// Taken says why p cannot stand beside others: its name, its workspace or its tenant's
// Defender XDR is connected already, so that people or rows would be mistaken for one
// another. "" when it can. The profile of the same ID is not in its own way.
func (p Profile) Taken(others []Profile) string {
	for _, o := range others {
		if p.ID != "" && p.ID == o.ID {
			continue
		}
		tenant := strings.EqualFold(p.TenantID, o.TenantID) && cloud(p) == cloud(o)
		switch {
		case strings.EqualFold(strings.TrimSpace(p.Name), strings.TrimSpace(o.Name)):
			return "A tenant named " + o.Name + " is already connected; choose another name."
		case p.Sentinel() && strings.EqualFold(p.place(), o.place()):
			return "The workspace " + p.Workspace + " is already connected as " + o.Name + "; choose another one."
		case tenant && p.Defender && o.Defender:
			return "Defender XDR of this tenant is already read by " + o.Name + "; leave it out here."
		}
	}
	return ""
}

func (p Profile) place() string {
	return cloud(p) + "/" + p.Subscription + "/" + p.ResourceGroup + "/" + p.Workspace
}

func cloud(p Profile) string {
	if p.Cloud == "" && p.Authority == "" {
		return "public"
	}
	return p.Cloud + p.Authority
}

// NameProblem says what is wrong with the name; "" when it can be used. Commas and
// quotation marks would end it in a filter.
func (p Profile) NameProblem() string {
	switch name := strings.TrimSpace(p.Name); {
	case name == "":
		return "Name: say what to call this tenant."
	case len([]rune(name)) > maxName:
		return "Name: use at most 40 characters; it stands in every row."
	case strings.ContainsAny(name, ",\""):
		return "Name: leave out commas and quotation marks."
	case text.Line(name, 0) != name:
		return "Name: leave out characters that do not show or turn the text around; two tenants could look alike."
	}
	return ""
}

// Suggested is a name and a colour for p that none of others has.
func (p Profile) Suggested(others []Profile) (name, colour string) {
	name, _, _ = strings.Cut(p.TenantID, ".")
	if guid.MatchString(p.TenantID) {
		_, name, _ = strings.Cut(p.Account, "@")
		name, _, _ = strings.Cut(name, ".")
	}
	if name == "" {
		name = p.Workspace
	}
	if name == "" {
		name = "Tenant"
	}
	has := func(name string) bool {
		return slices.ContainsFunc(others, func(o Profile) bool { return strings.EqualFold(o.Name, name) })
	}
	if p.Workspace != "" && has(name) {
		name = p.Workspace
	}
	for base, n := name, 2; has(name); n++ {
		name = base + " " + strconv.Itoa(n)
	}
	for _, c := range Colours {
		if !slices.ContainsFunc(others, func(o Profile) bool { return o.Colour == c }) {
			return name, c
		}
	}
	return name, Colours[len(others)%len(Colours)]
}
