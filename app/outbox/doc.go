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
//
// Deeds on people, workloads, sign-ins and settings (app.Subject) keep the same promises.
// Their calls carry no id of the client, so what became of one without an answer is read
// back before it is made again; where a value was changed and set back to exactly what it
// was before the call, and the service keeps no time of the change (accounts, controls,
// contacts), that looks like a call that never arrived. Many of one deed leave in one
// call, each with its own result. What locks somebody out expires and is never sent after
// that, whatever the clock does while a process runs; of a clock set back while none runs
// only what was noted before is known.
package outbox
