// Package sentinel reads and changes incidents of Microsoft Sentinel through Azure
// Resource Manager. Client implements app.Remote and app.Tasker.
//
// Requests are made by armsecurityinsights; answers are decoded here, row by row from
// the JSON as received (Decode functions, which are pure), because the typed client
// loses a whole page for one malformed row and drops properties it does not know. A
// malformed row is kept raw, counted in Page.Odd and logged once.
//
// Watermarks come from the service's clock alone. Writes are sent once; an edit is
// only sent over a snapshot that carries an ETag, and an answer that says the service
// created something is reported as an error.
package sentinel
