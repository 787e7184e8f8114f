package simulator

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// identityOf is the address of something about identities.
func (c *caller) identity(path, filter string) string {
	u := c.set.Graph + "/" + path
	if filter != "" {
		u += "?$filter=" + url.QueryEscape(filter)
	}
	return u
}

// walk follows a list to its end.
func (c *caller) walk(u string) (all []map[string]any, pages int) {
	c.t.Helper()
	for ; u != ""; pages++ {
		v := c.must(200, "GET", u, nil)
		all = append(all, rows(v)...)
		u, _ = v["@odata.nextLink"].(string)
	}
	return all, pages
}

func kilometres(a, b city) float64 {
	rad := func(d float64) float64 { return d * math.Pi / 180 }
	h := math.Pow(math.Sin(rad(b.lat-a.lat)/2), 2) + math.Cos(rad(a.lat))*math.Cos(rad(b.lat))*math.Pow(math.Sin(rad(b.lon-a.lon)/2), 2)
	return 12742 * math.Asin(math.Sqrt(h))
}

func TestPeopleTravelAsPeopleDoAndAttackersDoNot(t *testing.T) {
	x := newIdentities(Options{Seed: 3, Users: 800, SignIns: 40_000, Now: newHand().now}, start(t, Options{Incidents: 5}).t.world)
	now := x.enter()
	defer x.mu.Unlock()
	from, to := x.bounds(now)
	last := map[int32]logRow{}
	trips, kinds, abroad := 0, map[attack]int{}, 0
	for n := from; n < to; n++ {
		s := x.log.make(n)
		kinds[s.kind]++
		if n > from && x.log.when(n) < x.log.when(n-1) {
			t.Fatalf("sign-in %d comes before %d", n, n-1)
		}
		if s.kind != noAttack || s.city < 0 || s.asn == 64496 { // the company's own network is anywhere at once
			if s.kind == impossibleTrip {
				own := x.log.make(n - 1)
				if own.user != s.user || kilometres(cities[own.city], cities[s.city]) < 500 || s.at-own.at > int64(time.Hour) {
					t.Errorf("not impossible: %+v after %+v", s, own)
				}
				trips++
			}
			continue
		}
		if was, seen := last[s.user]; seen && was.city != s.city {
			abroad++
			if speed := kilometres(cities[was.city], cities[s.city]) / (time.Duration(s.at-was.at).Hours() + 0.01); speed > 950 {
				t.Errorf("user %d went from %s to %s at %.0f km/h", s.user, cities[was.city].name, cities[s.city].name, speed)
			}
		}
		last[s.user] = s
	}
	if trips < 3 || abroad < 50 || len(kinds) != attackKinds+1 {
		t.Errorf("%d impossible and %d possible journeys, attacks %v", trips, abroad, kinds)
	}
}

func TestDetectionsBelongToSignInsAndUsersToTheirDetections(t *testing.T) {
	s := start(t, Options{Incidents: 5, Now: newHand().now})
	c := raw(t, s)
	users := map[string]map[string]any{}
	all, _ := c.walk(c.identity("identityProtection/riskyUsers", ""))
	for _, u := range all {
		users[u["id"].(string)] = u
	}
	found, pages := c.walk(c.identity("identityProtection/riskDetections", "") + "?$top=40")
	linked, open, closed := 0, 0, 0
	for _, d := range found {
		u := users[d["userId"].(string)]
		if u == nil || u["userPrincipalName"] != d["userPrincipalName"] {
			t.Errorf("a detection of nobody at risk: %v", d)
			continue
		}
		if d["riskState"] == "atRisk" {
			open++
			if u["riskState"] != "atRisk" && u["riskState"] != "confirmedCompromised" {
				t.Errorf("an open detection of %v, who is %v", u["userPrincipalName"], u["riskState"])
			}
		} else {
			closed++
		}
		id, _ := d["requestId"].(string)
		if sign, ok := s.SignInByID(id); ok {
			if linked++; sign.User != d["userId"] || sign.Risk != d["riskEventType"] || d["riskState"] == "atRisk" && sign.State != "atRisk" {
				t.Errorf("%v belongs to %+v", d, sign)
			}
		}
	}
	if linked < 40 || open < 10 || closed < 40 || pages < 3 {
		t.Errorf("%d linked, %d open, %d settled, %d pages", linked, open, closed, pages)
	}
	for _, u := range s.RiskyUsers() {
		last := u.History[len(u.History)-1]
		if last.State != u.State || last.Level != u.Level || !last.At.Equal(u.Changed) {
			t.Errorf("%s is %s, and its history ends with %+v", u.Name, u.State, last)
		}
		for i := 1; i < len(u.History); i++ {
			if !u.History[i].At.After(u.History[i-1].At) {
				t.Errorf("%s: turns out of order", u.Name)
			}
		}
	}
}

func TestAccountsOfIncidentsAreInTheDirectory(t *testing.T) {
	s := start(t, Options{Incidents: 80, Now: newHand().now})
	c := raw(t, s)
	list, _ := c.walk(c.ws("/incidents", "") + "&$top=40")
	joined := 0
	for _, in := range list {
		for _, e := range rowsIn(c.must(200, "POST", c.ws("/incidents/"+in["name"].(string)+"/entities", ""), nil), "entities") {
			if e["kind"] != "Account" {
				continue
			}
			p := props(e)
			upn := p["accountName"].(string) + "@" + p["upnSuffix"].(string)
			u := c.must(200, "GET", c.set.Graph+"/users/"+upn+"?$select=id,userPrincipalName,onPremisesSecurityIdentifier,onPremisesSamAccountName,accountEnabled", nil)
			if u["id"] != p["aadUserId"] || u["userPrincipalName"] != upn || u["onPremisesSecurityIdentifier"] != p["sid"] || u["accountEnabled"] != true {
				t.Errorf("the incident says %v, the directory %v", p, u)
			}
			joined++
		}
	}
	if joined < 20 {
		t.Errorf("only %d accounts", joined)
	}
}

func rowsIn(v map[string]any, list string) (out []map[string]any) {
	all, _ := v[list].([]any)
	for _, x := range all {
		out = append(out, x.(map[string]any))
	}
	return out
}

func TestTheLogGoesOnWithTheClockSomeOfItLate(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 5, SignIns: 1_000_000, Now: h.now, TokenLife: 10 * time.Hour})
	c := raw(t, s)
	since := h.now()
	count := func() int {
		all, _ := c.walk(c.identity("auditLogs/signIns", "createdDateTime ge "+since.Add(-time.Hour).Format(time.RFC3339)+" and createdDateTime le "+since.Format(time.RFC3339)))
		ids := map[any]bool{}
		for _, x := range all {
			ids[x["id"]] = true
		}
		return len(ids)
	}
	total, before := s.SignInCount(), count()
	h.move(time.Hour)
	later := count()
	if later <= before || later > before+60 {
		t.Errorf("%d sign-ins of the last hour, %d an hour later: none came late", before, later)
	}
	if now := s.SignInCount(); now < total-3000 || now > total+3000 {
		t.Errorf("%d sign-ins, %d an hour later", total, now)
	}
	first := rows(c.must(200, "GET", c.identity("auditLogs/signIns", "")+"?$top=1", nil))[0]
	if at, _ := time.Parse(time.RFC3339Nano, first["createdDateTime"].(string)); h.now().Sub(at) > 10*time.Minute {
		t.Errorf("the latest sign-in is of %s, it is %s", at, h.now())
	}
}

func TestPagesOfTheLogHoldEveryRowAndSomeTwice(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 5, Users: 300, SignIns: 5000, Now: h.now})
	c := raw(t, s)
	for _, order := range []string{"desc", "asc"} {
		all, pages := c.walk(c.set.Graph + "/auditLogs/signIns?$top=90&$orderby=createdDateTime%20" + order)
		seen, twice := map[any]int{}, 0
		for _, x := range all {
			if seen[x["id"]]++; seen[x["id"]] == 2 {
				twice++
			}
		}
		if len(seen) != s.SignInCount() || twice < 3 || twice > pages {
			t.Errorf("%s: %d of %d sign-ins on %d pages, %d of them twice", order, len(seen), s.SignInCount(), pages, twice)
		}
	}
	if n := len(rows(c.must(200, "GET", c.set.Graph+"/auditLogs/signIns?$top=5000", nil))); n != 1000 {
		t.Errorf("a page of %d", n)
	}
	for _, bad := range []string{"?$filter=isInteractive%20eq%20true", "?$orderby=userId", "?$skiptoken=x", "?$top=none"} {
		c.must(400, "GET", c.set.Graph+"/auditLogs/signIns"+bad, nil)
	}
	by := func(filter string, right func(map[string]any) bool) {
		t.Helper()
		all, _ := c.walk(c.identity("auditLogs/signIns", filter))
		if len(all) == 0 || slices.ContainsFunc(all, func(x map[string]any) bool { return !right(x) }) {
			t.Errorf("%s: %d rows", filter, len(all))
		}
	}
	by("status/errorCode eq 53003", func(x map[string]any) bool { return x["conditionalAccessStatus"] == "failure" })
	by("riskState eq 'atRisk' or riskState eq 'dismissed'", func(x map[string]any) bool { return x["riskState"] != "none" })
	by("startswith(appDisplayName,'Pay')", func(x map[string]any) bool { return x["appDisplayName"] == "Payroll" })
	by("location/countryOrRegion eq 'NO'", func(x map[string]any) bool {
		return x["location"].(map[string]any)["countryOrRegion"] == "NO"
	})
}

func TestOddRowsAreThere(t *testing.T) {
	s := start(t, Options{Incidents: 5, Now: newHand().now})
	c := raw(t, s)
	all, _ := c.walk(c.identity("auditLogs/signIns", "riskState eq 'atRisk' or riskState eq 'dismissed' or riskState eq 'remediated' or riskState eq 'confirmedSafe'"))
	ahead, placeless, strange := 0, 0, 0
	for _, x := range all {
		at, _ := time.Parse(time.RFC3339Nano, x["createdDateTime"].(string))
		if at.After(s.now()) {
			ahead++
		}
		if x["location"] == nil {
			placeless++
		}
		if x["riskLevelDuringSignIn"] == "unknownFutureValue" {
			strange++
		}
	}
	if ahead == 0 || placeless == 0 || strange == 0 {
		t.Errorf("%d ahead of the clock, %d without a place, %d with an unknown level", ahead, placeless, strange)
	}
	s.SetIdentity(IdentityMode{Odd: true, Extra: true})
	all, _ = c.walk(c.identity("auditLogs/signIns", "riskLevelDuringSignIn eq 'extreme'"))
	if len(all) != strange || all[0]["autonomousSystemNumber"] == nil || all[0]["uniqueTokenIdentifier"] == nil {
		t.Errorf("%d rows with a word of their own", len(all))
	}
	s.SetFaults(Faults{OddRows: 1})
	first := c.must(200, "GET", c.identity("identityProtection/riskyUsers", ""), nil)["value"].([]any)
	if first[2] != nil || first[3] != 17.0 {
		t.Errorf("the page begins with %v", first[:4])
	}
}

func TestEntraSlowsDownAsItIsDocumented(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 5, Now: h.now, Throttle: EntraThrottle})
	c := raw(t, s)
	ask := func(path string, want int) http.Header {
		t.Helper()
		status, head, b, err := c.do("GET", c.set.Graph+"/"+path, nil)
		if err != nil || status != want {
			t.Fatalf("%s: %d, want %d: %v %.200s", path, status, want, err, b)
		}
		return head
	}
	ask("identityProtection/riskyUsers?$top=1", 200)
	if head := ask("identityProtection/riskDetections?$top=1", 429); head.Get("Retry-After") != "" {
		t.Errorf("it says to wait %s", head.Get("Retry-After"))
	}
	h.move(time.Second)
	ask("identityProtection/riskDetections?$top=1", 200)
	for range 5 {
		ask("auditLogs/signIns?$top=1", 200)
	}
	if head := ask("auditLogs/signIns?$top=1", 429); head.Get("Retry-After") != "2" {
		t.Errorf("it says to wait %q", head.Get("Retry-After"))
	}
	ask("users?$top=1", 200)
	if r := s.Throttled(); r.Protection.Refused != 1 || r.SignIns.Refused != 1 || r.SignIns.Allowed != 5 {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsNotBoughtOrGrantedIsRefused(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 5, Now: h.now})
	const users, found, apps, log = "identityProtection/riskyUsers", "identityProtection/riskDetections", "identityProtection/riskyServicePrincipals", "auditLogs/signIns"
	for name, x := range map[string]struct {
		mode   IdentityMode
		rights Rights
		want   map[string]int
		says   string
	}{
		"everything":         {want: map[string]int{users: 200, found: 200, apps: 200, log: 200, "users": 200, "directoryRoles": 200}},
		"no P2":              {mode: IdentityMode{NoP2: true}, want: map[string]int{users: 403, found: 403, apps: 200, log: 200, "users": 200}, says: "not licensed"},
		"no P1":              {mode: IdentityMode{NoP1: true}, want: map[string]int{users: 403, log: 403, "users": 200}, says: "licens"},
		"no workloads":       {mode: IdentityMode{NoWorkload: true}, want: map[string]int{users: 200, apps: 403}, says: "not licensed"},
		"no detections":      {rights: Rights{GraphWithout: []string{RiskEventRead, RiskEventReadWrite}}, want: map[string]int{users: 200, found: 403}, says: RiskEventRead},
		"no log":             {rights: Rights{GraphWithout: []string{AuditLogRead}}, want: map[string]int{users: 200, log: 403}, says: AuditLogRead},
		"no users, no roles": {rights: Rights{GraphWithout: []string{UserRead, UserReadWrite, RolesRead}}, want: map[string]int{users: 200, "users": 403, "directoryRoles": 403}, says: "API required"},
	} {
		s.SetIdentity(x.mode)
		s.SetRights(x.rights)
		c := raw(t, s)
		for path, want := range x.want {
			status, _, b, err := c.do("GET", c.set.Graph+"/"+path, nil)
			if err != nil || status != want || want == 403 && !strings.Contains(string(b), x.says) {
				t.Errorf("%s: %s answers %d, want %d: %.200s", name, path, status, want, b)
			}
		}
		if x.mode.NoP2 {
			risky := rows(c.must(200, "GET", c.identity(log, "riskState eq 'atRisk'")+"&$top=1", nil))[0]
			if risky["riskLevelAggregated"] != "hidden" || risky["riskEventTypes_v2"].([]any)[0] != "generic" {
				t.Errorf("without P2 the log says %v", risky)
			}
		}
	}
}
