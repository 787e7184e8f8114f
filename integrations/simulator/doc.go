// Package simulator is a tenant on loopback: Entra sign-in, Microsoft Sentinel and Defender
// for Cloud on ARM, Resource Graph and Microsoft Graph security, spoken over TLS as the
// services speak them, so that azidentity, the Azure SDK and the Graph client run against
// it unchanged.
//
// What it holds is invented and deterministic: the same seed, size and clock give the
// same incidents, ids and ETags. Details of an incident are generated when they are
// asked for, so a tenant of a million fits in memory.
//
// It promises what the services promise and no more: an incident at Sentinel is
// replaced by PUT and guarded by the ETag in the body; Graph knows no ETag; a page
// follows the last key of the page before, so rows that arrive meanwhile neither
// shift nor repeat. Where the documentation is silent the choice is written at the
// place that makes it.
//
// A Server is safe for concurrent use. Time comes only from Options.Now, except for
// delays that a client has to feel on its own clock (Faults.Latency, Options.Live).
package simulator
