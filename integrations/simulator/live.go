// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"context"
	"time"

	"watchfloor/integrations/simulator/story"
)

// liveLoop changes the tenant on the wall clock while it runs.
func (s *Server) liveLoop(ctx context.Context) {
	if s.o.Live <= 0 {
		return
	}
	beat := time.NewTicker(s.o.Live)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
			s.Tick()
		}
	}
}

// Tick lets the tenant change by one step: two times out of three an incident arrives,
// else another analyst takes, comments or closes one of the newest open incidents.
// The same tenant makes the same steps.
func (s *Server) Tick() {
	s.settle()
	s.ids.step(personOwner(s.t.world.Analysts()[1]))
	s.step()
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	t := s.t
	t.fresh++
	if t.fresh%3 != 0 {
		t.arrive(t.world.Fresh(t.fresh, time.Unix(0, t.clock()).UTC()))
		return
	}
	sh := &t.sen
	if t.fresh%2 == 0 {
		sh = &t.gra
	}
	who := personOwner(t.world.Analysts()[1+t.fresh%(len(t.world.Analysts())-1)])
	skip := t.fresh % 5
	for n := len(sh.created) - 1; n >= 0; n-- {
		i := sh.created[n]
		r := &t.recs[i]
		if r.status == story.Closed || r.status == story.Redirected {
			continue
		}
		if t.fresh/6%2 == 1 && r.owner == 0 { // every other time somebody goes on with what is theirs
			continue
		}
		if skip--; skip >= 0 && n > 0 {
			continue
		}
		t.work(i, who)
		return
	}
}

// work is what an analyst does next with an open incident: take it, say something,
// close it. The words are the service's own, so edit cannot fail.
func (t *tenant) work(i int32, who owner) {
	switch r := &t.recs[i]; {
	case r.owner == 0:
		_ = t.edit(i, who, func(f *Fields) {
			f.Owner, f.Status = who.upn, sentinelStatus[story.Active]
			if r.graph {
				f.Status = graphStatus[story.Active]
			}
		})
	case len(t.comments(r)) < 3:
		t.touch(i, who)
		e := t.keepComments(r)
		id := story.GUID(uint64(r.modified)^r.plan.Seed, "live comment")
		text := "Checked the sign-in logs, nothing new since the alert."
		e.comments = append(e.comments, comment{id: id, text: text, author: who, created: r.modified, modified: r.modified, rev: 1})
		t.wrote(i, Write{Method: "EDIT", Who: who.label(), Fields: []string{"comment"}, CommentID: id, CommentText: text})
	default:
		_ = t.edit(i, who, func(f *Fields) {
			f.ClosingNote = "Explained by the owner of the account."
			if r.graph {
				f.Status, f.Classification, f.Determination = graphStatus[story.Closed], graphClass[story.BenignPositive], "confirmedActivity"
			} else {
				f.Status, f.Classification, f.Reason = sentinelStatus[story.Closed], sentinelClass[story.BenignPositive], "SuspiciousButExpected"
			}
		})
	}
}
