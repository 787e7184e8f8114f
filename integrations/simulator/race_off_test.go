//go:build !race

package simulator

// raceFactor is how much slower a build with the race detector may be.
const raceFactor = 1
