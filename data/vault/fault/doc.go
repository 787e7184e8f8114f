// Package fault is a VFS for tests that keeps a record of every write, so that the disk
// can be had as a power cut at any of them would have left it, and that can fail any
// operation. It lies below the seal and above the VFS of the system. Only tests import
// it.
package fault
