package uitest

import (
	"context"
	"sync"
	"time"

	"watchfloor/app/permission"
	"watchfloor/app/profile"
)

// Guard is a ui.Guard that answers from its fields. Safe for concurrent use.
type Guard struct {
	mu sync.Mutex
	// All is the switch of all tenants, Only those of single ones by slot.
	All    bool
	Only   map[int]bool
	Report permission.Report
	Err    error
	// Turned is told when the switch of a tenant was turned; nil is fine.
	Turned func(slot int, on bool)
}

// NewGuard is a guard of tenants whose sign-in may read everything and act at Sentinel.
func NewGuard() *Guard {
	g := &Guard{Only: map[int]bool{}, Report: permission.Report{At: Now.Add(-3 * time.Minute)}}
	g.Report.Profile = profile.Profile{TenantID: "contoso.example", ClientID: "11111111-2222-4333-8444-555555555555", Method: profile.Device, Account: Me.UPN}
	for _, f := range permission.All() {
		row := profile.Finding{Feature: f.ID, Source: f.Source, Check: f.Does, Verdict: profile.Works, Needs: f.Needs(true, "rg-soc")}
		switch {
		case f.Licence == "Workload ID Premium" && !f.Write:
			row.Verdict, row.Costs, row.Said = profile.Missing, f.Costs, "The permission is there; the tenant's licence (Workload ID Premium) or the person's role is not."
		case f.Write && f.Source == permission.Cloud:
			row.Verdict, row.Costs, row.Said = profile.Unknown, f.Costs, "Azure does not tell this sign-in what it may do here; it shows at the first use."
		case f.Write && f.Source != permission.Sentinel:
			row.Verdict, row.Sure, row.Costs, row.Said = profile.Missing, true, f.Costs, "The permission "+f.Least()+" is not in the token."
		}
		g.Report.Findings = append(g.Report.Findings, row)
	}
	return g
}

// ReadOnly is ui.Guard's.
func (g *Guard) ReadOnly(slot int) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.All:
		return permission.Everywhere
	case g.Only[slot]:
		return permission.Here("Contoso")
	}
	return ""
}

// Everywhere is ui.Guard's.
func (g *Guard) Everywhere() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.All
}

// SetEverywhere is ui.Guard's.
func (g *Guard) SetEverywhere(_ context.Context, on bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.Err == nil {
		g.All = on
	}
	return g.Err
}

// SetReadOnly is ui.Guard's.
func (g *Guard) SetReadOnly(_ context.Context, slot int, on bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.Err == nil {
		if g.Only[slot] = on; g.Turned != nil {
			g.Turned(slot, on)
		}
	}
	return g.Err
}

// Permissions is ui.Guard's.
func (g *Guard) Permissions(context.Context, int) (permission.Report, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.Report, g.Err
}
