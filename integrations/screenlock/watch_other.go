//go:build !linux

package screenlock

import "context"

// Supported reports that this system says when its screen is locked.
const Supported = false

// Watch tells nothing here.
func Watch(context.Context, func()) {}
