package app

// SourceID names one place incidents come from. It is stable: rows, cursors and
// queued actions are keyed by it.
type SourceID string

// The two incident products of this release.
const (
	Sentinel SourceID = "sentinel" // Microsoft Sentinel through Azure Resource Manager
	Defender SourceID = "defender" // Microsoft Defender XDR through Microsoft Graph
)

// Label is the source's name on screen.
func (s SourceID) Label() string {
	switch s {
	case Sentinel:
		return "Sentinel"
	case Defender:
		return "Defender XDR"
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
