package ui

import (
	"context"
	"strings"
	"time"

	"watchfloor/app/profile"
	"watchfloor/app/triage"
	"watchfloor/ui/act"
	"watchfloor/ui/connect"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// mayNot says why the tenant in a slot may not be changed, "" where it may.
func (sh *Shell) mayNot(slot int) string {
	if sh.s.Guard == nil {
		return ""
	}
	return sh.s.Guard.ReadOnly(slot)
}

// off reports a command whose button is drawn as one that does nothing.
func (sh *Shell) off(c keys.Command) bool { return sh.offWhy(c) != "" }

// offWhy says why a command does nothing where the keyboard is, "" where it does: it acts,
// and everything it would act on is of tenants that may not be changed.
func (sh *Shell) offWhy(c keys.Command) string {
	if sh.s.Guard == nil || !c.Acts() {
		return ""
	}
	why := ""
	for _, slot := range sh.aimedAt() {
		if why = sh.mayNot(slot); why == "" {
			return ""
		}
	}
	return why
}

// aimedAt are the slots of the tenants that a command would act on.
func (sh *Shell) aimedAt() []int {
	p := sh.page()
	if m, ok := p.(interface{ Marked() []triage.Row }); ok {
		var slots []int
		for _, r := range m.Marked() {
			slots = append(slots, sh.tenantOf(r.ID).Slot)
		}
		if len(slots) > 0 {
			return slots
		}
	}
	if t, ok := p.(targeted); ok {
		if r, has := t.Target(); has {
			return []int{sh.tenantOf(r.ID).Slot}
		}
		return sh.slots()
	}
	switch p := p.(type) {
	case *identityPage:
		return []int{p.P.Slot()}
	case *personPage:
		return []int{p.P.Slot()}
	case *posturePage:
		return []int{p.P.Slot()}
	}
	return nil
}

// slots are those of all tenants.
func (sh *Shell) slots() []int {
	if sh.s.Roster == nil {
		return []int{0}
	}
	var out []int
	for _, t := range sh.s.Roster.Tenants() {
		out = append(out, t.Slot)
	}
	return out
}

// lockSign puts before how the sources stand which tenants are not changed.
func (sh *Shell) lockSign(c look.Cell) look.Cell {
	var names []string
	slots := sh.slots()
	for _, slot := range slots {
		if sh.mayNot(slot) != "" {
			names = append(names, present.Field(sh.tenantIn(slot).Name))
		}
	}
	if len(names) == 0 {
		return c
	}
	sign := "READ-ONLY"
	if len(names) < len(slots) {
		sign += " " + strings.Join(names, ", ")
	}
	if c.Text != "" {
		sign += between + c.Text
	}
	c.Text = sign
	return c
}

// guardedState adds to how a tenant stands that nothing is changed there.
func (sh *Shell) guardedState(slot int, c look.Cell) look.Cell {
	if sh.mayNot(slot) != "" {
		c.Text += ", read-only"
	}
	return c
}

// showPermissions opens the permission screen of a tenant.
func (sh *Shell) showPermissions(p profile.Profile) {
	if sh.dialog != nil || sh.s.Guard == nil {
		return
	}
	lent := connect.Lent{At: func(t time.Time) string { return sh.clock().At(t) }, Turned: sh.relocked}
	d := connect.NewPermissions(p, sh.s.Guard, sh.connectDesk(func(string) {}), lent)
	sh.open(&act.Dialog{Body: d.Body, Press: d.Press, First: d.First, Width: connect.Width, On: keys.Form}, d.Stop)
}

func (s *statusLine) drawLock() {
	if s.sh.s.Guard == nil {
		s.lock.Hide()
		return
	}
	s.lock.Show()
	label, on := "read-only", s.sh.s.Guard.Everywhere()
	if on {
		label = "allow actions"
	}
	s.lock.Set(label, on)
}

// turnReadOnly turns the switch for all tenants.
func (sh *Shell) turnReadOnly() {
	g := sh.s.Guard
	if g == nil {
		sh.say("Nothing can be made read-only here.", look.Dim)
		return
	}
	on := !g.Everywhere()
	sh.later(func(ctx context.Context) error { return g.SetEverywhere(ctx, on) }, func(err error) {
		if err != nil {
			sh.fail(err)
			return
		}
		sh.relocked()
		words := "Actions are allowed again; what waited is sent."
		switch {
		case on:
			words = "Read-only: nothing is sent, what is queued waits. Ctrl+R ends it."
		case sh.lockSign(look.Cell{}).Text != "":
			words = "Actions are allowed again, but " + strings.TrimPrefix(sh.lockSign(look.Cell{}).Text, "READ-ONLY ") + " stays read-only: g s, then P."
		}
		sh.say(words, look.Normal)
	})
}

// relocked draws what shows whether actions are allowed.
func (sh *Shell) relocked() {
	if p := sh.page(); p != nil {
		p.Tick()
	}
	sh.status.draw()
	sh.readState()
}
