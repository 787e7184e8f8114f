// Package act has the dialogs that decide about one incident or about all that are
// marked: close, assign, tag, comment, merge, move alerts, add a task, and those that
// show what would be sent and what became of it. Each names what it is about and the
// tenant, for many the count and what it leaves out; its form is pure and checks itself.
package act
