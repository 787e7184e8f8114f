// Package audit is the log of what was decided and what became of it, in a form that
// shows when it was rewritten.
//
// Promises. Each Record is one line of canonical JSON in printable ASCII, and names the
// SHA-256 of the line before it; so the hash of the last line (the Head) stands for all of
// them. Verify finds any line that was changed, left out, added or moved before the last
// one. That lines are missing at the end it can tell only against a head that was noted
// elsewhere, in a report for example: whoever may write the file can also leave out its
// end, or make a new log from nothing. The encoding never changes for a version of the
// format; docs/audit.md describes it for other programs.
package audit
