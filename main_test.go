package main

import (
	"os"
	"testing"
)

// asProgram makes the test binary run as Watchfloor itself, so that tests can start,
// drive and kill the real program, built with the race detector like everything else.
const asProgram = "WATCHFLOOR_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "1" {
		main()
		return
	}
	os.Exit(m.Run())
}
