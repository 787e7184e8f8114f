package outbox

import (
	"context"
	"fmt"

	"watchfloor/app"
)

// chunk is how many actions are stored in one transaction: few enough that others get
// their turn to write, and that progress is seen.
const chunk = 100

// DoMany queues requests as Do does, one result each, in order. They are durable in
// transactions of 100, after each of which progress is told; nil is fine. One that is
// refused has its own error and the rest goes on; the error returned is the cache's or
// the caller's end of patience, and every request not queued has it too. More than one
// share a batch.
func (s *Service) DoMany(ctx context.Context, rs []Request, progress func(done, total int)) ([]Result, error) {
	out := make([]Result, len(rs))
	for i, r := range rs {
		out[i].Request = r
	}
	batch := ""
	if _, wide := ctx.Value(batchKey{}).(*batchID); wide || len(rs) > 1 {
		batch = batchOf(ctx, s.cfg.NewID)
	}
	defer s.Kick()
	for from := 0; from < len(rs); from += chunk {
		to := min(from+chunk, len(rs))
		if err := s.enqueue(ctx, out[from:to], batch); err != nil {
			for i := from; i < len(out); i++ {
				if out[i].Err == nil {
					out[i].Err = err
				}
			}
			return out, err
		}
		if progress != nil {
			progress(to, len(rs))
		}
		s.Kick()
	}
	return out, nil
}

// enqueue queues a part of many requests in one transaction.
func (s *Service) enqueue(ctx context.Context, part []Result, batch string) error {
	var as []Action
	var at []int
	for i := range part {
		if part[i].Err = s.check(ctx, part[i].Request); part[i].Err == nil {
			as, at = append(as, s.action(part[i].Request, batch)), append(at, i)
		}
	}
	if len(as) == 0 {
		return nil
	}
	done, refused, err := s.cfg.Store.EnqueueMany(ctx, as)
	if err != nil {
		return err
	}
	for i, a := range done {
		if part[at[i]].Err = refused[i]; refused[i] == nil {
			part[at[i]].Action = a
		}
	}
	return nil
}

// Undo takes back those of the actions that have not left, and returns how many; what
// has left stays. KindInvalid when nothing could be taken back.
func (s *Service) Undo(ctx context.Context, seqs ...int64) (undone int, err error) {
	undone, err = s.changeMany(s.person(ctx), seqs, func(a *Action) bool {
		if a.State != Queued || !a.Sent.IsZero() {
			return false
		}
		a.Reason = takenBack
		s.drop(a)
		return true
	})
	if undone > 0 || err != nil {
		return undone, err
	}
	if len(seqs) == 1 {
		return 0, app.E(app.KindInvalid, "It is too late to take this back: it has been sent or settled already.", nil)
	}
	return 0, app.E(app.KindInvalid, fmt.Sprintf("It is too late to take these %d back: all have been sent or settled already.", len(seqs)), nil)
}

// RetryBatch tries the failed actions of a batch again and returns how many.
func (s *Service) RetryBatch(ctx context.Context, id string) (n int, err error) {
	all, err := s.cfg.Store.BatchActions(ctx, id)
	if err != nil {
		return 0, err
	}
	var failed []int64
	for _, a := range all {
		if a.State == Failed && !a.Unreadable {
			failed = append(failed, a.Seq)
		}
	}
	return s.changeMany(s.person(ctx), failed, func(a *Action) bool { return a.State == Failed && s.retry(a) == nil })
}

// changeMany stores what a person decided about many actions at once; those for which
// fn returns false, that are being sent or that moved meanwhile are left out.
func (s *Service) changeMany(ctx context.Context, seqs []int64, fn func(*Action) bool) (n int, err error) {
	defer s.Kick()
	for from := 0; from < len(seqs); from += chunk {
		k, err := s.changeChunk(ctx, seqs[from:min(from+chunk, len(seqs))], fn)
		if n += k; err != nil {
			return n, err
		}
	}
	return n, nil
}

func (s *Service) changeChunk(ctx context.Context, seqs []int64, fn func(*Action) bool) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var changed []Action
	for _, seq := range seqs {
		a, err := s.open(ctx, seq)
		switch kind := app.KindOf(err); {
		case kind == app.KindInvalid || kind == app.KindNotFound:
			continue
		case err != nil:
			return 0, err
		}
		if fn(&a) {
			changed = append(changed, a)
		}
	}
	if len(changed) == 0 {
		return 0, nil
	}
	saved, err := s.cfg.Store.SaveMany(ctx, changed)
	return len(saved), err
}

// BatchOf returns how a batch stands and its actions, in the order of the form.
func (s *Service) BatchOf(ctx context.Context, id string) (Batch, []Action, error) {
	all, err := s.cfg.Store.BatchActions(ctx, id)
	if err != nil {
		return Batch{}, nil, err
	}
	if len(all) == 0 {
		return Batch{}, nil, app.E(app.KindNotFound, "There is no form with this number.", nil)
	}
	b := Batch{ID: id, Total: len(all)}
	for _, a := range all {
		switch a.State {
		case Done:
			b.Done++
		case Discarded:
			b.Discarded++
		case Conflict:
			b.Conflict++
		case Failed:
			b.Failed++
		default:
			b.Waiting++
		}
	}
	return b, all, nil
}
