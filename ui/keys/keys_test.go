package keys

import (
	"slices"
	"strings"
	"testing"
)

func TestNoKeyIsGivenTwice(t *testing.T) {
	for _, c := range Conflicts(Map) {
		t.Error(c)
	}
}

func TestConflictsAreSeen(t *testing.T) {
	bad := []Binding{{[]Screen{Queue}, "g", Down, ""}, {[]Screen{Queue}, "g q", GoQueue, ""}, {[]Screen{Incident, Queue}, "g", Up, ""}}
	if got := Conflicts(bad); len(got) != 3 {
		t.Errorf("conflicts %q, want the double key and both beginnings", got)
	}
	if got := Conflicts([]Binding{{[]Screen{Queue}, "g", Down, ""}, {[]Screen{Close}, "g", Up, ""}}); got != nil {
		t.Errorf("keys of different screens do not conflict: %q", got)
	}
}

func TestSequences(t *testing.T) {
	var r Router
	press := func(on Screen, keys string) (last Command, handled bool) {
		for _, k := range strings.Fields(keys) {
			last, handled = r.Press(on, k)
		}
		return last, handled
	}
	for _, c := range []struct {
		on      Screen
		keys    string
		want    Command
		handled bool
	}{
		{Queue, "j", Down, true},
		{Queue, "g t", GoTrends, true},
		{Queue, "s p", StatusActive, true},
		{Queue, "3", View(3), true},
		{Incident, "3", Tab(3), true},
		{Close, "3", Digit(3), true},
		{Queue, "z", "", false},
		{Queue, "g x", "", true},
		{Queue, "g Esc", "", true},
		{Close, "j", "", false},
		{Form, "a", "", false},
		{Welcome, "a", "", false},
		{Queue, "Ctrl+O", Offline, true},
		{Form, "Ctrl+Enter", Send, true},
	} {
		got, handled := press(c.on, c.keys)
		if got != c.want || handled != c.handled {
			t.Errorf("%s on %s: %q %v, want %q %v", c.keys, c.on, got, handled, c.want, c.handled)
		}
		if p := r.Pending(c.on); p != nil {
			t.Errorf("%s on %s leaves %v pending", c.keys, c.on, p)
		}
	}
}

func TestABegunSequenceShowsHowToGoOn(t *testing.T) {
	var r Router
	r.Press(Queue, "s")
	var got []string
	for _, o := range r.Pending(Queue) {
		got = append(got, o.Key)
	}
	if !slices.Equal(got, []string{"n", "p", "r"}) {
		t.Errorf("after s: %q", got)
	}
	r.Reset()
	if cmd, _ := r.Press(Queue, "p"); cmd != "" {
		t.Errorf("after a reset p means %q, want nothing", cmd)
	}
}

// The help of a screen names every command that a key of this screen carries out.
func TestHelpIsComplete(t *testing.T) {
	for _, on := range []Screen{Queue, Incident, Identity, Person, Actions, Trends, Reports, Settings, Welcome, Close, Conflict, Form} {
		listed := 0
		for _, o := range For(on) {
			if o.Key == "" || o.Help == "" {
				t.Errorf("%s: an entry without key or help: %+v", on, o)
			}
			listed++
		}
		want := map[Command]bool{}
		for _, b := range Map {
			if slices.Contains(b.On, on) {
				c := b.Do
				for _, p := range []string{"view", "tab", "digit"} {
					if _, ok := c.Number(p); ok {
						c = Command(p)
					}
				}
				want[c] = true
			}
		}
		if listed != len(want) {
			t.Errorf("%s: help lists %d commands of %d", on, listed, len(want))
		}
	}
}
