// Package outbox holds actions from the moment an analyst decides until the service
// confirms them, whatever happens in between.
//
// Promises. An action is durable, together with its local effect, when Enqueue
// returns. Until its time to undo has passed it does not leave and can be taken back.
// Actions on one incident leave in the order they were queued; one that concerns
// several incidents keeps its place on each; one that cannot proceed blocks only later
// actions on its own incidents. Before every write the remote incident is read again:
// what changed elsewhere and does not overlap is kept, what overlaps becomes a Conflict
// for the analyst, what is already so is not sent. Of two windows that settle the same
// action the second is told. No action is ever deleted: it ends as done, discarded or
// failed.
package outbox
