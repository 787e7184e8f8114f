// Package vault seals SQLite databases at rest: a VFS under unmodified go-sqlite3 that
// encrypts and authenticates every page image of the database, its write-ahead log and
// its rollback journal with AES-256-GCM. It knows SQLite and no incident.
//
// A database is opened through VFS after Attach has given its key; a file without a key,
// with another key, or that is not sealed is refused and left as it is. The key is never
// in a DSN. docs/security.md has the format and what is not covered.
package vault
