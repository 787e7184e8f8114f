package data

import (
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
)

func detection(id string, change ...func(*identity.Detection)) identity.Detection {
	d := identity.Detection{
		ID: id, Subject: "u1", UPN: "ana@clinic.example", Name: "Ana", Type: "unlikelyTravel", Level: identity.LevelHigh,
		State: identity.StateAtRisk, Timing: "offline", Activity: "signin", IP: "203.0.113.7", RequestID: "r",
		Place: identity.Place{City: "Lagos", Country: "NG", Lat: 6.5, Lon: 3.4, Located: true},
		Info:  []identity.Pair{{Key: "userAgent", Value: "curl"}}, At: noon.Add(-time.Hour), Detected: noon.Add(-time.Minute), Updated: noon,
	}
	for _, c := range change {
		c(&d)
	}
	d.Raw = []byte(`{"id":"` + id + `"}`)
	return d
}

// everything is one person as each source tells of her.
func everything() identity.Batch {
	return identity.Batch{
		Users:      []identity.User{{ID: "u1", UPN: "ana@clinic.example", Name: "Ana Lopez", Level: identity.LevelHigh, State: identity.StateAtRisk, Changed: noon}},
		Turns:      []identity.Turn{{ID: "t1", Subject: "u1", State: identity.StateAtRisk, At: noon.Add(-time.Hour), Events: []string{"unlikelyTravel"}}, {ID: "t2", Subject: "u1", State: identity.StateRemediated, At: noon.Add(-2 * time.Hour)}},
		Detections: []identity.Detection{detection("d1"), detection("d2", func(d *identity.Detection) { d.Subject = "u2"; d.UPN = "bo@clinic.example" })},
		SignIns:    []identity.SignIn{signIn(1), signIn(2, func(s *identity.SignIn) { s.UserID, s.UPN = "u2", "bo@clinic.example" }), signIn(3)},
		Accounts:   []identity.Account{{ID: "u1", UPN: "ana@clinic.example", Name: "Ana Lopez", Enabled: "true", SID: "S-1-5-1", SAM: `CLINIC\ana`, Roles: []string{"Global Reader"}}},
		HighValue:  []identity.HighValue{{Key: "u1", Reason: "role: Global Reader", Origin: identity.OriginRole}}, Origins: []string{identity.OriginRole},
	}
}

func person(t *testing.T, c *Cache, k identity.Key) identity.Person {
	t.Helper()
	p, err := c.Identity().Person(t.Context(), k)
	if err != nil {
		t.Fatalf("%+v: %v", k, err)
	}
	return p
}

func TestAnyNameLeadsToThePerson(t *testing.T) {
	c, _ := newCache(t)
	storeIdentity(t, c, everything())
	withAccounts(t, c, "1", account("ana@clinic.example", `{"userAccount":{"userPrincipalName":"ANA@clinic.example"}}`))
	withAccounts(t, c, "2", account(`clinic\ana`, `{"properties":{"accountName":"Ana","ntDomain":"Clinic"}}`))
	withAccounts(t, c, "3", account("bo@clinic.example", `{}`))
	for name, k := range map[string]identity.Key{
		"object id": {ObjectID: "U1"}, "UPN": {UPN: "Ana@Clinic.example"}, "SID": {SID: "s-1-5-1"}, "on-premises name": {SAM: `clinic\ANA`},
		"all": {ObjectID: "u1", UPN: "ana@clinic.example", SID: "S-1-5-1"},
	} {
		p := person(t, c, k)
		if p.User == nil || p.User.ID != "u1" || p.Account.SID != "S-1-5-1" || len(p.Account.Roles) != 1 || len(p.High) != 1 {
			t.Errorf("%s: %+v", name, p)
		}
		if len(p.Turns) != 2 || p.Turns[0].ID != "t1" || len(p.Detections) != 1 || len(p.SignIns) != 2 || len(p.Incidents) != 2 || len(p.Conflicts) > 0 {
			t.Errorf("%s: %d turns, %d detections, %d sign-ins, incidents %+v, conflicts %q", name, len(p.Turns), len(p.Detections), len(p.SignIns), p.Incidents, p.Conflicts)
		}
		by := map[string]string{}
		for _, m := range p.Incidents {
			by[m.Number] = m.By
		}
		if by["1"] != "UPN" || by["2"] != "on-premises name" {
			t.Errorf("%s: found by %v", name, by)
		}
	}
	for _, k := range []identity.Key{{}, {UPN: "nobody@clinic.example"}, {ObjectID: "u99"}, {SID: "S-1-9"}} {
		if _, err := c.Identity().Person(t.Context(), k); app.KindOf(err) != app.KindNotFound {
			t.Errorf("%+v: %v", k, err)
		}
	}
}

func TestAnAccountOfAnIncidentLeadsThereAndBack(t *testing.T) {
	c, _ := newCache(t)
	storeIdentity(t, c, everything())
	id := withAccounts(t, c, "1", account("ana@clinic.example", `{"userAccount":{"azureAdUserId":"u1","userSid":"S-1-5-1"}}`))
	k, err := c.Identity().EntityKey(t.Context(), id, "ana@clinic.example")
	if err != nil || k != (identity.Key{ObjectID: "u1", UPN: "ana@clinic.example", SID: "S-1-5-1"}) {
		t.Fatalf("%+v %v", k, err)
	}
	if p := person(t, c, k); len(p.Incidents) != 1 || p.Incidents[0].IncidentID != id || p.Incidents[0].By != "object id" {
		t.Errorf("%+v", p.Incidents)
	}
	if _, err := c.Identity().EntityKey(t.Context(), id, "x"); app.KindOf(err) != app.KindNotFound {
		t.Errorf("an account that is not in it: %v", err)
	}
}

func TestNamesThatDisagreeAreTold(t *testing.T) {
	c, _ := newCache(t)
	b := everything()
	b.Users = append(b.Users, identity.User{ID: "u9", UPN: "ana@clinic.example", State: identity.StateAtRisk, Changed: noon})
	b.SignIns = append(b.SignIns, signIn(4, func(s *identity.SignIn) { s.UPN = "ana.old@clinic.example" }))
	storeIdentity(t, c, b)
	withAccounts(t, c, "1", account("ana@clinic.example", `{"userAccount":{"azureAdUserId":"u7","userPrincipalName":"ana@clinic.example"}}`))
	for want, k := range map[string]identity.Key{
		"belongs to 3 object ids":             {UPN: "ana@clinic.example"},
		"ana.old@clinic.example":              {ObjectID: "u1"},
		"not S-1-5-2":                         {ObjectID: "u1", SID: "S-1-5-2"},
		"another object id: u7":               {ObjectID: "u1"},
		"leads to another object id: u1":      {ObjectID: "u2", SID: "S-1-5-1"},
		"The directory's on-premises name is": {ObjectID: "u1", SAM: `OTHER\ana`},
	} {
		if p := person(t, c, k); !strings.Contains(strings.Join(p.Conflicts, "\n"), want) {
			t.Errorf("%+v: %q does not say %s", k, p.Conflicts, want)
		}
	}
}

func TestAPersonKnownByNameOnlyHasAPage(t *testing.T) {
	c, _ := newCache(t)
	withAccounts(t, c, "1", account(`clinic\svc`, `{"properties":{"accountName":"svc","ntDomain":"CLINIC"}}`))
	if p := person(t, c, identity.Key{SAM: `clinic\svc`}); len(p.Incidents) != 1 || p.User != nil || p.Account.SAM == "" || p.Account.ID != "" {
		t.Errorf("%+v", p)
	}
	storeIdentity(t, c, identity.Batch{SignIns: []identity.SignIn{signIn(1, func(s *identity.SignIn) { s.UserID = "" })}})
	if p := person(t, c, identity.Key{UPN: "ANA@clinic.example"}); len(p.SignIns) != 1 {
		t.Errorf("%+v", p)
	}
}
