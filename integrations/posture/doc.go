// Package posture reads secure scores, recommendations, compliance and security contacts
// of Defender for Cloud (Cloud) and the secure score of Microsoft 365 (M365), and changes
// contacts and control states. Both are sync.Feed and app.Responder.
//
// Requests to Azure are made by armsecurity and armresourcegraph; answers are decoded
// here, row by row from the JSON as received (Decode functions, which are pure). What
// cannot be read stays empty, is kept raw and logged once; figures are kept as sent,
// impossible ones too. The day of a score is the UTC day of the service's clock.
//
// A run reads everything anew: none of these lists can be asked for what changed. What a
// run still has to ask is kept in memory; a cursor of another process starts it again.
//
// The newer risk-based score of Defender for Cloud is in no answer of these versions
// (secureScores 2020-01-01, Resource Graph); only the risk of a recommendation is. Scores
// of initiatives other than the default one are left out, and logged.
package posture
