// Package data is the SQLite cache. It implements the ports of app and its packages:
// sync.Store and sync.FeedStore, outbox.Store, triage.Queue, triage.Cases, metrics.History;
// identity.Store and posture.Store, with readers of both that charts can be made from.
//
// One connection writes, in immediate transactions; a separate pool reads. Every
// connection has the same pragmas, set when it is opened: WAL, synchronous=FULL,
// foreign keys, temporary data in memory, secure_delete, untrusted schema. A method
// that returned nil is durable. Errors are *app.Error; those of a full disk or a
// read-only folder say so. All methods are safe for concurrent use and may block:
// keep them off the UI goroutine.
package data
