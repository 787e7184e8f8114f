// Package pages reads rows out of a SQLite file that SQLite itself refuses: every page by
// itself, following no tree. It knows the file format (sqlite.org/fileformat2.html) and
// nothing of what a row means. Nothing that a file says is believed without a check: no
// input makes it panic, loop or take more memory than the file has bytes.
package pages
