package vault_test

import "os"

// dose is how much of a test runs: the smaller number in make test, the larger in make
// soak.
func dose(ci, release int) int {
	if os.Getenv("WATCHFLOOR_SOAK") != "" {
		return release
	}
	return ci
}
