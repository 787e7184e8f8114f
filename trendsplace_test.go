package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"watchfloor/app/chart"
	"watchfloor/app/metrics"
	"watchfloor/integrations/simulator"
)

// placesFor starts a simulated tenant with identities and posture and connects a fresh data
// folder to it.
func placesFor(t *testing.T) (home string) {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{Incidents: 30, Users: 200, SignIns: 500, Posture: simulator.Posture{Subscriptions: 2, Assessments: 60}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	home = t.TempDir()
	ca := filepath.Join(home, "ca.pem")
	if err := os.WriteFile(ca, sim.Settings().CAPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	connectTo(t, home, simulatedDraft(sim.Settings(), ca))
	return home
}

// On a pulled tenant each chart of posture and identities has figures, lists as many rows
// behind each as it says, and is written to files.
func TestChartsOfPlacesOfASimulatedTenant(t *testing.T) {
	s := openHere(t, placesFor(t))
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	src := trends{s}
	for _, k := range metrics.PlaceKinds {
		began := time.Now()
		c, err := src.PlaceChart(t.Context(), 0, k, 90)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %s, read in %v", k, c.About().N, time.Since(began).Round(time.Millisecond))
		figures := 0
		for series := range c.Series() {
			for point := range c.Len() {
				_, n := c.Behind(series, point)
				if figures += n; n == 0 || n > metrics.RowsLimit {
					continue
				}
				rows, err := c.(metrics.Listed).Rows(t.Context(), series, point)
				if err != nil || len(rows.Cells) == 0 || k != metrics.ScoreMoves && len(rows.Cells) != n {
					t.Fatalf("%s: %d rows listed, the figure says %d (%v)", c.Words(series, point), len(rows.Cells), n, err)
				}
			}
		}
		if a := c.About(); figures == 0 || a.AsOf.IsZero() || a.Since.IsZero() {
			t.Errorf("%s: %d behind all figures, %+v", k, figures, a)
		}
		for _, format := range formats(k == metrics.PlaceKinds[0]) {
			path, err := src.Export(t.Context(), c, chart.Auto, format)
			if err != nil {
				t.Fatal(err)
			}
			written(t, path, format)
		}
	}
}
