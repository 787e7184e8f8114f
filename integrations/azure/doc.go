// Package azure holds what every client of a Microsoft cloud service needs: clouds,
// credentials, one transport and the pipeline policies in front of it.
//
// It promises the clients built on it:
//   - no request leaves the configured scheme, host and port, checked before a token
//     is added; redirects are not followed; TLS 1.2 or newer;
//   - writes are sent once, reads are repeated at most twice and never where the
//     service asked for a pause: that becomes app.KindThrottled with RetryAfter;
//   - under app.WithDryRun nothing is sent, no token is asked for and writes are recorded;
//   - while Access.ReadOnly reports true no request that could change anything leaves;
//   - requests of a context marked by app.WithPriority overtake waiting ones;
//   - every error is an *app.Error with a sentence to act on (Explain);
//   - nobody is asked to sign in but by Credential.SignIn; what a renewal without the
//     person fails with is one sentence of KindSignIn, or KindOffline where Entra was not
//     reached;
//   - neither tokens, secrets, bodies nor query strings are logged.
//
// Everything here is safe for concurrent use.
package azure
