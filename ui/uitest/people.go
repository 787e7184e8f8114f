package uitest

import (
	"fmt"
	"time"

	"watchfloor/app/identity"
)

var names = []string{"Jo Doe", "Mei Castro", "Ravi Okafor", "Lena Brandt", "Tomas Silva", "Aiko Mori", "Sam Patel", "Ines Duarte", "Noah Lind", "Zara Haddad"}

var cities = []identity.Place{
	{City: "Oslo", Country: "NO", Lat: 59.91, Lon: 10.75, Located: true},
	{City: "Bergen", Country: "NO", Lat: 60.39, Lon: 5.32, Located: true},
	{City: "Lagos", Country: "NG", Lat: 6.52, Lon: 3.38, Located: true},
	{City: "Amsterdam", Country: "NL", Lat: 52.37, Lon: 4.9, Located: true},
	{City: "Ashburn", Country: "US", Lat: 39.04, Lon: -77.49, Located: true},
	{},
}

var riskTypes = []string{"unfamiliarFeatures", "anonymizedIPAddress", "unlikelyTravel", "passwordSpray", "anomalousToken", "leakedCredentials", "quantumLeap"}

func oid(i int) string { return fmt.Sprintf("7d0c1e2a-0000-4000-8000-%012d", i) }
func upn(i int) string {
	first, last := "", ""
	_, _ = fmt.Sscan(names[i%len(names)], &first, &last)
	return fmt.Sprintf("%s.%s%d@contoso.example", lower(first), lower(last), i)
}

func lower(s string) string {
	b := []byte(s)
	if len(b) > 0 {
		b[0] |= 0x20
	}
	return string(b)
}

// NewIdentity returns n users at risk and sign-ins, detections, workloads and persons
// that go with them, always the same.
func NewIdentity(n int) *Identity {
	f := &Identity{Persons: map[string]identity.Person{}, Keys: map[string]identity.Key{}}
	for i := range n {
		f.UserRows = append(f.UserRows, userAt(i))
	}
	for i := range 6 * n {
		f.SignRows = append(f.SignRows, signInAt(i, n))
		if i%2 == 0 {
			f.Found = append(f.Found, detectionAt(i, n))
		}
	}
	for i, w := range []string{"Payroll export", "Backup runner", "Old build agent"} {
		f.WorkRows = append(f.WorkRows, identity.WorkloadRow{Workload: identity.Workload{
			ID: oid(900 + i), AppID: oid(950 + i), Name: w, Type: "Application", Enabled: i != 2,
			Level: []identity.Level{identity.LevelHigh, identity.LevelMedium, identity.LevelLow}[i], State: identity.StateAtRisk, Changed: Now.Add(-time.Duration(3+i*7) * time.Hour),
		}, Detections: 3 - i})
	}
	for _, u := range f.UserRows {
		f.Persons[u.ID] = personOf(f, u)
	}
	f.Keys["j.doe@contoso.example"] = identity.Key{ObjectID: oid(0), UPN: upn(0)} // of the sample cases
	f.KeptNow = identity.Kept{
		SignIns: identity.Span{Since: Now.AddDate(0, -7, -3), Rows: 1_204_331}, Detections: identity.Span{Since: Now.AddDate(0, -7, -3), Rows: 3_201},
		Turns: identity.Span{Since: Now.AddDate(-1, 0, -12), Rows: 918}, Bytes: 812_400_000, Budget: 2 << 30,
	}
	return f
}

func userAt(i int) identity.UserRow {
	levels := []identity.Level{identity.LevelHigh, identity.LevelMedium, identity.LevelLow, identity.LevelMedium, identity.LevelHigh, identity.LevelHidden}
	states := []identity.State{identity.StateAtRisk, identity.StateAtRisk, identity.StateAtRisk, identity.StateRemediated, identity.StateCompromised, identity.StateAtRisk}
	details := []string{"none", "none", "none", "userPerformedSecuredPasswordReset", "adminConfirmedUserCompromised", "hidden"}
	u := identity.UserRow{User: identity.User{
		ID: oid(i), UPN: upn(i), Name: names[i%len(names)], Level: levels[i%6], State: states[i%6], Detail: details[i%6],
		Changed: Now.Add(-time.Duration(7+i*41) * time.Minute),
	}, Detections: 1 + i%5}
	switch i % 8 {
	case 0:
		u.High, u.Roles = "role: Global Administrator", []string{"Global Administrator", "Exchange Administrator"}
	case 3:
		u.High = "list: board of directors"
	case 4:
		u.Queued = 1
	}
	return u
}

func signInAt(i, n int) identity.SignInRow {
	u := userAt(i % n)
	levels := []identity.Level{identity.LevelNone, identity.LevelMedium, identity.LevelHigh, identity.LevelLow, identity.LevelNone}
	apps := []string{"Office 365 Exchange Online", "Azure Portal", "Contoso HR", "Microsoft Teams"}
	place := cities[(i*5+i/7)%len(cities)]
	s := identity.SignIn{
		ID: fmt.Sprintf("5b2f0000-0000-4000-8000-%012d", i), At: Now.Add(-time.Duration(3+i*13) * time.Minute), UserID: u.ID, UPN: u.UPN, Name: u.Name,
		AppID: oid(500 + i%4), App: apps[i%4], ClientApp: []string{"Browser", "Mobile Apps and Desktop clients", "Exchange ActiveSync"}[i%3], Resource: "Microsoft Graph",
		IP: fmt.Sprintf("203.0.113.%d", 1+i%250), ASN: 64496 + i%5, Place: place, Access: []string{"success", "failure", "notApplied", "success"}[i%4],
		MFA: []string{"satisfied by claim in the token", "", "push denied by the user"}[i%3], Interactive: i%3 != 2, During: levels[i%5], Aggregated: levels[i%5],
		State: identity.StateAtRisk, Types: []string{riskTypes[i%len(riskTypes)]}, Correlation: fmt.Sprintf("c0ffee00-0000-4000-8000-%012d", i), TokenID: fmt.Sprintf("tok-%d", i/2),
		Issuer: "AzureAD", Session: fmt.Sprintf("ses-%d", i/3), Policies: []identity.Policy{{Name: "Require MFA for admins", Result: "success"}, {Name: "Block legacy clients", Result: "notApplied"}},
		Device: identity.Device{Name: fmt.Sprintf("LT-%03d", i%90), OS: []string{"Windows 11", "iOS 18", "Linux"}[i%3], Browser: []string{"Edge 142", "Safari 18", "Firefox 145"}[i%3], Managed: []string{"true", "false", ""}[i%3], Compliant: "false"},
	}
	if i%4 == 1 {
		s.ErrorCode, s.Failure = 53003, "Access was blocked by conditional access policies."
	}
	return identity.SignInRow{SignIn: s, High: u.High}
}

func detectionAt(i, n int) identity.Detection {
	s := signInAt(i, n)
	kind := (i/2)%13 + i%3
	return identity.Detection{
		ID: fmt.Sprintf("de7e0000-0000-4000-8000-%012d", i), Subject: s.UserID, UPN: s.UPN, Name: s.Name, RequestID: s.ID, CorrelationID: s.Correlation,
		Type: riskTypes[min(kind/2, len(riskTypes)-1)], Level: []identity.Level{identity.LevelHigh, identity.LevelMedium, identity.LevelLow}[i%3], State: identity.StateAtRisk,
		Timing: []string{"realtime", "offline", "nearRealtime"}[i%3], Activity: "signin", Issuer: "AzureAD", Source: "IdentityProtection", IP: s.IP, Place: s.Place,
		Info: []identity.Pair{{Key: "userAgent", Value: "Mozilla/5.0"}, {Key: "mitreTechniques", Value: "T1078"}}, At: s.At, Detected: s.At.Add(4 * time.Minute), Updated: s.At.Add(9 * time.Minute),
	}
}

func personOf(f *Identity, u identity.UserRow) identity.Person {
	p := identity.Person{User: &u.User, Account: identity.Account{
		ID: u.ID, UPN: u.UPN, Name: u.Name, Enabled: "true", SessionsFrom: Now.AddDate(0, 0, -3), SID: "S-1-5-21-1004336348-1177238915-682003330-1" + u.ID[len(u.ID)-3:],
		SAM: `CONTOSO\` + u.UPN[:4], Roles: u.Roles,
	}}
	if u.High != "" {
		p.High = []identity.HighValue{{Key: u.UPN, Name: u.Name, Reason: u.High, Origin: identity.OriginRole}}
	}
	day := func(d int) time.Time { return Now.AddDate(0, 0, -d) }
	p.Turns = []identity.Turn{
		{ID: "t5", Subject: u.ID, Level: u.Level, State: u.State, Detail: u.Detail, At: day(1), Events: []string{"unlikelyTravel", "anonymizedIPAddress"}},
		{ID: "t4", Subject: u.ID, Level: identity.LevelNone, State: identity.StateDismissed, Detail: "adminDismissedAllRiskForUser", By: oid(77), At: day(9)},
		{ID: "t3", Subject: u.ID, Level: identity.LevelMedium, State: identity.StateAtRisk, At: day(12), Events: []string{"passwordSpray"}},
		{ID: "t2", Subject: u.ID, Level: identity.LevelNone, State: identity.StateRemediated, Detail: "userPassedMFADrivenByRiskBasedPolicy", At: day(30)},
		{ID: "t1", Subject: u.ID, Level: identity.LevelLow, State: identity.StateAtRisk, At: day(33), Events: []string{"unfamiliarFeatures"}},
	}
	for _, s := range f.SignRows {
		if s.UserID == u.ID {
			p.SignIns = append(p.SignIns, s.SignIn)
		}
	}
	for _, d := range f.Found {
		if d.Subject == u.ID {
			p.Detections = append(p.Detections, d)
		}
	}
	p.Incidents = []identity.Mention{
		{IncidentID: 2, Number: "48212", Title: "Impossible travel activity involving one user", Severity: "Medium", Status: "Active", Created: day(1), By: "object id"},
		{IncidentID: 7, Number: "9004", Title: "Password spray against legacy authentication from a single address", Severity: "High", Status: "New", Created: day(12), By: "UPN"},
	}
	p.Actions = []identity.Done{
		{Seq: 9, What: "Revoke the sessions of " + u.Name, State: "queued", At: Now.Add(-4 * time.Minute)},
		{Seq: 5, What: "Dismiss the risk of " + u.Name, State: "done", At: day(9), Finished: day(9).Add(time.Minute), Reason: "Confirmed by the service."},
	}
	if len(u.Roles) > 0 {
		p.Conflicts = []string{"The sign-in name " + u.UPN + " was used by another object id until 2 Nov."}
	}
	return p
}
