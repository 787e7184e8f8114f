package wiring_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
	"watchfloor/app/posture"
)

// desk is a source of subjects in memory, in the manner of Graph: risk calls name many
// and are all or nothing unless the answer is lost, no call has an id of the client.
type desk struct {
	id       app.SourceID
	mu       sync.Mutex
	clock    func() time.Time
	ticks    time.Duration
	rows     map[app.Subject]*seat // without names
	together int
	upsets   func(op string, write bool) trouble
	asked    time.Duration // Retry-After of throttled
	poison   string        // id of a subject that no call may name
	halfway  bool          // a lost answer had its effect on the first half only
	calls    []string
	done     map[string]int // effects by deed and subject
	before   func(on app.Subject, row *seat, r app.Response)
	after    func()
}

// seat is one subject. foreign tells when somebody else last changed a property.
type seat struct {
	values  app.Values
	foreign map[app.Property]int
	by      string
}

func newDesk(id app.SourceID, clock func() time.Time) *desk {
	return &desk{id: id, clock: clock, rows: map[app.Subject]*seat{}, together: 60, asked: time.Minute, done: map[string]int{}}
}

func (d *desk) ID() app.SourceID { return d.id }

func (d *desk) Can(_ app.Deed, k app.SubjectKind) bool { return outbox.SourceOf(k) == d.id }

func (d *desk) Together(deed app.Deed, _ app.SubjectKind) int {
	switch deed {
	case app.DismissRisk, app.ConfirmCompromised, app.ConfirmSafe:
		return d.together
	}
	return 1
}

func plain(s app.Subject) app.Subject { return app.Subject{Kind: s.Kind, ID: s.ID} }

// stamp is a time of the service: never twice the same.
func (d *desk) stamp() string {
	d.ticks += time.Microsecond
	return d.clock().Add(d.ticks).UTC().Format(time.RFC3339Nano)
}

// upset lets trouble happen to a call.
func (d *desk) upset(ctx context.Context, op string, write bool) (what trouble, err error) {
	if err := ctx.Err(); err != nil {
		return fine, app.E(app.KindCancelled, "Cancelled.", err)
	}
	if d.upsets != nil {
		what = d.upsets(op, write)
	}
	switch what {
	case busy:
		return what, &app.Error{Kind: app.KindInternal, Message: "The service is busy.", MaybeApplied: write}
	case broken:
		return what, &app.Error{Kind: app.KindInternal, Message: "The service is broken."}
	case offline:
		return what, app.E(app.KindOffline, "No network.", nil)
	case throttled:
		return what, &app.Error{Kind: app.KindThrottled, Message: "Too many requests.", RetryAfter: d.asked}
	}
	return what, nil
}

func (d *desk) answer(what trouble) error {
	switch what {
	case lost:
		return &app.Error{Kind: app.KindOffline, Message: "The answer was lost.", MaybeApplied: true}
	case crashed:
		d.after()
		return app.E(app.KindCancelled, "Cancelled.", context.Canceled)
	}
	return nil
}

func (d *desk) Read(ctx context.Context, _ app.Deed, subjects []app.Subject) ([]app.SubjectState, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls = append(d.calls, fmt.Sprint("read ", len(subjects)))
	what, err := d.upset(ctx, "read", false)
	if err != nil {
		return nil, err
	}
	var out []app.SubjectState
	for _, s := range subjects {
		st := app.SubjectState{Subject: s, Gone: true}
		if row := d.rows[plain(s)]; row != nil {
			st.Gone, st.Values, st.By = false, maps.Clone(row.values), row.by
		}
		out = append(out, st)
	}
	return out, d.answer(what)
}

func (d *desk) Respond(ctx context.Context, r app.Response) error {
	if dry := app.DryRunOf(ctx); dry != nil {
		dry.Record(app.WireRequest{Method: "POST", URL: string(r.Deed), Body: fmt.Sprint(len(r.Subjects), r.Subjects[0].ID, r.Set)})
		return app.E(app.KindCancelled, "Not sent.", nil)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls = append(d.calls, fmt.Sprint(r.Deed, " ", len(r.Subjects)))
	what, err := d.upset(ctx, "respond", true)
	if err != nil {
		return err
	}
	for _, s := range r.Subjects {
		if s.ID == d.poison || d.rows[plain(s)] == nil {
			return app.E(app.KindInvalid, "The service refuses one of them.", nil)
		}
	}
	reached := r.Subjects
	if what == lost && d.halfway {
		reached = reached[:len(reached)/2]
	}
	for _, s := range reached {
		row := d.rows[plain(s)]
		if d.before != nil {
			d.before(plain(s), row, r)
		}
		d.done[string(r.Deed)+" "+s.ID]++
		d.effect(row, r)
		row.by = "me"
	}
	return d.answer(what)
}

// effect does to a subject what Microsoft's documentation says of the call.
func (d *desk) effect(row *seat, r app.Response) {
	risk := func(state, level string) {
		row.values[app.PropRiskState], row.values[app.PropRiskLevel], row.values[app.PropRiskChanged] = state, level, d.stamp()
	}
	switch r.Deed {
	case app.DismissRisk:
		risk("dismissed", "none")
	case app.ConfirmCompromised:
		risk("confirmedCompromised", "high")
	case app.ConfirmSafe:
		risk("confirmedSafe", "none")
	case app.RevokeSessions:
		row.values[app.PropSessionsFrom] = d.stamp()
	case app.DisableAccount:
		row.values[app.PropEnabled] = "false"
	case app.EnableAccount:
		row.values[app.PropEnabled] = "true"
	default:
		maps.Copy(row.values, r.Set)
	}
}

// edit is somebody else's change.
func (d *desk) edit(on app.Subject, v app.Values) {
	d.mu.Lock()
	defer d.mu.Unlock()
	row := d.rows[plain(on)]
	if row == nil {
		return
	}
	row.by = "bob"
	for p, s := range v {
		row.values[p] = s
	}
	if _, risk := v[app.PropRiskState]; risk {
		row.values[app.PropRiskChanged] = d.stamp()
	}
}

// respondCalls are the calls that were to change something.
func (d *desk) respondCalls() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(d.calls), func(c string) bool { return strings.HasPrefix(c, "read") })
}

func user(n int) app.Subject {
	return app.Subject{Kind: app.SubjectUser, ID: fmt.Sprintf("10000000-0000-4000-8000-%012d", n), Name: fmt.Sprintf("User %d", n)}
}

var (
	aControl = app.Subject{Kind: app.SubjectControl, ID: "mfa-for-admins", Name: "MFA for admins"}
	aContact = app.Subject{Kind: app.SubjectContact, ID: "sub-1", Name: "Production"}
)

// ward is a floor with desks for all kinds of subjects, and n users at risk, a control
// and a contact that the cache has pulled.
func ward(t testing.TB, n int) (f *floor, risk *desk) {
	f = newFloor(t)
	clock := func() time.Time { return f.now }
	risk = newDesk(app.EntraRisk, clock)
	f.desks = []*desk{risk, newDesk(app.M365Score, clock), newDesk(app.CloudPosture, clock)}
	f.start()
	f.admit(n)
	f.learn()
	return f, risk
}

// admit puts the subjects there as they are before anybody acts.
func (f *floor) admit(n int) {
	for i := range n {
		f.desks[0].rows[plain(user(i))] = &seat{values: app.Values{
			app.PropRiskState: "atRisk", app.PropRiskLevel: "medium",
			app.PropRiskChanged: f.desks[0].stamp(), app.PropEnabled: "true", app.PropSessionsFrom: "2026-01-01T00:00:00Z",
		}}
	}
	f.desks[1].rows[plain(aControl)] = &seat{values: app.Values{app.PropControlState: "Default", app.PropControlNote: ""}}
	f.desks[2].rows[plain(aContact)] = &seat{values: app.Values{
		app.PropEmails: "soc@clinic.example", app.PropPhone: "", app.PropNotify: "true",
		app.PropRoles: "Owner", app.PropAlertSeverity: "High", app.PropAttackLevel: "",
	}}
}

// learn pulls everything that the desks hold.
func (f *floor) learn() {
	f.t.Helper()
	var people identity.Batch
	var places posture.Batch
	for _, d := range f.desks {
		for on, row := range d.rows {
			v := row.values
			at := func(p app.Property) time.Time { x, _ := time.Parse(time.RFC3339Nano, v[p]); return x }
			switch on.Kind {
			case app.SubjectUser:
				people.Users = append(people.Users, identity.User{
					ID: on.ID, Name: on.ID, Level: identity.Level(v[app.PropRiskLevel]),
					State: identity.State(v[app.PropRiskState]), Changed: at(app.PropRiskChanged),
				})
				people.Accounts = append(people.Accounts, identity.Account{ID: on.ID, Name: on.ID, Enabled: v[app.PropEnabled], SessionsFrom: at(app.PropSessionsFrom)})
			case app.SubjectWorkload:
				people.Workloads = append(people.Workloads, identity.Workload{
					ID: on.ID, Name: on.ID, Level: identity.Level(v[app.PropRiskLevel]),
					State: identity.State(v[app.PropRiskState]), Changed: at(app.PropRiskChanged),
				})
			case app.SubjectSignIn:
				people.SignIns = append(people.SignIns, identity.SignIn{ID: on.ID, At: dawn, State: identity.State(v[app.PropRiskState])})
			case app.SubjectControl:
				places.Controls = append(places.Controls, posture.Control{Model: posture.M365, ID: on.ID, Title: on.ID, State: v[app.PropControlState], Note: v[app.PropControlNote]})
			case app.SubjectContact:
				places.Contacts = append(places.Contacts, posture.Contact{
					Subscription: on.ID, Emails: strings.Split(v[app.PropEmails], ";"), Phone: v[app.PropPhone],
					On: v[app.PropNotify] == "true", Roles: strings.Split(v[app.PropRoles], ";"), AlertSeverity: v[app.PropAlertSeverity], AttackLevel: v[app.PropAttackLevel],
				})
			}
		}
	}
	ctx := context.Background()
	if err := f.cache.StoreIdentity(ctx, people); err != nil {
		f.t.Fatal(err)
	}
	if err := f.cache.StorePosture(ctx, places); err != nil {
		f.t.Fatal(err)
	}
}

// known is what the cache holds of a subject.
func (f *floor) known(on app.Subject) app.Values {
	f.t.Helper()
	v, found, err := f.cache.SubjectKnown(context.Background(), on)
	if err != nil || !found {
		f.t.Fatalf("%v is not there: %v", on, err)
	}
	return v
}

func on(v outbox.Verb, s app.Subject) outbox.Request { return outbox.Request{Verb: v, On: s} }

// each is one request about each of the first n users.
func each(v outbox.Verb, n int) (rs []outbox.Request) {
	for i := range n {
		rs = append(rs, on(v, user(i)))
	}
	return rs
}

// many queues requests in one form.
func (f *floor) many(rs []outbox.Request) (as []outbox.Action) {
	f.t.Helper()
	got, err := f.box.DoMany(context.Background(), rs, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, g := range got {
		if g.Err != nil {
			f.t.Fatal(g.Err)
		}
		as = append(as, g.Action)
	}
	return as
}
