package connect

import (
	"strings"

	"watchfloor/app/profile"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// Kinds of rows to choose from besides workspaces.
const (
	placeRow = iota
	aloneRow // Defender XDR without a workspace
	handRow  // type it
)

type placeChoice struct {
	kind int
	profile.Place
}

// rows are the choices that a filter leaves: workspaces in which every word occurs, and
// always the ways to do without the list.
func rows(places []profile.Place, filter string, alone bool) []placeChoice {
	var out []placeChoice
	words := strings.Fields(strings.ToLower(filter))
	for _, p := range places {
		all := strings.ToLower(strings.Join([]string{p.Workspace, p.ResourceGroup, p.SubscriptionName, p.Subscription, p.Location}, " "))
		hit := true
		for _, w := range words {
			hit = hit && strings.Contains(all, w)
		}
		if hit {
			out = append(out, placeChoice{placeRow, p})
		}
	}
	if alone {
		out = append(out, placeChoice{kind: aloneRow})
	}
	return append(out, placeChoice{kind: handRow})
}

var placeColumns = []look.Column{
	{Title: "Workspace", Width: 130, Flex: 1.2},
	{Title: "Sentinel", Width: 74},
	{Title: "Resource group", Width: 110, Flex: 1},
	{Title: "Subscription", Width: 110, Flex: 1},
	{Title: "Location", Width: 84, From: 560},
}

func (c placeChoice) cells() []look.Cell {
	switch c.kind {
	case aloneRow:
		return []look.Cell{{Text: "No workspace", Tone: look.Accent}, {}, look.D("Defender XDR alone"), {}, {}}
	case handRow:
		return []look.Cell{{Text: "Type it by hand…", Tone: look.Accent}, {}, look.D("not in the list"), {}, {}}
	}
	sentinel := look.T("✓ on")
	switch {
	case c.Problem != "":
		sentinel = look.Cell{Text: "? unknown", Tone: look.Warn}
	case !c.Sentinel:
		sentinel = look.D("– off")
	}
	name := c.SubscriptionName
	if name == "" {
		name = c.Subscription
	}
	return []look.Cell{
		{Text: present.Field(c.Workspace), Fit: look.Middle, Bold: c.Sentinel},
		sentinel,
		{Text: present.Field(c.ResourceGroup), Fit: look.Middle},
		{Text: present.Field(name), Fit: look.Middle},
		look.D(present.Field(c.Location)),
	}
}
