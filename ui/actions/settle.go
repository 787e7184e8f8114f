package actions

import (
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
		if _, merged := Redirected(a); merged {
			return []keys.Command{keys.Follow, keys.KeepTheirs}
		}
		return []keys.Command{keys.Settle, keys.KeepTheirs, keys.KeepMine}
	case outbox.Failed:
		return []keys.Command{keys.Retry, keys.Discard}
	case outbox.Queued:
		return []keys.Command{keys.Discard}
	}
	return nil
}

// Redirected is the remote id of the incident that the action's own was merged into.
func Redirected(a outbox.Action) (to string, ok bool) {
	if a.State == outbox.Conflict && len(a.Drift) > 0 && a.Drift[0].Field == app.FieldRedirect {
		return a.Drift[0].Theirs, true
	}
	return "", false
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
	if !slices.Contains(Offers(a), c) {
		p.Say(OfferSentence(a), true)
		return
	}
	var call func(context.Context) error
	said := ""
	switch c {
	case keys.KeepTheirs:
		call, said = func(ctx context.Context) error { return p.box.Settle(ctx, a.Seq, a.Version, All(a, outbox.Theirs)) }, "theirs kept"
	case keys.KeepMine:
		call, said = func(ctx context.Context) error { return p.box.Settle(ctx, a.Seq, a.Version, All(a, outbox.Mine)) }, "queued again over their change"
	case keys.Follow:
		call, said = func(ctx context.Context) error { _, err := p.box.Follow(ctx, a.Seq, a.Version); return err }, "queued on the incident that it was merged into"
	case keys.Retry:
		call, said = func(ctx context.Context) error { return p.box.Retry(ctx, a.Seq) }, "queued again"
	default:
		call, said = func(ctx context.Context) error { return p.box.Discard(ctx, a.Seq) }, "discarded; the service's value stays"
	}
	p.desk.Run(func(ctx context.Context) func() {
		err := call(app.WithPriority(ctx))
		return func() {
			p.say(err, present.Number(a.Number)+": "+said)
			if err == nil {
				p.next(a)
			}
			p.Load()
		}
	})
}

// settleForm is settle on the head of a form: only trying the failed ones again is
// offered for all of them at once.
func (p *Presenter) settleForm(c keys.Command, b outbox.Batch) {
	if c != keys.Retry || b.Failed == 0 {
		p.Say("A form for many: Right lists its actions, R tries its failed ones again.", true)
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

// OfferSentence says which keys settle an action as it stands.
func OfferSentence(a outbox.Action) string {
	to, merged := Redirected(a)
	switch {
	case merged:
		return "Merged into " + present.Number(to) + ": f does it there, t drops it."
	case a.State == outbox.Conflict:
		return "Conflict: t keeps theirs, m keeps mine, e settles field by field."
	case a.State == outbox.Failed:
		return "Failed: R tries again, d discards."
	case a.State == outbox.Queued:
		return "Queued: d discards."
	}
	return "Not for an action that is " + string(a.State) + "."
}

// next goes from an action that was settled to the next one that needs the analyst,
// unless the cursor has left it.
func (p *Presenter) next(a outbox.Action) {
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
