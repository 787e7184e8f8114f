//go:build unix && !linux && !darwin

package process

func harden() error { return private() }

func state() (holds, missing []string) { return noCore() }
