package app

// SourceID names one place data comes from. It is stable: rows, cursors and queued
// actions are keyed by it.
type SourceID string

// Sources of incidents.
const (
	Sentinel SourceID = "sentinel" // Microsoft Sentinel through Azure Resource Manager
	Defender SourceID = "defender" // Microsoft Defender XDR through Microsoft Graph
	Cloud    SourceID = "cloud"    // alerts of Defender for Cloud through ARM
)

// Sources of identities and posture.
const (
	EntraRisk    SourceID = "entra-risk"    // Entra ID Protection: users, workloads, detections
	SignIns      SourceID = "sign-ins"      // the sign-in log of Graph
	CloudPosture SourceID = "cloud-posture" // scores, recommendations, contacts on ARM
	M365Score    SourceID = "m365-score"    // Microsoft 365 secure score through Graph
)

// Label is the source's name on screen.
func (s SourceID) Label() string {
	switch s {
	case Sentinel:
		return "Sentinel"
	case Defender:
		return "Defender XDR"
	case Cloud:
		return "Defender for Cloud"
	case EntraRisk:
		return "Entra ID Protection"
	case SignIns:
		return "Sign-in log"
	case CloudPosture:
		return "Cloud posture"
	case M365Score:
		return "Microsoft 365 score"
	}
	return string(s)
}

// Code is the short letter code of the source in dense rows.
func (s SourceID) Code() string {
	switch s {
	case Sentinel:
		return "SEN"
	case Defender:
		return "XDR"
	case Cloud:
		return "MDC"
	case EntraRisk:
		return "ENT"
	case SignIns:
		return "SIG"
	case CloudPosture:
		return "POS"
	case M365Score:
		return "365"
	}
	return "?"
}

// Ref identifies an incident at its source: the Sentinel incident name (a GUID
// chosen by its creator) or the Graph incident id (decimal digits).
type Ref struct {
	Source SourceID
	ID     string
}

func (r Ref) String() string { return string(r.Source) + "/" + r.ID }
