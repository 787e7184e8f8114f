package main

import (
	"testing"

	"watchfloor/integrations/simulator"
)

// noneCreated has a test end with the check of goal 13: no PUT of an incident was answered
// with 201, whatever the test did to the tenant.
func noneCreated(t testing.TB, sim *simulator.Server) {
	t.Cleanup(func() {
		if n := sim.Counters()["sentinel created"]; n != 0 {
			t.Errorf("%d incidents were created by a PUT", n)
		}
	})
}
