// Package posture is the vocabulary of security posture: secure scores of three models
// that are never mixed, their controls, recommendations with the resources behind them,
// regulatory compliance and security contacts (Defender for Cloud on ARM, Microsoft 365
// through Graph; sheet parts B and D), and the ports of the cache for them.
//
// Figures are kept as received, also impossible ones: what is odd about a row is told by
// its Marks. All functions are pure and safe for concurrent use.
package posture
