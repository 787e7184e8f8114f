//go:build unix

package process

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// private forbids core dumps and has every file that is created belong to its owner
// alone, whoever creates it: the toolkit's files, too.
func private() error {
	unix.Umask(0o077)
	return errors.Join(named("RLIMIT_CORE", unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})))
}

func noCore() (holds, missing []string) {
	var core unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &core); err != nil || core.Cur != 0 || core.Max != 0 {
		return nil, []string{"a crash may write it to a file"}
	}
	return []string{"no core dumps"}, nil
}

func named(step string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", step, err)
	}
	return nil
}
