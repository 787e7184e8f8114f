package identity

import (
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

// somebody is the page of the i-th sample user, with what was asked answered.
func somebody(t *testing.T, f *uitest.Identity, i int) (*PersonPresenter, *work.Line) {
	t.Helper()
	line := &work.Line{}
	p := NewPerson(PersonDeps{Reader: func(int) identity.Reader { return f }, Desk: line.Desk(), Clock: clock})
	u := f.UserRows[i]
	p.Open(0, identity.Key{ObjectID: u.ID, UPN: u.UPN}, u.Name)
	line.Drain()
	return p, line
}

// The strip tells the history from its first step until now; a settled risk is low, and
// a time that cannot be is left to the list below.
func TestRiskOverTimeAsSteps(t *testing.T) {
	day := func(d int) time.Time { return uitest.Now.AddDate(0, 0, -d) }
	turns := []identity.Turn{
		{Level: identity.LevelHigh, State: identity.StateAtRisk, At: day(-400)},
		{Level: identity.LevelHigh, State: identity.StateAtRisk, At: day(2)},
		{Level: identity.LevelNone, State: identity.StateDismissed, At: day(5)},
		{Level: identity.LevelLow, State: identity.StateAtRisk, At: day(10)},
		{Level: identity.LevelLow, State: identity.StateAtRisk},
	}
	out, words := steps(turns, clock())
	if len(out) != 3 || out[0].From != 0 || out[2].To != 1 || out[0].To != out[1].From {
		t.Fatalf("%+v", out)
	}
	if out[0].High >= out[2].High || out[1].High != 0 || out[1].Tone == out[2].Tone {
		t.Errorf("heights %v %v %v", out[0].High, out[1].High, out[2].High)
	}
	if words != "10 Nov 14:02Z low, at risk  ·  15 Nov 14:02Z ✓ dismissed  ·  18 Nov 14:02Z high, at risk" {
		t.Error(words)
	}
	if out, words = steps(nil, clock()); out != nil || words != "" {
		t.Errorf("nothing is told as %v %q", out, words)
	}
	for range 9 {
		turns = append(turns, identity.Turn{Level: identity.LevelLow, State: identity.StateAtRisk, At: day(20)})
	}
	if _, words = steps(turns, clock()); !strings.HasPrefix(words, "7 earlier") {
		t.Errorf("a long history is told as %q", words)
	}
}

// Whoever is opened last is shown, whichever answer comes last.
func TestALatePersonIsDropped(t *testing.T) {
	f := uitest.NewIdentity(8)
	p, line := somebody(t, f, 0)
	p.Open(0, identity.Key{ObjectID: f.UserRows[1].ID}, "first")
	p.Open(0, identity.Key{ObjectID: f.UserRows[2].ID}, "second")
	if p.Name() != "second" {
		t.Errorf("before the answer the page shows %s", p.Name())
	}
	line.Drain()
	if p.Name() != f.UserRows[2].Name {
		t.Errorf("the page shows %s", p.Name())
	}
}

// A stream of changes in the cache neither keeps a person from being shown nor is
// forgotten.
func TestChangesDoNotKeepAPersonFromBeingRead(t *testing.T) {
	f, line := uitest.NewIdentity(8), &work.Line{}
	p := NewPerson(PersonDeps{Reader: func(int) identity.Reader { return f }, Desk: line.Desk(), Clock: clock})
	id := f.UserRows[0].ID
	p.Open(0, identity.Key{ObjectID: id}, "first")
	line.Step() // it is read
	p.Event(app.Event{Topic: app.TopicIdentity})
	f.Change(func(f *uitest.Identity) {
		x := f.Persons[id]
		x.Account.Name = "Renamed"
		f.Persons[id] = x
	})
	line.Step() // and answered
	if got := p.Name(); got == "first" || got == "Renamed" {
		t.Errorf("the answer was dropped: %s", got)
	}
	line.Drain()
	if got := p.Name(); got != "Renamed" {
		t.Errorf("the change was forgotten: %s", got)
	}
}

// The page has all that is known, conflicts first of all in its head.
func TestAllThatIsKnownOfAPerson(t *testing.T) {
	p, _ := somebody(t, uitest.NewIdentity(8), 0)
	for i, n := range []int{5, 6, 6, 2, 2} {
		if len(p.rows[i]) != n {
			t.Errorf("%s: %d rows, want %d", personNames[i], len(p.rows[i]), n)
		}
	}
	last := p.names()[len(p.names())-1]
	if last.Name != "Conflict" || !strings.HasPrefix(last.Value.Text, "≠ The sign-in name") {
		t.Errorf("no conflict in the head: %+v", last)
	}
	p.Select(3)
	if id, ok := p.Incident(); !ok || id != 2 {
		t.Errorf("incident %d", id)
	}
	if got := p.Copy(true); got != "#48212 Impossible travel activity involving one user" {
		t.Errorf("copied %q", got)
	}
	p.Select(0)
	if _, ok := p.Incident(); ok {
		t.Error("a step of the history is no incident")
	}
}

// Two sign-ins of the person are marked and taken; an action is for the account, and for
// the sign-in under the cursor too.
func TestMarkingAndActingOnThePage(t *testing.T) {
	p, _ := somebody(t, uitest.NewIdentity(8), 0)
	p.Do(keys.Mark, 10) // a step of the history cannot be marked
	p.Do(keys.Tab(3), 10)
	p.Do(keys.Mark, 10)
	p.Do(keys.Mark, 10)
	if got := p.MarkedSignIns(); len(got) != 2 || got[0].ID == got[1].ID || p.At() != 2 {
		t.Errorf("%d marked, cursor %d", len(got), p.At())
	}
	s, ok := p.Subject()
	if !ok || s.User.Kind != app.SubjectUser || s.SignIn.Kind != app.SubjectSignIn || s.SignIn.ID == "" {
		t.Errorf("%+v", s)
	}
	if !p.Unmark() || p.Unmark() {
		t.Error("marks are left")
	}
}

// What each kind of row can be acted on as; a row without an id is nobody.
func TestTargets(t *testing.T) {
	f := uitest.NewIdentity(4)
	w := identity.Detection{Workload: true, Subject: "w1", Name: "Runner"}
	for name, c := range map[string]struct {
		row  Row
		want Target
	}{
		"user":      {Row{User: &f.UserRows[0]}, Target{User: app.Subject{Kind: app.SubjectUser, ID: f.UserRows[0].ID, Name: "Jo Doe"}}},
		"detection": {Row{Detection: &w}, Target{Workload: app.Subject{Kind: app.SubjectWorkload, ID: "w1", Name: "Runner"}}},
		"nobody":    {Row{SignIn: &identity.SignInRow{}}, Target{}},
		"nothing":   {Row{}, Target{}},
	} {
		if got := TargetOf(c.row); got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if _, _, ok := KeyOf(Row{Detection: &w}); ok {
		t.Error("a workload has no page")
	}
	if got := TargetOf(Row{SignIn: &f.SignRows[0]}); got.User.ID == "" || got.SignIn.ID == "" {
		t.Errorf("sign-in: %+v", got)
	}
}

// Long values go on below, ids stay in one line, and nothing is lost but beyond the most.
func TestValuesWrap(t *testing.T) {
	long := strings.Repeat("word ", 40)
	in := []Fact{{Name: "Why", Value: cell(long)}, {Name: "Id", Value: mono(strings.Repeat("0", 90))}}
	out := wrapped(in, 200)
	if len(out) != wrapMost+1 || out[0].Name != "Why" || out[1].Name != "" || out[len(out)-1].Value.Text != in[1].Value.Text {
		t.Errorf("%d lines: %+v", len(out), out)
	}
	whole := ""
	for _, f := range out[:wrapMost] {
		whole += f.Value.Text + " "
	}
	if strings.TrimSpace(whole) != strings.TrimSpace(long) {
		t.Errorf("words are lost: %q", whole)
	}
	if got := wrapped(in, 10); len(got) != 2 {
		t.Error("before it was laid out nothing is wrapped")
	}
}

func cell(s string) look.Cell { return look.T(s) }
func mono(s string) look.Cell { return look.Cell{Text: s, Mono: true} }
