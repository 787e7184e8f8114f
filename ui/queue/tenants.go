package queue

import (
	"strings"

	"watchfloor/app/fleet"
	"watchfloor/app/triage"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// Tenant is the name that the filter limits the queue to, "" for all tenants.
func (p *Presenter) Tenant() string {
	for _, t := range p.filter.Terms {
		if t.Key == triage.Tenant && !t.Not && len(t.Values) == 1 {
			return t.Values[0]
		}
	}
	return ""
}

// ChooseTenant limits the queue to the tenants of a name, "" to none. The view stays.
func (p *Presenter) ChooseTenant(name string) { p.Type(limited(p.filter, name).String()) }

// limited is a filter with one tenant term, or none, in place of those it has.
func limited(f triage.Filter, name string) triage.Filter {
	var out triage.Filter
	for _, t := range f.Terms {
		if t.Key != triage.Tenant {
			out.Terms = append(out.Terms, t)
		}
	}
	if name != "" {
		out.Terms = append(out.Terms, triage.Term{Key: triage.Tenant, Op: triage.Equals, Values: []string{strings.ToLower(name)}})
	}
	return out
}

// viewOf is the saved view that a filter is, whatever tenant it is limited to; -1
// without one.
func (p *Presenter) viewOf(f triage.Filter) int {
	text := limited(f, "").String()
	for i, v := range p.d.Views {
		if saved, _ := triage.Parse(v.Filter); saved.String() == text {
			return i
		}
	}
	return -1
}

// several reports that rows of more than one tenant can be in the list.
func (s *Screen) several() bool { return s.f.Roster != nil && len(s.f.Roster.Tenants()) > 1 }

// tenantCell names the tenant of a row, with the bar at its edge.
func tenantCell(t fleet.Tenant) look.Cell {
	return look.Cell{Text: present.Field(t.Name), Tone: look.Dim}
}

// chosen says which tenants the list shows.
func (s *Screen) chosen() string {
	if name := s.P.Tenant(); name != "" {
		for _, t := range s.f.Roster.Tenants() {
			if strings.EqualFold(t.Name, name) {
				name = t.Name
			}
		}
		return "Tenant: " + present.Field(name)
	}
	return "All tenants"
}

// NextTenant is the name behind the current tenant in their order, "" after the last.
func (s *Screen) NextTenant() string {
	if !s.several() {
		return ""
	}
	all, now := s.f.Roster.Tenants(), s.P.Tenant()
	if now == "" {
		return all[0].Name
	}
	for i, t := range all[:len(all)-1] {
		if strings.EqualFold(t.Name, now) {
			return all[i+1].Name
		}
	}
	return ""
}

// Known gives the limit to a tenant up that no tenant has the name of any more.
func (s *Screen) Known() {
	name := s.P.Tenant()
	if name == "" || s.f.Roster == nil {
		return
	}
	for _, t := range s.f.Roster.Tenants() {
		if strings.Contains(strings.ToLower(t.Name), name) {
			return
		}
	}
	s.P.ChooseTenant("")
}
