package data

import "golang.org/x/sys/windows"

// space is how many bytes this user can still write to the disk of a folder; ok is false
// where the system does not tell.
func space(dir string) (free int64, ok bool) {
	p, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, false
	}
	var n uint64
	if err := windows.GetDiskFreeSpaceEx(p, &n, nil, nil); err != nil {
		return 0, false
	}
	return int64(min(n, 1<<62)), true // #nosec G115 -- bounded on this line
}
