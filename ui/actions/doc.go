// Package actions is the outbox on screen: what is queued, being sent, done, in
// conflict or failed, with the reason in words and the keys that settle it, field by
// field where it is a conflict. The actions of one form for many fold under one head.
// The cursor keeps its action while the list changes.
package actions
