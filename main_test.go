package main

import (
	"fmt"
	"os"
	"testing"
)

// asProgram makes the test binary run as Watchfloor itself, so that tests can start,
// drive and kill the real program, built with the race detector like everything else.
const asProgram = "WATCHFLOOR_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	switch os.Getenv(asProgram) {
	case "1":
		main()
		return
	case asBareWindow:
		bareWindow()
		return
	case asVictim:
		fmt.Fprintln(os.Stderr, runVictim(os.Args[1], os.Args[2]))
		os.Exit(1)
	}
	code := m.Run()
	cleanUp()
	os.Exit(code)
}
