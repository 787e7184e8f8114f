package identity

import (
	"watchfloor/app/identity"
	"watchfloor/ui/present"
)

// namesOf are the labels of the table: words, with what is missing said.
func namesOf(list []string, words func(string) string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		switch s {
		case "":
			out[i] = "? missing"
		case identity.Rest:
			out[i] = "all others"
		default:
			out[i] = words(s)
		}
	}
	return out
}

// heatWords say what the table counts, and what Enter does at its cell.
func (p *Presenter) heatWords(c present.Clock) (counts, enter string) {
	h := p.heat
	words := present.Figure(h.N) + " detections of the filter by type and country of the activity"
	if !h.From.IsZero() {
		words += ", " + c.At(h.From) + " to " + c.At(h.To)
	}
	kind, country := h.Types[p.cell[0]], h.Countries[p.cell[1]]
	if kind == identity.Rest || country == identity.Rest || kind == "" || country == "" {
		return words, "This cell stands for several or for what is missing; it cannot be a filter."
	}
	return words, "H, then arrows; Enter lists " + typeWords(kind) + " in " + present.Field(country) + "."
}
