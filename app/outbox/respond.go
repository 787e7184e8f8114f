package outbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"watchfloor/app"
)

// errShort says that a service left out some of what it was asked for.
var errShort = app.E(app.KindInternal, "The service did not answer for everything it was asked; it will be tried again.", nil)

// group are actions of one deed on subjects of one kind that are sent together. Each
// keeps its own row and result.
type group struct {
	s     *Service
	r     app.Responder
	deed  app.Deed
	began time.Time
	taken map[int64]bool // those that this attempt may still settle
}

// together sends actions of one deed once, in as few calls as the service allows, and
// returns what became of each. Errors are the cache's only, as at attempt.
func (s *Service) together(ctx context.Context, seqs []int64) []landing {
	var as []*Action
	out := make([]landing, len(seqs))
	for i, seq := range seqs {
		a, ok, err := s.begin(ctx, seq)
		if out[i] = (landing{seq: seq, action: a, err: err}); ok {
			defer s.end(seq)
			as = append(as, &out[i].action)
		}
	}
	if len(as) == 0 {
		return out
	}
	g := group{s: s, deed: app.Deed(as[0].Verb), began: s.cfg.Now(), taken: map[int64]bool{}}
	for _, a := range as {
		a.Attempts++
		g.taken[a.Seq] = true
	}
	err := g.send(app.WithPriority(ctx), as)
	for i := range out {
		out[i].taken = g.taken[out[i].seq]
		if out[i].taken && out[i].err == nil {
			out[i].err = err
		}
	}
	return out
}

// send reads, weighs and writes until every action is settled, delayed or parked.
func (g *group) send(ctx context.Context, as []*Action) error {
	var ok bool
	if g.r, ok = g.s.responder(g.deed, as[0].On.Kind); !ok {
		for _, a := range as {
			a.Attempts--
			a.State, a.Reason = Failed, a.Ref.Source.Label()+" is not connected; connect it and try again."
		}
		return g.save(ctx, as, nil)
	}
	if why := g.s.lacks(ctx, as[0]); why != "" {
		for _, a := range as {
			a.Attempts--
			g.s.withhold(a, why)
		}
		return g.save(ctx, as, nil)
	}
	for range maxRereads {
		overtaken, err := g.round(ctx, as)
		if err != nil || len(overtaken) == 0 {
			return err
		}
		as = overtaken
	}
	return g.failed(ctx, as, app.E(app.KindConflict, "Others keep changing this; it will be tried again.", nil))
}

// round reads all and writes what is left to do; it returns those that somebody changed
// between the two.
func (g *group) round(ctx context.Context, as []*Action) (overtaken []*Action, err error) {
	states, err := g.r.Read(ctx, g.deed, subjects(as))
	if err == nil && len(states) != len(as) {
		err = errShort
	}
	if err != nil {
		return g.halve(ctx, as, err, g.round)
	}
	var left, settled []*Action
	held := map[int64]app.SubjectState{}
	for i, a := range as {
		if g.s.weigh(a, states[i]) {
			left = append(left, a)
			continue
		}
		if settled = append(settled, a); !states[i].Gone {
			held[a.Seq] = states[i]
		}
		if a.State == Done {
			g.s.holds.well(a.Ref.Source)
		}
	}
	if err := g.save(ctx, settled, held); err != nil || len(left) == 0 {
		return nil, err
	}
	return g.write(ctx, left)
}

// write does the deed to all at once.
func (g *group) write(ctx context.Context, as []*Action) (overtaken []*Action, err error) {
	before := map[int64]Sent{}
	for _, a := range as {
		before[a.Seq] = g.s.note(a)
	}
	if as, err = g.saved(ctx, as, nil); err != nil || len(as) == 0 {
		return nil, err
	}
	return g.fire(ctx, as, before)
}

// fire makes the call. One that was refused as a whole is made again in halves, so that
// only what the service will not have is parked.
func (g *group) fire(ctx context.Context, as []*Action, before map[int64]Sent) (overtaken []*Action, err error) {
	if as, err = g.inTime(ctx, as, before); err != nil || len(as) == 0 {
		return nil, err
	}
	call, cancel := g.deadline(ctx, as)
	defer cancel()
	err = g.r.Respond(call, app.Response{Deed: g.deed, Subjects: subjects(as), Set: as[0].Set})
	if err == nil {
		return nil, g.confirm(ctx, as)
	}
	var e *app.Error
	sure := errors.As(err, &e) && !e.MaybeApplied
	if sure && len(as) > 1 && dividable(err) {
		return g.halve(ctx, as, err, func(ctx context.Context, half []*Action) ([]*Action, error) { return g.fire(ctx, half, before) })
	}
	if sure {
		for _, a := range as {
			a.Sent = before[a.Seq]
		}
		if app.KindOf(err) == app.KindConflict {
			return as, nil
		}
	}
	return nil, g.failed(ctx, as, err)
}

// dividable reports a refusal that may be about one of several.
func dividable(err error) bool {
	kind := app.KindOf(err)
	return kind == app.KindInvalid || kind == app.KindNotFound || kind == app.KindConflict
}

// halve does each half of a refused group by itself; one alone has failed.
func (g *group) halve(ctx context.Context, as []*Action, cause error, do func(context.Context, []*Action) ([]*Action, error)) (overtaken []*Action, err error) {
	if len(as) == 1 || !dividable(cause) {
		return nil, g.failed(ctx, as, cause)
	}
	for _, half := range [][]*Action{as[:len(as)/2], as[len(as)/2:]} {
		some, err := do(ctx, half)
		if err != nil {
			return nil, err
		}
		overtaken = append(overtaken, some...)
	}
	return overtaken, nil
}

// inTime takes out what has expired since it was weighed.
func (g *group) inTime(ctx context.Context, as []*Action, before map[int64]Sent) (left []*Action, err error) {
	var over []*Action
	for _, a := range as {
		if !a.expired(g.s.cfg.Now()) {
			left = append(left, a)
			continue
		}
		a.Sent = before[a.Seq]
		g.s.expire(a)
		over = append(over, a)
	}
	return left, g.save(ctx, over, nil)
}

// deadline ends a call at the moment when the first of the actions expires, also while
// it waits for its turn.
func (g *group) deadline(ctx context.Context, as []*Action) (context.Context, context.CancelFunc) {
	var first time.Time
	for _, a := range as {
		if !a.Expires.IsZero() && (first.IsZero() || a.Expires.Before(first)) {
			first = a.Expires
		}
	}
	if first.IsZero() {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, first.Sub(g.s.cfg.Now()))
}

// confirm ends actions whose deed is done, with what the service holds now. That the
// deed is done is known already, so failing to read is no failure.
func (g *group) confirm(ctx context.Context, as []*Action) error {
	states, err := g.r.Read(ctx, g.deed, subjects(as))
	if err != nil || len(states) != len(as) {
		g.s.cfg.Log.Info("done, reading back failed", "deed", string(g.deed), "err", err)
		states = nil
	}
	held := map[int64]app.SubjectState{}
	for i, a := range as {
		a.State, a.Reason = Done, ""
		if states != nil && !states[i].Gone {
			a.Found, held[a.Seq] = states[i].Values, states[i]
		}
	}
	g.s.holds.well(as[0].Ref.Source)
	// The effect is at the service: remember it even while shutting down.
	return g.save(context.WithoutCancel(ctx), as, held)
}

// failed decides what becomes of actions whose call failed.
func (g *group) failed(ctx context.Context, as []*Action, cause error) error {
	stopping := ctx.Err() != nil
	g.s.cfg.Log.Info("actions not sent", "deed", string(g.deed), "actions", len(as), "first", as[0].Seq, "err", cause)
	for _, a := range as {
		if noteKind(a, cause) == app.KindNotFound {
			g.s.drop(a)
			a.Reason = "Not sent: it no longer exists at " + a.Ref.Source.Label() + ". It was not created again."
			continue
		}
		g.s.setBack(a, stopping, g.began, cause)
	}
	return g.save(context.WithoutCancel(ctx), as, nil)
}

func (g *group) save(ctx context.Context, as []*Action, held map[int64]app.SubjectState) error {
	_, err := g.saved(ctx, as, held)
	return err
}

// saved stores actions and returns those that nobody changed meanwhile; the others are
// no longer this attempt's.
func (g *group) saved(ctx context.Context, as []*Action, held map[int64]app.SubjectState) (left []*Action, err error) {
	if len(as) == 0 {
		return nil, nil
	}
	rows := make([]Action, len(as))
	for i, a := range as {
		g.finish(a)
		rows[i] = *a
	}
	done, err := g.s.cfg.Store.SaveSubjects(ctx, rows, held)
	if err != nil {
		return nil, err
	}
	for _, a := range as {
		if !slices.Contains(done, a.Seq) {
			delete(g.taken, a.Seq)
			g.s.cfg.Log.Info("action settled elsewhere", "seq", a.Seq)
			continue
		}
		a.Version++
		left = append(left, a)
	}
	return left, nil
}

// finish sets what goes with the state that an action has come to.
func (g *group) finish(a *Action) {
	if a.State == Done {
		a.Sent, a.Kind, a.NotBefore = Sent{}, "", time.Time{}
	}
	if !a.State.Pending() && a.Finished.IsZero() {
		a.Finished = g.s.cfg.Now().UTC()
	}
	if a.State == Conflict {
		a.Kind, a.NotBefore = "", time.Time{}
	}
}

func subjects(as []*Action) []app.Subject {
	out := make([]app.Subject, len(as))
	for i, a := range as {
		out[i] = a.On
	}
	return out
}
