package fleet

import (
	"context"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/report"
	"watchfloor/app/triage"
)

// shiftStore answers with one open incident.
type shiftStore struct{ sev app.Severity }

func (s shiftStore) Handover(_ context.Context, p report.Period, limit int) (report.Handover, error) {
	h := report.Handover{Period: p, Limit: limit, Open: []report.OpenCase{{Row: triage.Row{ID: 5, Severity: s.sev}}}}
	h.OpenNow[s.sev] = 1
	return h, nil
}

// Two tenants hand over as one, each row telling whose it is.
func TestHandoverOfTwoTenants(t *testing.T) {
	f := New(&app.Hub{})
	f.Add(Member{Tenant: Tenant{Slot: 1, Name: "Clinic"}, Handover: shiftStore{app.Low}})
	f.Add(Member{Tenant: Tenant{Slot: 2, Name: "Lab"}, Handover: shiftStore{app.High}})
	p := report.Period{From: time.Unix(0, 0), To: time.Unix(60, 0)}
	h, err := f.Handover(t.Context(), p, 10)
	if err != nil {
		t.Fatal(err)
	}
	if h.OpenNow.Total() != 2 || len(h.Open) != 2 || h.Period != p {
		t.Fatalf("%+v", h)
	}
	if x := h.Open[0]; x.Tenant != "Lab" || x.ID != Global(2, 5) || x.Severity != app.High {
		t.Errorf("first is %+v, want the worst of the other tenant with its global id", x)
	}
}

func TestHandoverOfATenantWithoutOneSaysSo(t *testing.T) {
	f := New(&app.Hub{})
	f.Add(Member{Tenant: Tenant{Slot: 1, Name: "Clinic"}})
	if _, err := f.Handover(t.Context(), report.Period{}, 0); app.KindOf(err) != app.KindInvalid {
		t.Errorf("%v", err)
	}
}
