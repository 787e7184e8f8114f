package identity

import (
	"cmp"
	"slices"
)

// Rest names what is left of types and countries beyond the most frequent ones.
const Rest = "other"

// Cell is a pair of type and country.
type Cell struct{ Type, Country string }

// Table orders cells: the most frequent types and countries first, at most top of each
// and the rest as Rest; equally frequent ones by name. top 0 keeps all.
func Table(cells map[Cell]int, top int) (h Heat) {
	byType, byCountry := map[string]int{}, map[string]int{}
	for c, n := range cells {
		byType[c.Type] += n
		byCountry[c.Country] += n
		h.N += n
	}
	var rows, cols map[string]int
	h.Types, rows = rank(byType, top)
	h.Countries, cols = rank(byCountry, top)
	h.Count = make([][]int, len(h.Types))
	for i := range h.Count {
		h.Count[i] = make([]int, len(h.Countries))
	}
	for c, n := range cells {
		h.Count[rows[c.Type]][cols[c.Country]] += n
	}
	return h
}

// rank lists names by frequency and leads from each to its place.
func rank(n map[string]int, top int) (names []string, place map[string]int) {
	for name := range n {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b)) })
	place = map[string]int{}
	for i, name := range names {
		if place[name] = i; top > 0 && i >= top {
			place[name] = top
		}
	}
	if top > 0 && len(names) > top {
		names = append(names[:top:top], Rest)
	}
	return names, place
}
