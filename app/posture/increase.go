package posture

// Share is what Increases needs of one control in one subscription.
type Share struct {
	Current, Max float64
	// Unhealthy counts unhealthy resources by recommendation of the control; those in
	// preview are left out, they do not count towards the score.
	Unhealthy map[string]int
}

// Increases divides what a control can still gain among its recommendations.
//
// Defender for Cloud gives points per control, not per recommendation: a control's score
// is its maximum times the share of its resources that are healthy, and a resource counts
// as healthy when it is so for all recommendations of the control (sheet part D,
// secureScoreControls). What is missing, maximum less current, is therefore shared out by
// the number of unhealthy resources of each recommendation. The parts add up to the whole;
// one alone brings less than its part where its resources have other faults too.
//
// A control above its maximum has nothing to gain.
func Increases(s Share) map[string]float64 {
	gap, all := s.Max-s.Current, 0
	for _, n := range s.Unhealthy {
		all += max(n, 0)
	}
	out := map[string]float64{}
	if gap <= 0 || all == 0 {
		return out
	}
	for id, n := range s.Unhealthy {
		if n > 0 {
			out[id] = gap * float64(n) / float64(all)
		}
	}
	return out
}
