// Package keyslot knows where the key of a sealed cache is: keys.json in the folder of a
// profile names the place and holds the key wrapped by a passphrase or a recovery phrase,
// where there is one. It never holds the key itself.
//
// keys.json is private (0600), replaced whole and durably, and told apart when damaged:
// a key that does not belong to the cache is found by its check value before the cache is
// touched. The package knows keys and files, no SQLite, no keyring and no person.
package keyslot
