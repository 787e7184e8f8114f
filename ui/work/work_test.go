package work

import (
	"context"
	"slices"
	"sync"
	"testing"
)

// A late answer never overwrites a newer one, and the older job is cancelled.
func TestOnlyTheNewestResultCounts(t *testing.T) {
	var line Line
	d := line.Desk()
	s := d.Slot()
	var got []string
	var first context.Context
	s.Run(func(ctx context.Context) func() {
		first = ctx
		return func() { got = append(got, "old") }
	})
	line.Step() // the job has run, its result waits
	s.Run(func(context.Context) func() { return func() { got = append(got, "new") } })
	if first.Err() == nil {
		t.Error("the older job was not cancelled")
	}
	if !s.Busy() {
		t.Error("the slot waits for a result but is not busy")
	}
	line.Drain()
	if !slices.Equal(got, []string{"new"}) {
		t.Errorf("results %q, want only the new one", got)
	}
	if s.Busy() {
		t.Error("still busy after the result")
	}
}

func TestNothingArrivesAfterStopOrClose(t *testing.T) {
	for name, end := range map[string]func(*Desk, *Slot){
		"stop":  func(_ *Desk, s *Slot) { s.Stop() },
		"close": func(d *Desk, _ *Slot) { d.Close() },
	} {
		var line Line
		d := line.Desk()
		s := d.Slot()
		s.Run(func(context.Context) func() { return func() { t.Errorf("%s: a result arrived", name) } })
		end(d, s)
		line.Drain()
	}
}

func TestRunWithoutSlotDeliversEach(t *testing.T) {
	var line Line
	d := line.Desk()
	n := 0
	for range 3 {
		d.Run(func(context.Context) func() { return func() { n++ } })
	}
	line.Drain()
	if n != 3 {
		t.Errorf("%d results, want 3", n)
	}
}

// Whatever was saved last is written last, and Flush waits for it.
func TestSaverKeepsTheLastValue(t *testing.T) {
	var mu sync.Mutex
	written := map[string][]string{}
	gate := make(chan struct{})
	s := NewSaver(func(k, v string) {
		<-gate
		mu.Lock()
		defer mu.Unlock()
		written[k] = append(written[k], v)
	})
	for _, v := range []string{"h", "he", "hel", "hell", "hello"} {
		s.Save("draft", v)
	}
	s.Save("other", "x")
	close(gate)
	s.Flush()
	mu.Lock()
	defer mu.Unlock()
	d := written["draft"]
	if d[len(d)-1] != "hello" || len(d) > 2 {
		t.Errorf("written %q: want hello last and those in between skipped", d)
	}
	if !slices.Equal(written["other"], []string{"x"}) {
		t.Errorf("other: %q", written["other"])
	}
}
