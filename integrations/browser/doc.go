// Package browser asks the system to show a page of a portal. It takes a portal.Address
// and nothing else, so that no text of a tenant decides what runs, and starts no shell.
package browser
