package data

import "github.com/mattn/go-sqlite3"

// SQLiteVersion is the version of the SQLite that is linked in, such as 3.54.1.
func SQLiteVersion() string {
	v, _, _ := sqlite3.Version()
	return v
}
