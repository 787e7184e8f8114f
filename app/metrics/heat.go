package metrics

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"watchfloor/app/identity"
)

// Heat is risk detections of a period by type and country.
type Heat struct {
	Period      Slot
	Cells       identity.Heat
	AsOf, Since time.Time

	src IdentitySource
}

var (
	_ Listed = Heat{}
	_ Named  = Heat{}
)

// HeatTop is how many types and countries have a row and a column of their own.
const HeatTop = 12

// other is how identity.Heat names what is beyond HeatTop.
const other = "other"

// HeatDefinition says how the figures are counted, as printed under the chart.
const HeatDefinition = "Detections of Entra ID Protection by their type and the country that the service guesses from the address, by the UTC day of the activity. " +
	"A sign-in may raise several; a country of few people or a company's own exit shows as hot as its traffic is. The 12 most frequent of each, the rest as other."

// LoadHeat counts the detections of the last n UTC days.
func LoadHeat(ctx context.Context, src IdentitySource, n int, now time.Time) (Heat, error) {
	out := Heat{Period: period(n, now), src: src}
	if src == nil {
		return out, nil
	}
	var err error
	if out.AsOf, out.Since, _, err = src.IdentityKnown(ctx); err != nil {
		return Heat{}, err
	}
	out.Cells, err = src.Heat(ctx, identity.Filter{Terms: out.days()}, HeatTop)
	return out, err
}

// days are the terms that limit a filter to the period.
func (h Heat) days() []identity.Term {
	return []identity.Term{{Key: identity.KeyFrom, Op: ":", Values: []string{isoDay(h.Period.First)}}, {Key: identity.KeyTo, Op: ":", Values: []string{isoDay(h.Period.Last)}}}
}

// Kind implements Chart.
func (Heat) Kind() Kind { return RiskHeat }

// About implements Chart.
func (h Heat) About() About {
	return About{Title: "Risk detections by type and country", Definition: HeatDefinition, N: "n = " + many(h.Cells.N, "detection"), Zone: "UTC", AsOf: h.AsOf, Since: h.Since}
}

// Len implements Chart: the countries.
func (h Heat) Len() int { return len(h.Cells.Countries) }

// Slot implements Chart.
func (h Heat) Slot(int) Slot { return h.Period }

// Series implements Chart: the types.
func (h Heat) Series() []string {
	if len(h.Cells.Types) == 0 {
		return []string{"No type"}
	}
	return h.Cells.Types
}

// PointName implements Named.
func (h Heat) PointName(_, point int) string {
	if c := h.Cells.Countries[point]; c != "" {
		return c
	}
	return "no country"
}

// Figure is the number of detections of a type in a country.
func (h Heat) Figure(series, point int) int { return h.Cells.Count[series][point] }

// Words implements Chart.
func (h Heat) Words(series, point int) string {
	return fmt.Sprintf("%s, %s: %s in %s.", h.Cells.Types[series], h.PointName(series, point), many(h.Figure(series, point), "detection"), h.Period.Words())
}

// Behind implements Chart.
func (h Heat) Behind(series, point int) (string, int) { return "", h.Figure(series, point) }

// Rows implements Listed.
func (h Heat) Rows(ctx context.Context, series, point int) (Rows, error) {
	out := Rows{Title: h.Words(series, point), Header: []string{"Time (UTC)", "User", "Type", "Risk", "State", "Address", "City", "Country"}}
	f := identity.Filter{Terms: append(h.days(), pick(identity.KeyType, h.Cells.Types, series), pick(identity.KeyCountry, h.Cells.Countries, point))}
	if h.src == nil {
		return out, nil
	}
	w, err := h.src.Detections(ctx, identity.Query{Filter: f, Limit: RowsLimit})
	for _, d := range w.Rows {
		who := d.UPN
		if who == "" {
			who = d.Name
		}
		out.add(stamp(d.At), who, d.Type, string(d.Level), string(d.State), d.IP, d.Place.City, d.Place.Country)
	}
	out.All = max(out.All, h.Figure(series, point))
	return out, err
}

// pick selects one of a list; other is what is none of the others.
func pick(key string, list []string, at int) identity.Term {
	if list[at] == other && at == len(list)-1 && at > 0 {
		return identity.Term{Key: key, Op: ":", Values: list[:at], Not: true}
	}
	return identity.Term{Key: key, Op: ":", Values: list[at : at+1]}
}

// Table implements Chart: a row a country, a column a type.
func (h Heat) Table() [][]string {
	var rows [][]string
	for i := range h.Cells.Countries {
		r := []string{h.PointName(0, i)}
		for t := range h.Cells.Types {
			r = append(r, strconv.Itoa(h.Figure(t, i)))
		}
		rows = append(rows, r)
	}
	return table(h, append(append([]string{"country"}, h.Cells.Types...), "n"), rows, h.About().N)
}
