package actions

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

func open(actions []outbox.Action) (*Presenter, *uitest.Outbox, *work.Line) {
	box, line := &uitest.Outbox{Actions: actions}, &work.Line{}
	p := New(box, line.Desk(), func() present.Clock { return present.Clock{Now: uitest.Now, Zone: time.UTC} })
	p.Load()
	line.Drain()
	return p, box, line
}

func contoso(int64) fleet.Tenant { return fleet.Tenant{Name: "contoso.example", Colour: "teal"} }

func states(p *Presenter) []outbox.State {
	var out []outbox.State
	for _, l := range p.lines {
		out = append(out, l.action.State)
	}
	return out
}

func TestWhatNeedsAPersonComesFirst(t *testing.T) {
	p, _, _ := open(uitest.SampleActions())
	want := []outbox.State{outbox.Conflict, outbox.Failed, outbox.Queued, outbox.Sending, outbox.Done, outbox.Discarded}
	if got := states(p); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Each key settles only what it is offered for.
func TestSettling(t *testing.T) {
	for _, c := range []struct {
		row  int
		key  keys.Command
		want []string
	}{
		{0, keys.KeepTheirs, []string{"settle 4 v7 severity=theirs"}},
		{0, keys.KeepMine, []string{"settle 4 v7 severity=mine"}},
		{0, keys.Retry, nil},
		{0, keys.Discard, nil},
		{1, keys.Retry, []string{"retry 3"}},
		{1, keys.Discard, []string{"discard 3"}},
		{1, keys.KeepMine, nil},
		{2, keys.Discard, []string{"discard 6"}},
		{3, keys.Discard, nil},
		{4, keys.Discard, nil},
		{4, keys.Retry, nil},
	} {
		p, box, line := open(uitest.SampleActions())
		said := ""
		p.Say = func(s string, _ bool) { said = s }
		p.Move(c.row)
		p.Do(c.key, 10)
		line.Drain()
		if !slices.Equal(box.Calls, c.want) {
			t.Errorf("%s on %s: %q, want %q", c.key, p.lines[c.row].action.State, box.Calls, c.want)
		}
		if said == "" {
			t.Errorf("%s on %s: nothing is said", c.key, p.lines[c.row].action.State)
		}
	}
}

func TestTheCursorKeepsItsAction(t *testing.T) {
	p, box, line := open(uitest.SampleActions())
	p.Move(2)
	box.Actions = append([]outbox.Action{{Seq: 9, State: outbox.Failed}}, box.Actions...)
	p.Load()
	line.Drain()
	if a, _ := p.Current(); a.Seq != 6 || p.cursor != 3 {
		t.Errorf("cursor %d on action %d", p.cursor, a.Seq)
	}
}

func TestEveryStateHasItsWords(t *testing.T) {
	p, _, _ := open(uitest.SampleActions())
	for i, l := range p.lines {
		a, c := *l.action, p.Cells(i)
		if c[0].Text == "" || c[len(c)-1].Text == "" {
			t.Errorf("%s: state %q, reason %q", a.State, c[0].Text, c[len(c)-1].Text)
		}
	}
	empty, _, _ := open(nil)
	if empty.Instead() == "" {
		t.Error("an empty outbox says nothing")
	}
}

func TestConflictOnScreen(t *testing.T) {
	p, _, line := open(uitest.SampleActions())
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	s := NewScreen(p, Frame{Press: func(string) bool { return false }, Run: func(keys.Command) {}, Tenant: contoso})
	win := test.NewTempWindow(t, s.Root())
	win.SetPadded(false)
	win.Resize(fyne.NewSize(1100, 560))
	line.Drain()
	test.AssertRendersToMarkup(t, "conflict.xml", win.Canvas())
}

// A queued action names what holds it up: an earlier one of the same incident.
func TestWhatWaitsBehindAConflictSaysSo(t *testing.T) {
	list := uitest.SampleActions()
	later := func(seq, incident int64, number string) outbox.Action {
		return outbox.Action{Seq: seq, Request: outbox.Request{IncidentID: incident, Verb: outbox.Tag}, Number: number, State: outbox.Queued, Reason: "Not sent yet."}
	}
	p, _, _ := open(append([]outbox.Action{later(9, 7, "9004"), later(8, 8, "48206"), later(7, 3, "48211"), later(0, 7, "9004")}, list...))
	got := map[int64]string{}
	for _, a := range p.all {
		got[a.Seq] = p.Reason(*a)
	}
	for seq, want := range map[int64]string{9: "Waits behind the conflict on #9004.", 8: "Waits behind the failed action on #48206.", 7: "Not sent yet.", 0: "Not sent yet."} {
		if got[seq] != want {
			t.Errorf("action %d: %q, want %q", seq, got[seq], want)
		}
	}
}

func TestAKeyForAnotherStateNamesTheRightOnes(t *testing.T) {
	p, _, line := open(uitest.SampleActions())
	said := ""
	p.Say = func(s string, _ bool) { said = s }
	p.Move(1)
	p.Do(keys.KeepTheirs, 10)
	line.Drain()
	if said != "Failed: R tries again, d discards." {
		t.Errorf("t on a failed action: %q", said)
	}
}

// After one is settled the cursor is on the next that needs the analyst, and stays
// where it is once none does.
func TestSettlingGoesOnToTheNext(t *testing.T) {
	p, box, line := open(uitest.SampleActions())
	settle := func(c keys.Command, at int, to outbox.State) int64 {
		box.Actions[at].State = to
		p.Do(c, 10)
		line.Drain()
		a, _ := p.Current()
		return a.Seq
	}
	if got := settle(keys.KeepTheirs, 2, outbox.Discarded); got != 3 {
		t.Errorf("after the conflict the cursor is on %d, want the failed 3", got)
	}
	if got := settle(keys.Retry, 3, outbox.Queued); got != 3 {
		t.Errorf("after the last the cursor is on %d", got)
	}
}

// With several tenants each action names its own and has the bar of its colour; the
// head of a form, which may span them, has none.
func TestActionsOfSeveralTenants(t *testing.T) {
	p, _, _ := open(append(form("b", 20, outbox.Failed, outbox.Done), uitest.SampleActions()[2]))
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	several := true
	s := NewScreen(p, Frame{Press: func(string) bool { return false }, Run: func(keys.Command) {}, Tenant: contoso, Several: func() bool { return several }})
	if c := s.cells(1); c[1].Text != "" || c[0].Bar != "" {
		t.Errorf("head: %+v", c[:2])
	}
	if c := s.cells(0); c[1].Text != "contoso.example" || c[0].Bar != look.Tenant("teal") || s.grid.Columns[1].Off {
		t.Errorf("action: %+v", c[:2])
	}
	several = false
	s.draw()
	if c := s.cells(0); c[1].Text != "" || c[0].Bar != "" || !s.grid.Columns[1].Off {
		t.Errorf("one tenant: %+v", c[:2])
	}
}
