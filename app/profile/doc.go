// Package profile describes a connection to one tenant and at most one Sentinel
// workspace: how to sign in, what to read, what to call it. A profile holds no secret.
// The same rules check what the dialog and the command line were given.
package profile
