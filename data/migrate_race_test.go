package data

import (
	"path/filepath"
	"sync"
	"testing"
)

// A window and commands that start together open a cache that none of them has made yet.
func TestGoal9ANewCacheIsOpenedByManyAtOnce(t *testing.T) {
	for range dose(2, 10) {
		path := filepath.Join(t.TempDir(), "cache.db")
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				c, err := Open(t.Context(), Config{Key: testKey, Path: path})
				if err != nil {
					t.Error(err)
					return
				}
				if err := c.Check(t.Context()); err != nil {
					t.Error(err)
				}
				c.Close()
			})
		}
		wg.Wait()
	}
}
