package actions

import (
	"cmp"
	"context"
	"slices"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
)

// Offers are the commands that settle an action as it stands.
func Offers(a outbox.Action) []keys.Command {
	switch a.State {
	case outbox.Conflict:
		if _, merged := Redirected(a); merged && Followable(a) {
			return []keys.Command{keys.Follow, keys.KeepTheirs}
		} else if merged {
			return []keys.Command{keys.KeepTheirs}
		}
		return []keys.Command{keys.Settle, keys.KeepTheirs, keys.KeepMine}
	case outbox.Failed:
		switch {
		case expired(a):
			return []keys.Command{keys.Recheck, keys.Discard}
		case rechecks(a):
			return []keys.Command{keys.Retry, keys.Recheck, keys.Discard}
		}
		return []keys.Command{keys.Retry, keys.Discard}
	case outbox.Queued:
		return []keys.Command{keys.Discard}
	}
	return nil
}

// Redirected is the remote id of the incident that the action's own was merged into, ""
// where the service does not say. Such a conflict cannot be settled: the action is done
// on that incident instead, where that is Followable, or dropped.
func Redirected(a outbox.Action) (to string, ok bool) {
	if a.State == outbox.Conflict && len(a.Drift) > 0 && a.Drift[0].Field == app.FieldRedirect {
		return a.Drift[0].Theirs, true
	}
	return "", false
}

// Followable reports that an action can be done on the incident that its own was merged
// into; one that concerns several incidents has to be decided again.
func Followable(a outbox.Action) bool {
	to, merged := Redirected(a)
	return merged && to != "" && a.Verb != outbox.Merge && a.Verb != outbox.MoveAlerts
}

// All are the choices that keep one side of every field.
func All(a outbox.Action, side outbox.Side) []outbox.Choice {
	out := make([]outbox.Choice, len(a.Drift))
	for i, d := range a.Drift {
		out[i] = outbox.Choice{Field: d.Field, Keep: side}
	}
	return out
}

// settle carries out a command on the action under the cursor, as it was shown.
func (p *Presenter) settle(c keys.Command) {
	if _, b, ok := p.Form(); ok {
		p.settleForm(c, b)
		return
	}
	a, ok := p.Current()
	if !ok {
		return
	}
	_, merged := Redirected(a)
	if !slices.Contains(Offers(a), c) {
		p.Say(OfferSentence(a), true)
		return
	}
	var call func(context.Context) error
	said := ""
	switch {
	case c == keys.KeepTheirs && merged:
		call, said = func(ctx context.Context) error { return p.box.Discard(ctx, a.Seq) }, Dropped
	case c == keys.KeepTheirs:
		call, said = func(ctx context.Context) error { return p.box.Settle(ctx, a.Seq, a.Version, All(a, outbox.Theirs)) }, "theirs kept"
	case c == keys.KeepMine:
		call, said = func(ctx context.Context) error { return p.box.Settle(ctx, a.Seq, a.Version, All(a, outbox.Mine)) }, "queued again over their change"
	case c == keys.Follow:
		call, said = func(ctx context.Context) error { _, err := p.box.Follow(ctx, a.Seq, a.Version); return err }, Followed
	case c == keys.Recheck:
		call, said = func(ctx context.Context) error { _, err := p.box.Recheck(ctx, a.Seq); return err }, Rechecked
	case c == keys.Retry:
		call, said = func(ctx context.Context) error { return p.box.Retry(ctx, a.Seq) }, "queued again"
	default:
		call, said = func(ctx context.Context) error { return p.box.Discard(ctx, a.Seq) }, "discarded; the service's value stays"
	}
	p.desk.Run(func(ctx context.Context) func() {
		err := call(app.WithPriority(ctx))
		return func() {
			p.say(err, About(a)+": "+said+Left(p.Others(a)))
			if err == nil {
				p.Next(a)
			}
			p.Load()
		}
	})
}

// settleForm is settle on the head of a form: only trying the failed ones again is
// offered for all of them at once.
func (p *Presenter) settleForm(c keys.Command, b outbox.Batch) {
	if c != keys.Retry || b.Failed == 0 {
		p.Say(formSentence(b), true)
		return
	}
	p.desk.Run(func(ctx context.Context) func() {
		n, err := p.box.RetryBatch(app.WithPriority(ctx), b.ID)
		return func() {
			p.say(err, present.Figure(n)+" queued again")
			p.Load()
		}
	})
}

// What is said of an action that was dropped, and of one that was done elsewhere.
const (
	Dropped  = "dropped"
	Followed = "queued on the incident that it was merged into"
	// Rechecked is said of one that a person decided on again.
	Rechecked = "checked again; the list shows how it stands"
)

// Left says whether anything else needs the analyst, to go behind what was done.
func Left(n int) string {
	switch n {
	case 0:
		return " – nothing else needs you."
	case 1:
		return " – 1 more needs you."
	}
	return " – " + present.Figure(n) + " more need you."
}

// Others counts what needs the analyst besides an action.
func (p *Presenter) Others(a outbox.Action) (n int) {
	for _, x := range p.all {
		if x.Seq != a.Seq && NeedsPerson(x.State) {
			n++
		}
	}
	return n
}

// Disputed is the conflict under the cursor; on the head of a form the first of its own,
// to which the cursor goes.
func (p *Presenter) Disputed() (outbox.Action, bool) {
	_, b, form := p.Form()
	if !form {
		a, ok := p.Current()
		if !ok && p.loaded {
			p.Say(p.Instead(), false)
		}
		return a, ok
	}
	for i, l := range p.lines {
		if l.head == nil && l.action.Batch == b.ID && l.action.State == outbox.Conflict {
			p.Move(i)
			return *l.action, true
		}
	}
	p.Say(formSentence(b), true)
	return outbox.Action{}, false
}

// Unsent are the actions under the cursor that may still be sent: one, or those of a
// form.
func (p *Presenter) Unsent() (out []outbox.Action) {
	a, one := p.Current()
	_, b, form := p.Form()
	for _, x := range p.all {
		if (one && x.Seq == a.Seq || form && x.Batch == b.ID) && Sendable(*x) {
			out = append(out, *x)
		}
	}
	slices.SortFunc(out, func(a, b outbox.Action) int { return cmp.Compare(a.Seq, b.Seq) })
	return out
}

// Sendable reports that an action may still be sent as it is.
func Sendable(a outbox.Action) bool {
	_, merged := Redirected(a)
	return a.State.Pending() && !a.Unreadable && !merged
}

// formSentence says which keys a form takes as it stands.
func formSentence(b outbox.Batch) string {
	words := "A form for many: Right lists its actions, Left folds them"
	if b.Conflict > 0 {
		words += ", e settles its first conflict"
	}
	if b.Failed > 0 {
		words += ", R tries its failed ones again"
	}
	return words + "."
}

// OfferSentence says which keys settle an action as it stands.
func OfferSentence(a outbox.Action) string {
	to, merged := Redirected(a)
	switch {
	case merged && Followable(a):
		return "Merged into " + present.Number(to) + ": f does it there, t drops it."
	case merged:
		return present.Field(a.Reason) + " t drops it."
	case a.State == outbox.Conflict:
		return "Conflict: t keeps theirs, m keeps mine, e settles field by field."
	case expired(a):
		return "Not sent in time: c checks again and has it sent, d discards."
	case rechecks(a):
		return "Failed: R tries again, c checks again what is so now, d discards."
	case a.State == outbox.Failed:
		return "Failed: R tries again, d discards."
	case a.State == outbox.Queued:
		return "Queued: d discards."
	}
	return "Nothing is left to settle: it is " + string(a.State) + "."
}

// Next goes from an action that was settled to the next one that needs the analyst,
// unless the cursor has left it.
func (p *Presenter) Next(a outbox.Action) {
	if now, ok := p.Current(); !ok || now.Seq != a.Seq || !NeedsPerson(a.State) {
		return
	}
	for i := 1; i < len(p.lines); i++ {
		at := (p.cursor + i) % len(p.lines)
		if l := p.lines[at]; l.head == nil && NeedsPerson(l.action.State) {
			p.Move(at)
			return
		}
	}
}
