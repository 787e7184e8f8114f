package keyslot

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// UnsentFile counts the actions of a cache that have not reached their service, so that
// their number can be told when the cache cannot be opened. It holds a number alone.
const UnsentFile = "unsent"

// WriteUnsent notes the number. It is not synced: after a power cut it may be an older one.
func WriteUnsent(dir string, n int) error {
	return os.WriteFile(filepath.Join(dir, UnsentFile), []byte(strconv.Itoa(n)), 0o600)
}

// Unsent is the number that was noted last; known is false where none was.
func Unsent(dir string) (n int, known bool) {
	b, err := os.ReadFile(filepath.Join(dir, UnsentFile)) // #nosec G304 -- a path inside the data folder, or one the person chose
	if err != nil || len(b) > 20 {
		return 0, false
	}
	n, err = strconv.Atoi(strings.TrimSpace(string(b)))
	return n, err == nil && n >= 0
}
