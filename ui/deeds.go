package ui

import (
	"context"
	"os"
	"strings"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/queue"

	people "watchfloor/ui/identity"
)

// respond opens the form of what can be done to accounts, workloads and sign-ins of the
// tenant in a slot; done runs once they are queued.
func (sh *Shell) respond(slot int, targets []people.Target, done func()) {
	d := act.Deeds{Incident: fleet.Home(slot), Lacking: sh.lacking(slot), AccountsFirst: sh.on == keys.Person}
	seen := map[app.Subject]bool{}
	add := func(list *[]app.Subject, s app.Subject) {
		id := app.Subject{Kind: s.Kind, ID: s.ID}
		if !s.IsZero() && !seen[id] {
			seen[id] = true
			*list = append(*list, s)
		}
	}
	without := 0
	for _, t := range targets {
		if t == (people.Target{}) {
			without++
		}
		add(&d.Users, t.User)
		add(&d.Workloads, t.Workload)
		add(&d.SignIns, t.SignIn)
	}
	if len(d.Users)+len(d.Workloads)+len(d.SignIns) == 0 {
		sh.say("Nothing here that could be acted on: no id of an account, workload or sign-in.", look.Warn)
		return
	}
	if without > 0 {
		d.Left = queue.Figure(without, false) + " of the marked ones left out: the service gave no id of an account, workload or sign-in."
	}
	sh.openDeeds(slot, d, done)
}

func (sh *Shell) openDeeds(slot int, d act.Deeds, done func()) {
	f := act.DeedFrame{
		Tenant: sh.tenantIn(slot), Offline: sh.state.Offline(), Clock: sh.clock, Life: outbox.DefaultExpiry,
		Close: sh.closeDialog, Focus: sh.win.Canvas().Focus, Show: sh.showRequests,
	}
	sh.open(act.NewDeed(d, f, func(rs []outbox.Request) { sh.sendDeeds(slot, rs, done) }), nil)
}

// lacking tells what is missing for a permission by what the tenant's sources said.
func (sh *Shell) lacking(slot int) func(permission string) string {
	name := sh.tenantIn(slot).Name
	return func(permission string) string {
		for _, x := range sh.state.Sources {
			if x.Tenant != "" && x.Tenant != name {
				continue
			}
			for _, l := range x.Lacks {
				if strings.Contains(l.Needs, permission) {
					return present.Field(l.What) + " needs " + present.Field(l.Needs) + "."
				}
			}
		}
		return ""
	}
}

// showRequests opens the exact requests of a form over it.
func (sh *Shell) showRequests(rs []outbox.Request) {
	sh.showExact(len(rs), func(i int) (string, func(context.Context) ([]app.WireRequest, error)) {
		r := rs[i]
		return present.Safe(r.Describe()), func(ctx context.Context) ([]app.WireRequest, error) { return sh.s.Outbox.Preview(ctx, r) }
	})
}

// sendDeeds hands what one form decided to the outbox and says what became of it. A form
// for several leaves its line over the status line until all is done.
func (sh *Shell) sendDeeds(slot int, rs []outbox.Request, done func()) {
	if len(rs) > 1 && sh.many != nil && sh.many.sending {
		sh.say("The form before is still being queued; send this one in a moment.", look.Warn)
		return
	}
	m := &many{what: present.Safe(rs[0].Describe()), thing: string(rs[0].On.Kind), total: len(rs), sending: true}
	if rs[0].On.Kind == app.SubjectUser {
		m.thing = "account"
	}
	if len(rs) > 1 {
		m.what = act.DeedLabel(app.Deed(rs[0].Verb))
		sh.many = m
		sh.strip.draw()
	}
	var results []outbox.Result
	desk := sh.desk
	sh.later(func(ctx context.Context) (err error) {
		results, err = sh.s.Outbox.DoMany(ctx, rs, func(n, _ int) { desk.Post(func() { m.queued = n; sh.strip.draw() }) })
		return err
	}, func(err error) {
		u := &undoable{what: m.what, verb: rs[0].Verb, slot: slot}
		for i, x := range results {
			switch {
			case x.Err != nil:
				m.refused = append(m.refused, act.Trouble{State: look.Cell{Text: "! Refused", Tone: look.Alarm, Bold: true}, Title: present.Safe(rs[i].On.Name), Why: app.Say(x.Err)})
			case x.Action.Seq != 0:
				u.seqs, u.until, m.id = append(u.seqs, x.Action.Seq), x.Action.HeldUntil, x.Action.Batch
			}
		}
		if len(u.seqs) > 0 {
			sh.undo = u
		}
		m.sending, m.queued = false, len(u.seqs)
		sh.saidDeeds(m, err)
		sh.readMany()
		sh.beat()
		sh.readState()
		if done != nil {
			done()
		}
		if p := sh.page(); p != nil {
			p.Event(app.Event{Topic: app.TopicIdentity})
		}
	})
}

func (sh *Shell) saidDeeds(m *many, err error) {
	words, tone := m.what, look.Normal
	switch {
	case m.queued == 0 && err != nil:
		sh.fail(err)
		return
	case m.total == 1 && len(m.refused) == 1:
		sh.say("Refused: "+m.refused[0].Why, look.Warn)
		return
	case len(m.refused) > 0:
		words, tone = words+": "+queue.Figure(m.queued, false)+" queued, "+queue.Figure(len(m.refused), false)+" refused – B shows why", look.Warn
	case m.total > 1:
		words += ": " + queue.Figure(m.queued, false) + " queued"
	}
	if sh.state.Offline() {
		words += " – queued, offline"
	}
	sh.say(words, tone)
	if len(m.refused) > 0 && sh.dialog == nil {
		sh.showOutcome()
	}
}

// reverseDeeds offers what puts a deed back, where something does.
func (sh *Shell) reverseDeeds(u *undoable, back []outbox.Request) {
	d := act.Deeds{Incident: fleet.Home(u.slot), Lacking: sh.lacking(u.slot)}
	for _, r := range back {
		if r.On.Kind == app.SubjectUser {
			d.Users, d.Only = append(d.Users, r.On), app.Deed(r.Verb)
		}
	}
	if len(d.Users) == 0 {
		sh.say("It has been sent, and nothing takes it back: "+outbox.Words(app.Deed(u.verb)), look.Warn)
		return
	}
	sh.openDeeds(u.slot, d, nil)
}

// importList asks for the file of a list of high-value accounts and takes it in: what it
// holds replaces the list before. The file is only read as text.
func (sh *Shell) importList(slot int, done func()) {
	if sh.s.Identity == nil || sh.s.Identity(slot) == nil {
		sh.say("Identity is not available here.", look.Dim)
		return
	}
	r := sh.s.Identity(slot)
	sh.open(act.NewPath(act.Path{
		Title: "Import high-value accounts", Tenant: sh.tenantIn(slot),
		Help:  "A CSV file: sign-in name, object id or SID; name; reason. It replaces the list that was imported before.",
		Close: sh.closeDialog,
		Take: func(path string, say func(words string, bad bool)) {
			var words string
			sh.later(func(ctx context.Context) (err error) { words, err = importFrom(ctx, r, path); return err }, func(err error) {
				if err != nil {
					say(app.Say(err), true)
					return
				}
				say(words, false)
				done()
			})
		},
	}), nil)
}

func importFrom(ctx context.Context, r identity.Reader, path string) (string, error) {
	f, err := os.Open(strings.TrimSpace(path))
	if err != nil {
		return "", app.E(app.KindInvalid, "The file cannot be opened; check its path.", err)
	}
	defer f.Close()
	list, warnings, err := identity.ParseHighValueCSV(f)
	if err != nil {
		return "", err
	}
	n, err := r.Import(ctx, identity.OriginList, list)
	if err != nil {
		return "", err
	}
	words := "Taken in: " + present.Figure(n) + " accounts. Lists show them with ★."
	if n == 1 {
		words = "Taken in: 1 account. Lists show it with ★."
	}
	for i, w := range warnings {
		if i == 5 {
			words += "\n… and " + present.Figure(len(warnings)-i) + " more warnings."
			break
		}
		words += "\n" + present.Safe(w)
	}
	return words, nil
}
