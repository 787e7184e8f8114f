// Package metrics turns what the cache saw into series: how many incidents were
// created and closed, by day and severity. Its functions are pure; the cache
// implements Store. Every series says its definition, n, time zone and freshness.
package metrics
