package triage

// Reason is a part of an incident's priority.
type Reason struct {
	Points int
	Why    string
}

// Priority is what ByScore orders by: the source's score and what the accounts and hosts
// of the incident add to it. The points of the reasons sum up to it. known is false where
// the source gives no score; such an incident stands below all that have one, but for
// what it gains.
func (r Row) Priority() (points int, reasons []Reason, known bool) {
	if r.Score != nil {
		points, known = *r.Score, true
		reasons = append(reasons, Reason{*r.Score, "score of " + r.Ref.Source.Label()})
	}
	if r.Weight != 0 {
		points += r.Weight
		reasons = append(reasons, Reason{r.Weight, "high value: " + r.High})
	}
	return points, reasons, known
}

// Rank is the number that ByScore orders by, highest first: the priority, less one where
// the source gives no score.
func (r Row) Rank() int {
	points, _, known := r.Priority()
	if !known {
		points--
	}
	return points
}
