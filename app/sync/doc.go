// Package sync is the pull engine: it keeps the cache following its sources.
//
// Promises. Each page and its cursor are committed in one transaction, so a crash
// repeats at most one page. A pull of k changes costs O(k). A source that fails does
// not stop the others. Waits asked for by the service are obeyed. Cancelling the
// context ends Run within 200 ms. A person's request goes before background work. Feeds
// of other rows are followed alike, each at its own pace; a missing licence is a state of
// theirs and is looked for again after an hour.
package sync
