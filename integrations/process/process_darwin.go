package process

import (
	"errors"

	"golang.org/x/sys/unix"
)

// harden also refuses debuggers of the same user (ptrace(2), PT_DENY_ATTACH); reading the
// memory of a task needs its port, which macOS gives to root and to debuggers alone.
func harden() error {
	return errors.Join(private(), named("PT_DENY_ATTACH", unix.PtraceDenyAttach()))
}

func state() (holds, missing []string) {
	return noCore() // whether a debugger would be refused cannot be read back
}
