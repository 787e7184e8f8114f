package main

import (
	"os"
	"testing"
	"time"

	"watchfloor/ui/cli"
	"watchfloor/ui/shots"
)

// The pictures of several tenants come from two simulated ones, with rows of both.
func TestPicturesOfSeveralTenants(t *testing.T) {
	m := &program{home: t.TempDir()}
	s, err := m.openSession(t.Context(), cli.Options{Simulated: true, Incidents: 50, Seed: 7, At: time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)}, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.second(t.Context()); err != nil {
		t.Fatal(err)
	}
	if all := s.fleet.Tenants(); len(all) != 2 || all[0].Name == all[1].Name || all[0].Colour == all[1].Colour {
		t.Errorf("the tenants are %+v", all)
	}
	if dir := os.Getenv("WATCHFLOOR_SHOTS"); dir != "" { // where to keep them
		if files, err := shots.RenderSeveral(dir, s.services()); err != nil || len(files) != 8 {
			t.Errorf("%d pictures, %v", len(files), err)
		}
	}
}
