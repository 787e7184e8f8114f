package sync

import "time"

// silence judges from what each source says whether there is no network: every remote
// must be lost. A feed is asked seldom, so that it may not have noticed: it speaks
// against it only where it was heard after the last source was lost. The zero value has
// heard of no source.
type silence struct {
	well  bool      // a remote answers
	first time.Time // loss
	last  time.Time // loss
	heard time.Time // of a feed that is not lost
}

func (s *silence) add(remote bool, lost, heard time.Time) {
	switch {
	case !lost.IsZero():
		if s.first.IsZero() || lost.Before(s.first) {
			s.first = lost
		}
		if lost.After(s.last) {
			s.last = lost
		}
	case remote:
		s.well = true
	case heard.After(s.heard):
		s.heard = heard
	}
}

// since is when the network was lost, zero where it is there.
func (s *silence) since() time.Time {
	if s.well || s.heard.After(s.last) {
		return time.Time{}
	}
	return s.first
}
