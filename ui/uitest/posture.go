package uitest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	gosync "sync"
	"time"

	"watchfloor/app/posture"
)

// Posture is the posture of a tenant in memory. Safe for concurrent use.
type Posture struct {
	mu           gosync.Mutex
	Scores       []posture.Score // of all days
	PartsOf      func(m posture.Model, scope string, day time.Time) []posture.Part
	Recs         []posture.Recommendation
	ResourcesOf  map[string][]posture.Assessment
	AllControls  []posture.Control
	AllStandards []posture.Standard
	Requirement  []posture.Requirement
	AllContacts  []posture.Contact
	Alerts       posture.Health
	Err          error
	Kept         map[string]posture.Local
	Asked        []posture.Ask
}

var _ posture.Reader = (*Posture)(nil)

// Subscriptions of the sample.
const (
	SubProduction = "11111111-1111-4111-8111-111111111111"
	SubPlatform   = "22222222-2222-4222-8222-222222222222"
	SubLab        = "33333333-3333-4333-8333-333333333333"
)

var subscriptions = []struct {
	id, name  string
	at, worth float64
}{{SubProduction, "Contoso Production", 38.4, 412}, {SubPlatform, "Contoso Platform", 44.1, 120}, {SubLab, "Contoso Lab", 21.7, 35}}

// NewPosture is a tenant with three subscriptions and a year of scores; three days before
// Now the score of production fell because machines were left without updates.
func NewPosture() *Posture {
	p := &Posture{
		Kept: map[string]posture.Local{}, ResourcesOf: map[string][]posture.Assessment{},
		Alerts: posture.Health{Alerts: 12, Covered: 9, Alone: 3, Since: Now.AddDate(0, 0, -30)},
	}
	today := Now.Truncate(24 * time.Hour)
	for n := 365; n >= 0; n-- {
		d := today.AddDate(0, 0, -n)
		wave := float64((365-n)/17) / 21 // it moves now and then
		for _, s := range subscriptions {
			at, most := s.at-3+2*wave, 60.0
			if n > 200 {
				most = 56
			}
			if n <= 3 && s.id == SubProduction {
				at -= 5.25
			}
			p.Scores = append(p.Scores, posture.Score{Model: posture.CloudClassic, Scope: s.id, ScopeName: s.name, Day: d, Current: round(at), Max: most, Weight: s.worth})
		}
		p.Scores = append(p.Scores, posture.Score{
			Model: posture.M365, Scope: "tenant", ScopeName: "contoso.example", Day: d, Current: round(280 + 122*wave), Max: 731,
			Averages: []posture.Average{{Basis: "AllTenants", Score: 318.2}, {Basis: "TotalSeats", Score: 366.9}},
		})
		if n < 60 {
			p.Scores = append(p.Scores, posture.Score{Model: posture.CloudRisk, Scope: "tenant", ScopeName: "contoso.example", Day: d, Current: round(65 + 6*wave), Max: 100})
		}
	}
	p.PartsOf = sampleParts
	p.sampleRecommendations()
	p.sampleSettings()
	return p
}

func round(f float64) float64 { return float64(int(f*100+0.5)) / 100 }

func sampleParts(m posture.Model, scope string, d time.Time) (out []posture.Part) {
	late := !d.Before(Now.Truncate(24*time.Hour).AddDate(0, 0, -3))
	for i, x := range []struct {
		id, name   string
		was, is, m float64
	}{
		{"updates", "Apply system updates", 5.5, 1.25, 6},
		{"endpoint", "Enable endpoint protection", 1.6, 0.6, 2},
		{"network", "Restrict unauthorised network access", 3.1, 3.1, 4},
		{"encryption", "Enable encryption at rest", 2.2, 2.45, 4},
		{"mfa", "Enable MFA", 10, 10, 10},
	} {
		v := x.was
		if late {
			v = x.is
		}
		if m == posture.M365 {
			v, x.m = float64(4+i), 10
			if d.Before(Now.AddDate(0, 0, -20)) && i < 4 {
				v -= []float64{4, 2.5, 3, 1}[i]
			}
			x.id = []string{"AdminMFAV2", "BlockLegacyAuthentication", "mip_DLP", "scid_2010", "OldControl"}[i]
			x.name = []string{
				"Require multifactor authentication for administrative roles", "Block legacy authentication", "Publish data loss prevention policies",
				"Turn on attack surface reduction rules", "Use a control that the service lists no more",
			}[i]
		}
		out = append(out, posture.Part{Model: m, Scope: scope, Day: d, Control: x.id, Name: x.name, Current: v, Max: x.m})
	}
	return out
}

func (p *Posture) sampleRecommendations() {
	for i, x := range []struct {
		title, control, severity, risk string
		group                          posture.Group
		pins                           []posture.Pin
		bad, good                      int
		up                             float64
	}{
		{"System updates should be installed on your machines", "updates", "High", "Critical", posture.Machines, []posture.Pin{posture.PinUpdates}, 31, 98, 4.75},
		{"EDR solution should be installed on virtual machines", "endpoint", "High", "High", posture.Machines, []posture.Pin{posture.PinEndpoint}, 12, 117, 1.4},
		{"Machines should have vulnerability findings resolved", "updates", "Low", "Medium", posture.Machines, nil, 44, 85, 0},
		{"Management ports of virtual machines should be protected with just-in-time network access control", "network", "High", "High", posture.Network, []posture.Pin{posture.PinInternet}, 6, 123, 0.9},
		{"Web Application Firewall (WAF) should be enabled for Application Gateway", "network", "Low", "Low", posture.Network, []posture.Pin{posture.PinFirewall}, 2, 3, 0.2},
		{"Storage accounts should prevent shared key access", "encryption", "Medium", "Medium", posture.Storage, nil, 19, 27, 0.62},
		{"Transparent Data Encryption on SQL databases should be enabled", "encryption", "Low", "", posture.Storage, []posture.Pin{posture.PinEncryption}, 1, 40, 0.11},
		{"Function apps should have client certificates enabled", "configuration", "Medium", "Medium", posture.Applications, []posture.Pin{posture.PinConfiguration}, 8, 11, 0.4},
		{"仮想マシンのゲスト構成証明拡張機能", "configuration", "Sehr hoch", "", posture.Other, nil, 3, 0, 0},
		{"Accounts with owner permissions on Azure resources should be MFA enabled", "mfa", "High", "High", posture.People, nil, 4, 21, 0},
	} {
		id := fmt.Sprintf("00000000-0000-4000-8000-%012d", i+1)
		r := posture.Recommendation{
			Meta: posture.Meta{
				ID: id, Title: x.title, Severity: x.severity, Description: "An attacker who reaches such a resource can go on from there; most break-ins of the last year began so.",
				Remediation: "1. Open the resource.\n2. Turn the setting on.\n3. Wait for the next assessment; see https://contoso.example/kb.", Effort: "Low", Impact: "Moderate", Threats: []string{"accountBreach", "dataExfiltration"},
			},
			Group: x.group, Pins: x.pins, Control: x.control, Increase: x.up, Healthy: x.good, Unhealthy: x.bad, Risk: x.risk, First: Now.Add(-time.Duration(3+i*11) * 24 * time.Hour),
		}
		switch i {
		case 0:
			r.Owner, r.Due, r.Note = "mei@contoso.example", Now.AddDate(0, 0, -2), "Window of the datacentre is Sunday."
		case 3:
			r.Owner, r.Due = "jo@contoso.example", Now.AddDate(0, 0, 12)
		case 8:
			r.Marks = []string{"unknown severity Sehr hoch"}
		}
		p.Recs = append(p.Recs, r)
		for n := range x.bad + 2 {
			a := posture.Assessment{
				ID: id, Resource: fmt.Sprintf("/subscriptions/%s/resourceGroups/rg-app/providers/Microsoft.Compute/virtualMachines/srv-web-%03d", subscriptions[n%3].id, n+1),
				Source: "Azure", Subscription: subscriptions[n%3].id, Title: x.title, Code: "Unhealthy", Cause: "OffByPolicy", Reason: "7 updates are missing, 2 of them critical", First: Now.AddDate(0, 0, -n-3), Changed: Now.AddDate(0, 0, -n/2-1), Risk: x.risk, Findings: n % 9,
			}
			if n >= x.bad {
				a.Code, a.Risk, a.Reason, a.Findings = "Healthy", "", "", -1
			}
			p.ResourcesOf[id] = append(p.ResourcesOf[id], a)
		}
	}
}

func (p *Posture) sampleSettings() {
	for i, s := range subscriptions {
		for j, n := range []string{"Microsoft cloud security benchmark", "PCI-DSS-4", "ISO-27001"} {
			p.AllStandards = append(p.AllStandards, posture.Standard{Subscription: s.id, ID: n, State: []string{"Failed", "Failed", "Passed"}[(i+j)%3], Passed: 40 + 9*j, Failed: 23 - 7*i, Skipped: j, Unsupported: 11})
		}
	}
	for i, t := range []string{"Network segmentation and boundary controls", "Asset inventory", "Multi-factor authentication for all", "Backups are tested"} {
		p.Requirement = append(p.Requirement, posture.Requirement{ID: fmt.Sprintf("%d.%d", 1+i/2, 1+i%2), Title: t, State: []string{"Failed", "Passed", "Failed", "Skipped"}[i], Passed: 3 * i, Failed: (i + 1) % 3, Skipped: i / 3})
	}
	p.AllContacts = []posture.Contact{
		{Subscription: SubProduction, Name: "Contoso Production", Emails: []string{"soc@contoso.example", "it@contoso.example"}, Phone: "+49 30 5550123", On: true, Roles: []string{"Owner", "ServiceAdmin"}, AlertSeverity: "Medium", AttackLevel: "High"},
		{Subscription: SubPlatform, Name: "Contoso Platform", Emails: []string{"platform@contoso.example"}, On: true, AlertSeverity: "High", AttackLevel: ""},
		{Subscription: SubLab, Name: "Contoso Lab", Absent: true},
	}
	p.AllControls = []posture.Control{
		{Model: posture.M365, ID: "AdminMFAV2", Title: "Require multifactor authentication for administrative roles", Group: "Identity", Service: "AAD", Max: 10, Tier: "Core", UserImpact: "Low", Cost: "Low", Threats: []string{"Account breach"}, Remediation: "Make a policy for the administrative roles."},
		{Model: posture.M365, ID: "BlockLegacyAuthentication", Title: "Block legacy authentication", Group: "Identity", Service: "AAD", Max: 8, Tier: "Core", UserImpact: "Moderate", Cost: "Low", State: "Reviewed", Note: "Two scanners are left until May.", By: "jo@contoso.example", Changed: Now.AddDate(0, 0, -40)},
		{Model: posture.M365, ID: "mip_DLP", Title: "Publish data loss prevention policies", Group: "Data", Service: "MIP", Max: 10, Tier: "Advanced", UserImpact: "High", Cost: "Moderate", State: "ThirdParty"},
		{Model: posture.M365, ID: "scid_2010", Title: "Turn on attack surface reduction rules", Group: "Device", Service: "MDATP", Max: 9, Tier: "Defense in Depth", UserImpact: "Moderate", Cost: "Moderate", State: "Ignored"},
		{Model: posture.M365, ID: "OldControl", Title: "Use a control that the service lists no more", Group: "Apps", Service: "EXO", Max: 5, Tier: "Core", Gone: Now.AddDate(0, -1, 0), State: "Erledigt"},
	}
}

// Edit changes the posture in place, as a pull would.
func (p *Posture) Edit(f func(*Posture)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(p)
}

// Latest implements posture.Reader.
func (p *Posture) Latest(context.Context) ([]posture.Score, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []posture.Score
	for _, s := range p.Scores {
		at := slices.IndexFunc(out, func(x posture.Score) bool { return x.Model == s.Model && x.Scope == s.Scope })
		if at < 0 {
			out = append(out, s)
		} else if !s.Day.Before(out[at].Day) {
			out[at] = s
		}
	}
	return out, p.Err
}

// History implements posture.Reader.
func (p *Posture) History(_ context.Context, m posture.Model, scope string, from, to time.Time) ([]posture.Score, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.history(m, scope, from, to), p.Err
}

func (p *Posture) history(m posture.Model, scope string, from, to time.Time) (out []posture.Score) {
	for _, s := range p.Scores {
		if s.Model == m && s.Scope == scope && !s.Day.Before(from) && !s.Day.After(to) {
			out = append(out, s)
		}
	}
	return out
}

// Parts implements posture.Reader.
func (p *Posture) Parts(_ context.Context, m posture.Model, scope string, day time.Time) ([]posture.Part, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.PartsOf(m, scope, day), p.Err
}

// Waterfall implements posture.Reader.
func (p *Posture) Waterfall(_ context.Context, m posture.Model, scope string, from, to time.Time) (posture.Waterfall, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := func(day time.Time) (s posture.Score) {
		if all := p.history(m, scope, time.Time{}, day); len(all) > 0 {
			s = all[len(all)-1]
		}
		return s
	}
	a, b := last(from), last(to)
	w := posture.Explain(p.PartsOf(m, scope, a.Day), p.PartsOf(m, scope, b.Day), a, b)
	w.Model, w.Scope, w.FromDay, w.ToDay = m, scope, a.Day, b.Day
	return w, p.Err
}

// Controls implements posture.Reader.
func (p *Posture) Controls(_ context.Context, m posture.Model) (out []posture.Control, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.AllControls {
		if c.Model == m {
			out = append(out, c)
		}
	}
	return out, p.Err
}

// Recommendations implements posture.Reader: most points first, whatever the order.
func (p *Posture) Recommendations(_ context.Context, a posture.Ask) (out []posture.Recommendation, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Asked = append(p.Asked, a)
	for _, r := range p.Recs {
		if a.Pin != "" && !slices.Contains(r.Pins, a.Pin) || a.Control != "" && r.Control != a.Control || !strings.Contains(strings.ToLower(r.Title), strings.ToLower(a.Words)) {
			continue
		}
		if l, ok := p.Kept[r.ID]; ok {
			r.Owner, r.Due, r.Note = l.Owner, l.Due, l.Note
		}
		out = append(out, r)
	}
	return out, p.Err
}

// Resources implements posture.Reader.
func (p *Posture) Resources(_ context.Context, id, after string, limit int) ([]posture.Assessment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.ResourcesOf[id]
	if at := slices.IndexFunc(all, func(a posture.Assessment) bool { return a.Resource == after }); at >= 0 {
		all = all[at+1:]
	}
	return slices.Clone(all[:min(limit, 1000, len(all))]), p.Err
}

// Pins implements posture.Reader.
func (p *Posture) Pins(_ context.Context, days int) (out []posture.Pinned, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, pin := range posture.Pins {
		x := posture.Pinned{Pin: pin}
		for _, r := range p.Recs {
			if slices.Contains(r.Pins, pin) {
				x.Unhealthy += r.Unhealthy
			}
		}
		for d := days; d >= 0; d-- {
			x.Trend = append(x.Trend, posture.DayCount{Day: Now.Truncate(24*time.Hour).AddDate(0, 0, -d), N: max(0, x.Unhealthy-(d*(i+1))/9+d%3)})
		}
		x.Trend[len(x.Trend)-1].N = x.Unhealthy
		out = append(out, x)
	}
	return out, p.Err
}

// Standards implements posture.Reader.
func (p *Posture) Standards(context.Context) ([]posture.Standard, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.AllStandards), p.Err
}

// Requirements implements posture.Reader.
func (p *Posture) Requirements(_ context.Context, subscription, standard string) ([]posture.Requirement, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := slices.Clone(p.Requirement)
	for i := range out {
		out[i].Subscription, out[i].Standard = subscription, standard
	}
	return out, p.Err
}

// Contacts implements posture.Reader.
func (p *Posture) Contacts(context.Context) ([]posture.Contact, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.AllContacts), p.Err
}

// Keep implements posture.Reader.
func (p *Posture) Keep(_ context.Context, id string, l posture.Local) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Kept[id] = l
	return p.Err
}

// AlertHealth implements posture.Reader.
func (p *Posture) AlertHealth(context.Context) (posture.Health, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.Alerts, p.Err
}
