package main

import (
	"context"
	"testing"

	"watchfloor/app"
	"watchfloor/app/portal"
	"watchfloor/app/profile"
)

// What a service told goes through the gate before a browser is asked; a simulated
// tenant's addresses go nowhere.
func TestGoal41WhatAServiceToldPassesTheGate(t *testing.T) {
	var opened []string
	s := &session{tenants: []*tenant{{profile: profile.Profile{Slot: 1}}, {profile: profile.Profile{Slot: 2, Authority: "https://127.0.0.1:8443"}}}}
	p := portals{s, func(_ context.Context, a portal.Address) error { opened = append(opened, a.String()); return nil }}
	const good = "https://security.microsoft.com/incidents/5"
	for _, c := range []struct {
		slot int
		told string
		want app.Kind
	}{
		{1, good, ""},
		{1, "", app.KindNotFound},
		{1, "https://evil.example/incidents/5", app.KindInvalid},
		{1, "file:///etc/passwd", app.KindInvalid},
		{2, good, app.KindInvalid},
		{3, good, app.KindNotFound},
	} {
		opened = nil
		host, err := p.page(t.Context(), c.slot, func() (string, error) { return c.told, nil })
		if c.want == "" {
			if err != nil || host != "security.microsoft.com" || len(opened) != 1 || opened[0] != good {
				t.Errorf("%d %q: %q, %v, opened %q", c.slot, c.told, host, err, opened)
			}
		} else if app.KindOf(err) != c.want || len(opened) != 0 {
			t.Errorf("%d %q: %v, opened %q", c.slot, c.told, err, opened)
		}
	}
}
