// Package outbox holds actions from the moment an analyst decides until the service
// confirms them, whatever happens in between.
//
// Promises. An action is durable, together with its local effect, when Enqueue
// returns. Actions on one incident leave in the order they were queued; an action
// that cannot proceed blocks only later actions on its own incident. Before every
// write the remote incident is read again: what changed elsewhere and does not
// overlap is kept, what overlaps becomes a Conflict for the analyst, what is already
// so is not sent. No action is ever deleted: it ends as done, discarded or failed.
package outbox
