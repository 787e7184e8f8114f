// Package directory tells what a sign-in can see and do, before anything is pulled: the
// subscriptions and workspaces to choose from, and for each source which permission or
// role is there or missing.
//
// It reads with the smallest requests there are and never writes: what a person may
// write at Sentinel comes from Microsoft.Authorization/permissions, at Microsoft Graph
// from what the access token says of itself. Every call ends within 200 ms of its
// context being cancelled. Safe for concurrent use.
package directory
