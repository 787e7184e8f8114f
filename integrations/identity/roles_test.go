package identity

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"watchfloor/app"
)

// directory answers as a tenant with one user at risk who holds a role, listed behind one
// that has no id; accounts are refused while busy.
func directory(t *testing.T, busy *atomic.Bool) *Client {
	t.Helper()
	_, c := fake(t, nil, func(w http.ResponseWriter, path, _ string, _ *http.Request) {
		switch {
		case path == "directoryRoles":
			write(w, pageOf("", `{"displayName":"Nameless"}`, `{"id":"r1","displayName":"Global Administrator"}`))
		case path == "directoryRoles/r1/members":
			write(w, pageOf("", `{"@odata.type":"#microsoft.graph.user","id":"u1","userPrincipalName":"ana@x.example"}`,
				`{"@odata.type":"#microsoft.graph.group","id":"g1"}`))
		case path == "users" && busy.Load():
			refuse(w, http.StatusTooManyRequests)
		case path == "users":
			write(w, pageOf("", `{"id":"u1","userPrincipalName":"ana@x.example"}`))
		case strings.HasSuffix(path, "riskyUsers"):
			write(w, pageOf("", userRow("u1", "atRisk")))
		default:
			write(w, none)
		}
	})
	return c
}

// A role that cannot be read hides none of the others.
func TestAnOddRoleHidesNoOther(t *testing.T) {
	p, err := directory(t, &atomic.Bool{}).Risk().Pull(t.Context(), app.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	if v := p.Identity.HighValue; len(v) != 1 || v[0].Key != "u1" || v[0].Name != "ana@x.example" || v[0].Reason != "role: Global Administrator" {
		t.Errorf("%+v", v)
	}
	if a := p.Identity.Accounts; len(a) != 1 || len(a[0].Roles) != 1 {
		t.Errorf("%+v", a)
	}
}

// Roles are read every six hours; those of a page that was lost, with the next.
func TestRolesOfALostPageAreReadAgain(t *testing.T) {
	var busy atomic.Bool
	c := directory(t, &busy)
	busy.Store(true)
	if _, err := c.Risk().Pull(t.Context(), app.Cursor{}); app.KindOf(err) != app.KindThrottled {
		t.Fatalf("%v", err)
	}
	busy.Store(false)
	for _, want := range []int{1, 0} { // told once
		p, err := c.Risk().Pull(t.Context(), app.Cursor{})
		if err != nil || len(p.Identity.HighValue) != want || len(p.Identity.Origins) != want {
			t.Errorf("%+v, %v; want %d", p.Identity.HighValue, err, want)
		}
	}
}
