//go:build !sqlite_fts5

package data

/*
#error Build Watchfloor with its tags: go build -tags "migrated_fynedo sqlite_fts5" (make does it for you). Without sqlite_fts5 the cache has no full-text search.
*/
import "C"
