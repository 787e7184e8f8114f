package wiring_test

import "os"

// dose is how much of a test is run: ci in make test, release in make soak.
func dose(ci, release int) int {
	if os.Getenv("WATCHFLOOR_SOAK") == "1" {
		return release
	}
	return ci
}
