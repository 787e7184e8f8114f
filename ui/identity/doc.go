// Package identity shows the people and workloads of one tenant that are at risk: four
// lists with their preview, two sign-ins side by side, and the page of one person.
//
// Promises. Presenters belong to the UI goroutine; what they read runs elsewhere, and an
// answer that something newer overtook is dropped. Rows never move under the cursor: what
// comes in later waits until it is asked for. People of different tenants are never in
// one list. Tenant text is shown cleaned; an indicator defanged.
package identity
