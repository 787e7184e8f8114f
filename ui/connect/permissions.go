package connect

import (
	"context"
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/permission"
	"watchfloor/app/profile"
	"watchfloor/app/text"
	"watchfloor/ui/work"
)

// Warden is what the permission screen needs; its contract is that of ui.Guard.
type Warden interface {
	Everywhere() bool
	SetReadOnly(ctx context.Context, slot int, on bool) error
	Permissions(ctx context.Context, slot int) (permission.Report, error)
}

// Lent is what the window lends to the permission screen.
type Lent struct {
	At     func(time.Time) string // a time for a person
	Turned func()                 // the switch of a tenant was turned
}

// rights is the state of the permission screen of one tenant.
type rights struct {
	desk    Desk
	w       Warden
	lent    Lent
	p       profile.Profile
	job     *work.Slot // the check
	turning *work.Slot
	report  permission.Report
	rows    []permission.Row
	cursor  int
	copied  bool
	problem string
	draw    func()
}

func newRights(p profile.Profile, w Warden, desk Desk, lent Lent) *rights {
	return &rights{desk: desk, w: w, lent: lent, p: p, job: desk.Slot(), turning: desk.Slot(), draw: func() {}}
}

// check asks the services; what was known stays in sight meanwhile.
func (r *rights) check() {
	r.copied, r.problem = false, ""
	r.job.Run(func(ctx context.Context) func() {
		rep, err := r.w.Permissions(ctx, r.p.Slot)
		return func() {
			if err != nil {
				r.problem = app.Say(err)
			} else {
				r.report, r.rows = rep, rep.Rows()
				r.cursor = max(0, min(r.cursor, len(r.rows)-1))
			}
			r.draw()
		}
	})
	r.draw()
}

// turn turns the switch of the tenant.
func (r *rights) turn() {
	if r.turning.Busy() {
		return
	}
	on := !r.p.ReadOnly
	r.problem = ""
	r.turning.Run(func(ctx context.Context) func() {
		err := r.w.SetReadOnly(ctx, r.p.Slot, on)
		return func() {
			if err != nil {
				r.problem = app.Say(err)
			} else {
				r.p.ReadOnly = on
				r.lent.Turned()
			}
			r.draw()
		}
	})
}

func (r *rights) press(key string) bool {
	switch key {
	case "y":
		if request := r.report.Request(); request != "" {
			r.desk.Copy(request)
			r.copied = true
		}
	case "r":
		if !r.job.Busy() {
			r.check()
		}
	case "a":
		r.turn()
	case "j", "Down":
		r.cursor = max(0, min(r.cursor+1, len(r.rows)-1))
	case "k", "Up":
		r.cursor = max(r.cursor-1, 0)
	case "Home":
		r.cursor = 0
	case "End":
		r.cursor = max(0, len(r.rows)-1)
	default:
		return false
	}
	r.draw()
	return true
}

// mode says whether anything is changed at this tenant.
func (r *rights) mode() string {
	switch {
	case r.w.Everywhere() && r.p.ReadOnly:
		return "Read-only, here and everywhere (Ctrl+R): nothing is changed or sent."
	case r.w.Everywhere():
		return "Read-only everywhere (Ctrl+R): nothing is changed or sent."
	case r.p.ReadOnly:
		return "Read-only: nothing is changed or sent, whatever is granted."
	}
	return "Actions are on, as far as they are granted."
}

// turnLabel is what the switch does next.
func (r *rights) turnLabel() string {
	if r.p.ReadOnly {
		return "Turn actions on"
	}
	return "Make it read-only"
}

// sum says in a line how the check went and when.
func (r *rights) sum() string {
	switch {
	case r.copied:
		return "The request is on the clipboard."
	case r.job.Busy():
		return "Asking the services…"
	case r.report.At.IsZero():
		return ""
	}
	var out []string
	for _, word := range []string{permission.Granted, permission.Missing, permission.CannotTell} {
		if n := permission.Count(r.rows, word); n > 0 {
			out = append(out, strconv.Itoa(n)+" "+word)
		}
	}
	return strings.Join(out, ", ") + "; checked " + r.lent.At(r.report.At) + "."
}

// about is all there is to say about the row under the cursor, in lines. It is names of
// permissions, to be read as they are: nothing in it is defanged.
func (r *rights) about() string {
	if r.cursor >= len(r.rows) {
		return ""
	}
	x := r.rows[r.cursor]
	var out []string
	add := func(name, s string) {
		if s != "" {
			out = append(out, name+text.Block(s, 2000))
		}
	}
	add("Unlocks: ", x.Unlocks)
	add("Needs: ", x.Needs)
	if x.Granted != permission.Granted {
		add("Without it: ", x.Costs)
	}
	add("Answer: ", x.Said)
	return strings.Join(out, "\n")
}
