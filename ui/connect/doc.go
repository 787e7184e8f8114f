// Package connect has the dialogs about connected tenants: the guided one that connects
// a tenant in five steps (access, sign-in, choice, test, name), and the small ones that
// test, rename, sign in again and remove.
//
// Promises. The presenters know no toolkit. No call of a Service runs on the UI
// goroutine; leaving a step cancels its call, and an answer that comes late is dropped.
// What was typed survives every error and every step back. Secrets live in the dialog's
// memory only, are never logged and never shown.
package connect
