package faults_test

import "os"

// dose is how much of a goal is tried: ci in every run of the tests, release under
// WATCHFLOOR_SOAK=1.
func dose(ci, release int) int {
	if os.Getenv("WATCHFLOOR_SOAK") == "1" {
		return release
	}
	return ci
}
