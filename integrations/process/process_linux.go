package process

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// harden makes the process not dumpable, which also keeps its memory in /proc from its own
// user and stops a core_pattern that is a program: the limit alone does not (core(5)).
func harden() error {
	return errors.Join(private(),
		named("PR_SET_DUMPABLE", unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)))
}

func state() (holds, missing []string) {
	holds, missing = noCore()
	if d, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || d != 0 {
		missing = append(missing, fmt.Sprintf("other programs of yours can read it (dumpable %d)", d))
	} else {
		holds = append(holds, "memory closed to other programs of yours")
	}
	return holds, missing
}
