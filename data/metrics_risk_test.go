package data

import (
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/metrics"
)

// Given detections and the history of people and of a workload, when the charts are read,
// then behind each figure of the heat table are as many detections as it says, also of the
// rest and of no country, and the funnel follows people only.
func TestChartsOfRiskReadWhatIsKept(t *testing.T) {
	cache, c := newCache(t)
	b := identity.Batch{
		Users: []identity.User{{ID: "U1", UPN: "ana@clinic.example"}, {ID: "U2", Name: "Bo"}}, Workloads: []identity.Workload{{ID: "W1"}},
		Turns: []identity.Turn{
			{ID: "1", Subject: "U1", State: identity.StateAtRisk, At: noon.AddDate(0, 0, -4)},
			{ID: "2", Subject: "u1", State: identity.StateDismissed, By: "boss", At: noon.AddDate(0, 0, -1)},
			{ID: "3", Subject: "U2", State: identity.StateAtRisk, At: noon.AddDate(0, 0, -2)},
			{ID: "4", Subject: "W1", State: identity.StateAtRisk, At: noon.AddDate(0, 0, -2)},
		},
	}
	types := []string{"unlikelyTravel", "passwordSpray", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"}
	for i := range 90 {
		d := identity.Detection{
			ID: strings.Repeat("x", i+1), UPN: "ana@clinic.example", Type: types[i%len(types)], At: noon.AddDate(0, 0, -i%40),
			Place: identity.Place{Country: []string{"DE", "NL", "", "US", "FR", "BR", "CN", "GB", "SE", "NO", "DK", "PL", "IT", "ES"}[i*i%14]},
		}
		b.Detections = append(b.Detections, d)
	}
	if err := cache.StoreIdentity(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	storePage(t, cache, app.EntraRisk)
	if err := cache.Finish(t.Context(), app.EntraRisk, noon); err != nil {
		t.Fatal(err)
	}
	read := func(k metrics.Kind) metrics.Listed {
		chart, err := metrics.LoadPlace(t.Context(), metrics.Sources{Identity: cache.Identity().(metrics.IdentitySource)}, k, 30, c.at)
		if err != nil {
			t.Fatal(err)
		}
		return chart.(metrics.Listed)
	}
	heat := read(metrics.RiskHeat)
	all := 0
	for s := range heat.Series() {
		for p := range heat.Len() {
			_, n := heat.Behind(s, p)
			rows, err := heat.Rows(t.Context(), s, p)
			if all += n; err != nil || len(rows.Cells) != n {
				t.Errorf("%s lists %d, %v", heat.Words(s, p), len(rows.Cells), err)
			}
		}
	}
	if a := heat.About(); all != 70 || a.N != "n = 70 detections" || !a.AsOf.Equal(noon) || !a.Since.Equal(noon.AddDate(0, 0, -39)) {
		t.Errorf("%d in all, %+v", all, a)
	}
	funnel := read(metrics.RiskFunnel)
	for point, want := range map[int]string{
		0: "Came to be at risk: 2 users.", 3: "Dismissed by a person: 1 user (50 %), after a median of 3.0 days, of few cases.",
		7: "Still at risk: 1 user (50 %), after a median of 2.0 days, of few cases.",
	} {
		if got := funnel.Words(0, point); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if rows, err := funnel.Rows(t.Context(), 0, 0); err != nil || rows.Cells[0][0] != "ana@clinic.example" || rows.Cells[1][0] != "Bo" {
		t.Errorf("%v, %v", rows.Cells, err)
	}
}
