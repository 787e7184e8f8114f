package cli

import (
	"context"
	"fmt"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/text"
	"watchfloor/app/triage"
)

// actMany runs the same decision on several incidents: all are queued, refused ones are
// listed, and only then anything is sent.
func (r *runner) actMany(ctx context.Context, numbers []string, build func(*Session, triage.Row) (outbox.Request, error)) error {
	return r.with(ctx, func(ctx context.Context, s *Session) error {
		r.forewarn(s)
		var rs []outbox.Request
		seen := map[int64]bool{}
		for _, number := range numbers { // a mistyped number stops it before anything is queued
			id, err := find(ctx, s, number)
			if err != nil {
				return err
			}
			if err := r.mayWait(s, id); err != nil {
				return err
			}
			row, err := s.Queue.Row(ctx, id)
			if err != nil {
				return err
			}
			if seen[row.ID] { // named twice, or by the numbers of both products
				continue
			}
			seen[row.ID] = true
			req, err := build(s, row)
			if err != nil {
				return err
			}
			req.IncidentID = row.ID
			rs = append(rs, req)
		}
		results, err := s.Outbox.DoMany(ctx, rs, nil)
		if err != nil {
			return err
		}
		queued, refused := map[int64]bool{}, 0
		for _, res := range results {
			if res.Err != nil {
				refused++
				r.note("%s", text.Line(app.Say(res.Err), 300))
				continue
			}
			queued[res.Action.Seq] = true
		}
		if s.Sends && !r.queueOnly {
			if _, err := s.Outbox.Flush(ctx); err != nil {
				return err
			}
		}
		return r.outcomes(ctx, s, queued, refused)
	})
}

// outcomes prints what became of many actions; the exit code says whether any is left.
func (r *runner) outcomes(ctx context.Context, s *Session, queued map[int64]bool, refused int) error {
	all, err := s.Outbox.List(ctx, 1000+len(queued))
	if err != nil {
		return err
	}
	var mine, left []outbox.Action
	done := 0
	for _, a := range all {
		switch {
		case !queued[a.Seq]:
			continue
		case a.State.Pending():
			left = append(left, a)
		default:
			done++
		}
		mine = append(mine, a)
	}
	if err := r.printActions(mine); err != nil {
		return err
	}
	r.note("%d done, %d waiting, %d refused", done, len(left), refused)
	person := false
	for _, a := range left {
		person = person || a.State == outbox.Conflict || a.State == outbox.Failed
	}
	switch {
	case refused > 0 || person:
		return partlyError{fmt.Sprintf("Of %d incidents %d are done; watchfloor outbox list shows the rest.", len(queued)+refused, done)}
	case len(left) == 0 || r.queueOnly:
		return nil
	case !s.Sends:
		r.note("%s", windowSends)
		return nil
	}
	return unsent(left, fmt.Sprintf("%d actions are stored and not sent yet", len(left)), "watchfloor outbox flush sends them.")
}
