package identity

// Sort keys of the lists. Names ascend, and rows of one name come newest first; Down
// reverses the key. A list's own order, "", is by time, newest first; with Down, oldest
// first. A key that a list does not have is KindInvalid.
const (
	ByTime       = "time"       // of a user or workload: the last change
	ByUser       = "user"       // of a workload: its name
	ByApp        = "app"        // sign-ins
	ByIP         = "ip"         // sign-ins, detections
	ByCountry    = "country"    // sign-ins, detections
	ByRisk       = "risk"       // low before high
	ByState      = "state"      // users, workloads, detections
	ByType       = "type"       // detections
	ByDetections = "detections" // users, workloads
)
