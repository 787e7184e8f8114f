// Package identity reads people, workloads and sign-ins at risk from Microsoft Graph v1.0
// and acts on them, with a small typed client on the azcore pipeline. Client.Risk follows
// Entra ID Protection and acts; Client.Log follows the sign-in log. Both implement
// sync.Feed, the first app.Responder too.
//
// It keeps to the pace that Graph documents without being told: one request a second at
// Entra ID Protection, which refuses without Retry-After, and five in ten seconds at the
// sign-in log (sheet part 0.3). A refusal is waited out for 1, 2, 4 … seconds; the fourth
// ends the page with KindThrottled.
//
// A run of either feed asks for what changed since the one before, less an overlap. Risky
// sign-ins of all days are read again every six hours, because a verdict on one does not
// change its time. What licence or rights do not open is a Lack of the run and no error; a
// part that was closed is read from its beginning once it opens.
//
// Rows are kept with their JSON as received. A malformed one is kept, too, with what can
// be read of it, and logged once; one without an id gets one made of its text. Words that
// this release does not know stay as they are.
//
// The published description of v1.0 declares no network number, session, token or
// detailed second factor of a sign-in; they are read where the service sends them.
package identity
