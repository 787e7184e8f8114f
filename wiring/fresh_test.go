package wiring_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"watchfloor/data"
	"watchfloor/data/vault"
)

// testKey seals the caches of these tests.
var testKey = vault.NewKey()

// migrated is an empty cache after all migrations: most cases here open a new one, and
// the migrations have tests of their own.
var migrated = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "watchfloor-cache")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "cache.db")
	c, err := data.Open(context.Background(), data.Config{Key: testKey, Path: path})
	if err != nil {
		return nil, err
	}
	if err := c.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// freshPath is the path of an empty cache in a folder of its own.
func freshPath(t testing.TB) string {
	t.Helper()
	b, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cache.db")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
