//go:build !windows && !(darwin && cgo)

package capture

// Offered reports whether the system can do it.
const Offered = false

func exclude(any, bool) error { return nil }
