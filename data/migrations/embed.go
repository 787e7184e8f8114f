// Package migrations holds the numbered SQL files that build the cache. Each runs in
// one transaction; a file that was released is never edited.
package migrations

import "embed"

// FS holds the SQL files.
//
//go:embed *.sql
var FS embed.FS
