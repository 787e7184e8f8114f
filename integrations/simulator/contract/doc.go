// Package contract checks HTTP traffic against the published descriptions of Microsoft
// Sentinel (ARM) and Microsoft Graph security. Wrap a client's transport with
// NewTransport: every request and response that passes is validated, and a deviation
// fails the test it belongs to.
//
// The descriptions are not part of the project. They are looked for in the folder named
// by WATCHFLOOR_SHARED, else in ../shared beside the repository; where they are absent
// the test is skipped with a word that says so.
//
// Checked beyond what the descriptions state: a concrete subtype (evidence by its
// @odata.type, entities by their kind) is validated against its own schema, and a
// property that the schema does not declare is a deviation.
package contract
