package actions

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/app/outbox"
	"watchfloor/ui/keys"
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

func states(p *Presenter) []outbox.State {
	var out []outbox.State
	for _, a := range p.actions {
		out = append(out, a.State)
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
		{0, keys.KeepTheirs, []string{"discard 4"}}, {0, keys.KeepMine, []string{"mine 4"}}, {0, keys.Retry, nil}, {0, keys.Discard, nil},
		{1, keys.Retry, []string{"retry 3"}}, {1, keys.Discard, []string{"discard 3"}}, {1, keys.KeepMine, nil},
		{2, keys.Discard, []string{"discard 6"}}, {3, keys.Discard, nil}, {4, keys.Discard, nil}, {4, keys.Retry, nil},
	} {
		p, box, line := open(uitest.SampleActions())
		said := ""
		p.Say = func(s string, _ bool) { said = s }
		p.Move(c.row)
		p.Do(c.key, 10)
		line.Drain()
		if !slices.Equal(box.Calls, c.want) {
			t.Errorf("%s on %s: %q, want %q", c.key, p.actions[c.row].State, box.Calls, c.want)
		}
		if said == "" {
			t.Errorf("%s on %s: nothing is said", c.key, p.actions[c.row].State)
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
	for i, a := range p.actions {
		c := p.Cells(i)
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
	s := NewScreen(p, Frame{Press: func(string) bool { return false }, Run: func(keys.Command) {}})
	win := test.NewTempWindow(t, s.Root())
	win.SetPadded(false)
	win.Resize(fyne.NewSize(1100, 560))
	line.Drain()
	test.AssertRendersToMarkup(t, "conflict.xml", win.Canvas())
}
