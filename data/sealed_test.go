package data

import (
	"net/url"
	"testing"

	"watchfloor/data/vault"
)

// testKey seals the caches of these tests.
var testKey = vault.NewKey()

// testFile opens a database as a cache would, without migrating it; one that is not there
// is made.
func testFile(t testing.TB, path string, q url.Values) *database {
	t.Helper()
	cfg := Config{Path: path, Key: testKey}
	if err := cfg.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := cfg.openFile(path, q)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
