// Package wiretest proves of a decoder that it loses nothing: every leaf of the JSON
// it read must be found in what it returned, but for those a test names as not shown.
// Only tests import it.
package wiretest
