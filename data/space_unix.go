//go:build !windows

package data

import "golang.org/x/sys/unix"

// space is how many bytes this user can still write to the disk of a folder; ok is false
// where the system does not tell.
func space(dir string) (free int64, ok bool) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, false
	}
	return int64(st.Bavail) * int64(st.Bsize), true // #nosec G115 -- types differ between systems
}
