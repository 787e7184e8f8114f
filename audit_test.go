package main

import (
	"strings"
	"testing"

	"watchfloor/app/audit"
	"watchfloor/ui/cli"
)

// The chain goes on over a lock, and tells of it.
func TestTheLogTellsOfLocks(t *testing.T) {
	_, home := tenantFor(t, 5)
	s, err := (&program{home: home}).openSession(t.Context(), cli.Options{Home: home}, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	before, err := s.auditHeads(t.Context())
	if err != nil || len(before) != 1 {
		t.Fatalf("%+v, %v", before, err)
	}
	for _, err := range []error{s.lock(), s.unlock(t.Context())} {
		if err != nil {
			t.Fatal(err)
		}
	}
	logs := s.auditLogs()
	v, err := audit.Verify(t.Context(), logs[0], before[0].Hash)
	if err != nil || !v.Whole() {
		t.Fatalf("%+v, %v", v, err)
	}
	var told []string
	err = logs[0].Lines(t.Context(), func(seq int64, line []byte) error {
		r, err := audit.Decode(line)
		if seq > before[0].Count {
			told = append(told, string(r.Event))
		}
		return err
	})
	if want := "locked, unlocked"; err != nil || strings.Join(told, ", ") != want {
		t.Errorf("%q, %v", told, err)
	}
}
