// Package triage is the queue as an analyst works it: the filter language, the rows
// and their order, the acknowledgement clocks. It is pure; the cache implements its
// port Queue.
package triage
