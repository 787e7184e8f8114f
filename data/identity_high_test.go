package data

import (
	"fmt"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/triage"
)

// account is an account entity as Sentinel or Defender XDR sends it.
func account(key, raw string) app.Entity {
	return app.Entity{Kind: "account", Key: strings.ToLower(key), Name: key, Raw: []byte(raw)}
}

// withAccounts stores a Defender incident that is about the entities.
func withAccounts(t *testing.T, c *Cache, id string, entities ...app.Entity) int64 {
	t.Helper()
	p := pulled(app.Defender, id)
	d := app.Details{Entities: entities}
	for _, e := range entities {
		d.Evidence = append(d.Evidence, app.Evidence{Entity: e, Raw: e.Raw})
	}
	p.Details = &d
	storePage(t, c, app.Defender, p)
	return find(t, c, id)
}

func row(t *testing.T, c *Cache, id int64) triage.Row {
	t.Helper()
	r, err := c.Row(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// explained checks that the number the queue orders by is that of the reasons shown.
func explained(t *testing.T, r triage.Row) {
	t.Helper()
	points, reasons, _ := r.Priority()
	sum := 0
	for _, why := range reasons {
		sum += why.Points
	}
	if sum != points || identity.WeightOf(r.High) != r.Weight {
		t.Errorf("%d points, reasons %+v, %q is worth %d", points, reasons, r.High, identity.WeightOf(r.High))
	}
}

func TestPeopleOfHighValueRaiseTheirIncidents(t *testing.T) {
	c, _ := newCache(t)
	plain := withAccounts(t, c, "1", account("bo@clinic.example", `{"userAccount":{"userPrincipalName":"bo@clinic.example"}}`))
	admin := withAccounts(t, c, "2", account("ana@clinic.example", `{"userAccount":{"azureAdUserId":"OID-1","userPrincipalName":"ana@clinic.example"}}`))
	host := withAccounts(t, c, "3", app.Entity{Kind: "host", Key: "dc1.clinic.example", Name: "DC1", Raw: []byte(`{"tags":["Ward 3","Critical asset"]}`)})
	sid := withAccounts(t, c, "4", account("s-1-5-21-9", `{"properties":{"Sid":"S-1-5-21-9","NTDomain":"CLINIC","accountName":"cy"}}`))

	// When the directory's roles, an account and a person's list arrive.
	storeIdentity(t, c, identity.Batch{
		Accounts:  []identity.Account{{ID: "oid-4", UPN: "cy@clinic.example", SID: "S-1-5-21-9"}},
		HighValue: []identity.HighValue{{Key: "oid-1", Reason: "role: Global Administrator", Origin: identity.OriginRole}},
		Origins:   []string{identity.OriginRole},
	})
	if n, err := c.Identity().Import(t.Context(), identity.OriginList, []identity.HighValue{{Key: "CY@clinic.example", Reason: "list: board"}}); n != 1 || err != nil {
		t.Fatal(n, err)
	}

	for id, want := range map[int64]struct {
		weight int
		why    string
	}{plain: {0, ""}, admin: {identity.WeightAdmin, "role: Global Administrator"}, host: {identity.WeightCritical, "critical asset: Critical asset"}, sid: {identity.WeightListed, "list: board"}} {
		r := row(t, c, id)
		if r.Weight != want.weight || r.High != want.why {
			t.Errorf("%s: %d %q, want %+v", r.Number, r.Weight, r.High, want)
		}
		explained(t, r)
	}
	if got := numbers(window(t, c, "is:highvalue")); len(strings.Fields(got)) != 3 {
		t.Errorf("is:highvalue shows %s", got)
	}
	if got := numbers(window(t, c, "-is:highvalue")); got != "1" {
		t.Errorf("-is:highvalue shows %s", got)
	}
	w, err := c.Window(t.Context(), triage.Query{Sort: triage.ByScore, Limit: 1})
	if err != nil || w.Rows[0].ID != admin {
		t.Errorf("the administrator's incident is not first: %+v %v", w.Rows, err)
	}
	if next, err := c.Window(t.Context(), triage.Query{Sort: triage.ByScore, After: &w.Rows[0], Limit: 9}); err != nil || len(next.Rows) != 3 {
		t.Errorf("%d rows behind it (%v)", len(next.Rows), err)
	}

	// A later incident of the same person is raised as it is stored.
	if r := row(t, c, withAccounts(t, c, "5", account("ana@clinic.example", `{"userAccount":{"azureAdUserId":"oid-1"}}`))); r.Weight != identity.WeightAdmin {
		t.Errorf("a later incident: %+v", r)
	}
	// When she loses the role, so do they.
	storeIdentity(t, c, identity.Batch{Origins: []string{identity.OriginRole}})
	if r := row(t, c, admin); r.Weight != 0 || r.High != "" {
		t.Errorf("after the role is gone: %+v", r)
	}
	if err := c.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// Given incidents that an older version stored: their accounts are read some at a time.
func TestAccountsOfAnOlderCacheAreReadBitByBit(t *testing.T) {
	c, _ := newCache(t)
	var entities []app.Entity
	for i := range backfillStep + 10 {
		entities = append(entities, account(fmt.Sprintf("user%d@clinic.example", i), `{}`))
	}
	id := withAccounts(t, c, "1", entities...)
	if err := c.tx(t.Context(), func(t *tx) error { return t.exec(`DELETE FROM entity_account`) }); err != nil {
		t.Fatal(err)
	}
	c.writer.noted = nil
	if k, err := c.Identity().EntityKey(t.Context(), id, "USER7@clinic.example"); err != nil || k.UPN != "user7@clinic.example" {
		t.Errorf("before it is reached: %+v %v", k, err)
	}
	for i, want := range []int{backfillStep, backfillStep + 10, backfillStep + 10} {
		storeIdentity(t, c, identity.Batch{})
		var n int
		if err := c.view(t.Context(), func(q querier) error { return q.one(`SELECT count(*) FROM entity_account`, nil, &n) }); err != nil || n != want {
			t.Errorf("after page %d: %d accounts, want %d (%v)", i, n, want, err)
		}
	}
}

func TestNamesOfAnAccountAreReadFromEitherService(t *testing.T) {
	for raw, want := range map[string]identity.Key{
		`{"properties":{"aadUserId":"O","accountName":"ana","upnSuffix":"x.example","ntDomain":"X","sid":"S-1"}}`:                      {ObjectID: "O", UPN: "ana@x.example", SID: "S-1", SAM: `X\ana`},
		`{"userAccount":{"azureAdUserId":"O","accountName":"ana","domainName":"X","userSid":"S-1","userPrincipalName":"a@x.example"}}`: {ObjectID: "O", UPN: "a@x.example", SID: "S-1", SAM: `X\ana`},
		`{"properties":{"accountName":"ana@x.example","ntDomain":"X"}}`:                                                                {UPN: "ana@x.example"},
		`{"properties":{"accountName":7,"sid":null}}`:                                                                                  {UPN: "key@x.example"},
		`not JSON`: {UPN: "key@x.example"},
	} {
		if got := accountKey(app.Entity{Key: "key@x.example", Raw: []byte(raw)}); got != want {
			t.Errorf("%s: %+v, want %+v", raw, got, want)
		}
	}
	for key, want := range map[string]identity.Key{
		`x\ana`: {SAM: `x\ana`}, "s-1-5-21": {SID: "s-1-5-21"}, "26be570a-ae82-4189-b4e2-a37c6808512d": {ObjectID: "26be570a-ae82-4189-b4e2-a37c6808512d"}, "ana": {},
	} {
		if got := accountKey(app.Entity{Key: key}); got != want {
			t.Errorf("%s: %+v", key, got)
		}
	}
}
