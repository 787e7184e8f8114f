// Package fleet makes several connected tenants one: one queue, one list of actions, one
// status. Every tenant keeps its own cache, outbox and sign-in; the fleet merges what
// they answer and routes what is asked to the one it concerns.
//
// Ids of rows and numbers of actions are local to a cache. The fleet makes them unique
// by the slot of the tenant (Global), so that screens need not know about tenants; slot
// 0 leaves them as they are.
package fleet
