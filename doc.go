// Watchfloor is one native window over the incident queues of Microsoft Sentinel and
// Defender XDR, on a local cache that works without a network. This package only
// wires the parts together; docs/architecture.md says what they are.
package main
