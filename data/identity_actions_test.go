package data

import (
	"strings"
	"testing"

	"watchfloor/app/identity"
)

// act puts an action on a subject into the outbox, in the state given.
func act(t *testing.T, c *Cache, kind, id, state string) {
	t.Helper()
	err := c.tx(t.Context(), func(t *tx) error {
		return t.exec(`INSERT INTO outbox (id, source, remote_id, number, title, request, base, created, state, subject_kind, subject_id)
    VALUES (lower(hex(randomblob(8))), 'entra-risk', '', '', '', '{"Verb":"dismiss risk"}', '{}', ?, ?, ?, ?)`, t.now, state, kind, id)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatWasDoneIsShownWithWhomItConcerns(t *testing.T) {
	c, _ := newCache(t)
	storeIdentity(t, c, everything())
	act(t, c, "user", "U1", "done")
	act(t, c, "user", "u1", "queued")
	act(t, c, "user", "u1", "conflict")
	act(t, c, "sign-in", strings.ToUpper(signIn(3).ID), "queued")

	p := person(t, c, identity.Key{ObjectID: "u1"})
	if len(p.Actions) != 3 || p.Actions[0].State != "conflict" || p.Actions[2].What != "dismiss risk" || !p.Actions[2].At.Equal(noon) {
		t.Errorf("%+v", p.Actions)
	}
	if u := users(t, c, identity.Query{Filter: parsed(t, "is:queued")}).Rows; len(u) != 1 || u[0].Queued != 2 {
		t.Errorf("users: %+v", u)
	}
	s, err := c.Identity().SignIns(t.Context(), identity.Query{Filter: parsed(t, "is:queued")})
	if err != nil || len(s.Rows) != 1 || s.Rows[0].ID != signIn(3).ID || s.Rows[0].Queued != 1 || s.Hidden != 2 {
		t.Errorf("sign-ins: %+v %v", s, err)
	}
	if n, err := c.Trim(t.Context(), 1); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	if _, err := c.Identity().SignIn(t.Context(), signIn(3).ID); err != nil {
		t.Errorf("a sign-in with an unfinished action was trimmed: %v", err)
	}
}

// What the pull and the pages ask must stay cheap at any size: no statement of theirs
// walks a table but the words that sign-ins share and the weeks.
func TestNoStatementOfIdentitiesWalksATable(t *testing.T) {
	c, _ := newCache(t)
	b := everything()
	storeIdentity(t, c, b)
	b.SignIns[0].IP = "198.51.100.1"
	b.Detections[0].Type = "leakedCredentials"
	storeIdentity(t, c, b)
	withAccounts(t, c, "1", account("ana@clinic.example", `{"tags":["high value"]}`))
	small := []string{"sign_in_week", "high_value", "SCAN b", "SCAN k", "CONSTANT", "VIRTUAL TABLE", "entity_account_high"}
	for query := range c.writer.stmts {
		if !strings.Contains(query, "WHERE") {
			continue
		}
		for line := range strings.Lines(explain(t, c, query, make([]any, max(strings.Count(query, "?"), 1)))) {
			if walks := strings.HasPrefix(strings.TrimSpace(line), "SCAN "); walks {
				known := false
				for _, s := range small {
					known = known || strings.Contains(line, s)
				}
				if !known {
					t.Errorf("%s\n%s", query, line)
				}
			}
		}
	}
	for _, gather := range []int{0, gatherLimit} {
		c.gather = gather
		for _, f := range benchedFilters {
			text, args, err := c.SignInsSQL(t.Context(), identity.Query{Filter: parsed(t, f.line), Sort: f.sort})
			if err != nil {
				t.Fatal(err)
			}
			if plan := explain(t, c, text, args); f.sort == "" && strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s sorts:\n%s", f.line, plan)
			}
		}
	}
}

func TestAPersonIsOfHighValueByAnyOfTheirNames(t *testing.T) {
	for _, key := range []string{"U1", "ANA@clinic.example", "s-1-5-1", `clinic\ANA`} {
		c, _ := newCache(t)
		b := everything()
		b.HighValue = []identity.HighValue{{Key: key, Reason: "list: board", Origin: identity.OriginRole}}
		storeIdentity(t, c, b)
		s, err := c.Identity().SignIns(t.Context(), identity.Query{Filter: parsed(t, "is:high")})
		if err != nil || len(s.Rows) != 2 || s.Rows[0].High != "list: board" {
			t.Errorf("%s, sign-ins: %+v %v", key, s.Rows, err)
		}
		if u := users(t, c, identity.Query{Filter: parsed(t, "is:high")}).Rows; len(u) != 1 || u[0].High != "list: board" {
			t.Errorf("%s, users: %+v", key, u)
		}
		if p := person(t, c, identity.Key{ObjectID: "u1"}); len(p.High) != 1 {
			t.Errorf("%s, page: %+v", key, p.High)
		}
	}
}
