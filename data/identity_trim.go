package data

import (
	"context"
	"strings"

	"watchfloor/app"
	"watchfloor/app/identity"
)

// DefaultIdentityBudget is what sign-ins and detections may take where the preference
// IdentityBudget says nothing: 2 GiB.
const DefaultIdentityBudget = 2 << 30

// IdentityBudget is the preference that holds the budget in bytes, 0 for no bound.
const IdentityBudget = "identity.budget"

// Kept implements identity.Reader. Bytes is about what the rows and their indexes take;
// the file may be larger, because space that rows leave is used again, not given back.
func (r identities) Kept(ctx context.Context) (k identity.Kept, err error) {
	err = r.c.view(ctx, func(q querier) error {
		if err := q.keptSpans(&k); err != nil {
			return err
		}
		var err error
		if k.Bytes, err = identityBytes(q.one); err != nil {
			return err
		}
		var budget string
		if err := q.one(`SELECT coalesce((SELECT value FROM preference WHERE key = ?), '')`, []any{IdentityBudget}, &budget); err != nil {
			return err
		}
		k.Budget = budgetOf(budget)
		return nil
	})
	return k, err
}

func (q querier) keptSpans(k *identity.Kept) error {
	for _, s := range []struct {
		query string
		into  *identity.Span
	}{
		{`SELECT coalesce((SELECT at FROM sign_in WHERE at > 0 ORDER BY id LIMIT 1), 0), coalesce((SELECT sum(rows) FROM sign_in_week), 0)`, &k.SignIns},
		{`SELECT coalesce((SELECT at FROM detection WHERE at > 0 ORDER BY id LIMIT 1), 0), coalesce((SELECT sum(n) FROM identity_heat), 0)`, &k.Detections},
		{`SELECT coalesce(min(nullif(at, 0)), 0), count(*) FROM risk_turn`, &k.Turns},
	} {
		var at int64
		if err := q.one(s.query, nil, &at, &s.into.Rows); err != nil {
			return err
		}
		s.into.Since = when(at)
	}
	return nil
}

// detectionBytes is what a detection takes, about, with its place in the indexes.
const detectionBytes = 1_100

func identityBytes(one func(string, []any, ...any) error) (n int64, err error) {
	err = one(`SELECT coalesce((SELECT sum(bytes) FROM sign_in_week), 0) + ? * coalesce((SELECT sum(n) FROM identity_heat), 0)`, []any{detectionBytes}, &n)
	return n, err
}

func budgetOf(text string) int64 {
	n := int64(0)
	if text == "" {
		return DefaultIdentityBudget
	}
	for _, r := range text {
		if r < '0' || r > '9' || n > 1<<50 {
			return DefaultIdentityBudget
		}
		n = n*10 + int64(r-'0')
	}
	return n
}

// trimStep bounds what one transaction removes.
const trimStep = 10_000

// keptOfUser is how many of the newest sign-ins and detections stay of each user who is
// at risk, however old they are.
const keptOfUser = 200

// Trim implements identity.Store. It removes the oldest sign-ins and detections, up to
// some 10,000 a call, until the rest fits the budget (0: no bound); what the last 200 of
// a user at risk are, and what an unfinished action is on, stays. Turns of the risk,
// users and workloads are few and always stay.
func (c *Cache) Trim(ctx context.Context, budget int64) (removed int, err error) {
	if budget <= 0 {
		return 0, nil
	}
	err = c.tx(ctx, func(t *tx) error {
		bytes, err := identityBytes(t.one)
		if err != nil || bytes <= budget {
			return err
		}
		removed, err = t.trim(bytes - budget)
		if removed > 0 {
			t.topics[app.TopicIdentity] = true
		}
		return err
	})
	return removed, err
}

// fit makes room for what was just stored where the budget of the preferences is spent: a
// whole step at once, so that the next pages find room.
func (t *tx) fit() error {
	var text string
	if err := t.one(`SELECT coalesce((SELECT value FROM preference WHERE key = ?), '')`, []any{IdentityBudget}, &text); err != nil {
		return err
	}
	budget := budgetOf(text)
	bytes, err := identityBytes(t.one)
	if err != nil || budget == 0 || bytes <= budget {
		return err
	}
	_, err = t.trim(bytes - budget + min(trimStep*signInOverhead, budget/20))
	return err
}

func (t *tx) trim(over int64) (removed int, err error) {
	p := signInPut{t, map[int64]int{}, map[int64][2]int{}}
	keep, err := t.keepers()
	if err != nil {
		return 0, err
	}
	var signIns []signInRow
	var freed int64
	cut := int64(0) // no sign-in is left beyond: detections are bounded by number alone
	err = t.each(`SELECT `+signInColumns+` FROM sign_in s ORDER BY s.id`, nil, func(scan func(...any) error) error {
		var r signInRow
		var types int64
		if err := scan(r.dest(&types)...); err != nil {
			return err
		}
		if keep.signIn(r) {
			return nil
		}
		signIns, cut = append(signIns, r), r.id
		if freed += int64(r.size); freed >= over || len(signIns) == trimStep {
			return errTrimmed
		}
		return nil
	})
	if err != nil && err != errTrimmed { //nolint:errorlint // made here
		return 0, err
	}
	if err == nil {
		cut = 1<<63 - 1 // all sign-ins that may go do: the oldest detections follow
	}
	for _, r := range signIns {
		if err := p.remove(r); err != nil {
			return 0, err
		}
	}
	if err := p.tally(); err != nil {
		return 0, err
	}
	detections, err := t.trimDetections(cut, over-freed, keep)
	if err != nil {
		return 0, err
	}
	if removed = len(signIns) + detections; removed > 0 {
		t.cache.writer.words = nil
		err = t.exec(`DELETE FROM identity_word WHERE rows <= 0 AND kind IN (?, ?, ?)`, wordUser, wordApp, wordPlace)
	}
	return removed, err
}

// errTrimmed ends a walk early.
var errTrimmed = app.E(app.KindCancelled, "Enough.", nil)

// keepers are the rows that stay whatever the budget.
type keepers struct {
	from   map[int64]int64  // by user word: ids from here on stay
	person map[string]int64 // by object id in lower case: ids of detections from here on stay
	hashes map[int64]bool   // of sign-ins with unfinished actions
}

func (k *keepers) signIn(r signInRow) bool {
	from, at := k.from[r.words[atUser]]
	return at && r.id >= from || k.hashes[r.hash]
}

func (t *tx) keepers() (*keepers, error) {
	k := &keepers{map[int64]int64{}, map[string]int64{}, map[int64]bool{}}
	err := t.each(`SELECT lower(id) FROM risky_user WHERE state IN ('atRisk', 'confirmedCompromised')`, nil, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		k.person[id] = 0
		return err
	})
	if err != nil {
		return nil, err
	}
	words := map[string][]int64{}
	err = t.each(`SELECT id, text FROM identity_word WHERE kind = ?`, []any{wordUser}, func(scan func(...any) error) error {
		var id int64
		var text, oid string
		err := scan(&id, &text)
		unpack([]byte(text), &oid)
		if oid = strings.ToLower(oid); oid != "" {
			if _, risky := k.person[oid]; risky {
				words[oid] = append(words[oid], id)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for oid := range k.person {
		if err := t.keepOf(k, oid, words[oid]); err != nil {
			return nil, err
		}
	}
	return k, t.each(`SELECT subject_id FROM outbox WHERE subject_kind = 'sign-in' AND state NOT IN ('done', 'discarded')`, nil,
		func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			k.hashes[int64(hashOf(id))] = true // #nosec G115 -- a hash, not a number
			return err
		})
}

// keepOf finds from which row on the newest ones of a user stay.
func (t *tx) keepOf(k *keepers, oid string, words []int64) error {
	var from int64
	if err := t.one(`SELECT coalesce((SELECT id FROM detection WHERE subject = ? ORDER BY id DESC LIMIT 1 OFFSET ?), 0)`,
		[]any{oid, keptOfUser - 1}, &from); err != nil {
		return err
	}
	k.person[oid] = from
	if len(words) == 0 {
		return nil
	}
	if err := t.one(`SELECT coalesce((SELECT s.id FROM sign_in_week b CROSS JOIN sign_in s INDEXED BY sign_in_user
    ON s.week = b.week AND s.user IN (SELECT value FROM json_each(?)) ORDER BY s.id DESC LIMIT 1 OFFSET ?), 0)`,
		[]any{jsonInts(words), keptOfUser - 1}, &from); err != nil {
		return err
	}
	for _, w := range words {
		k.from[w] = from
	}
	return nil
}

// trimDetections removes the oldest detections: those before the cut, or as many as free
// what is still over.
func (t *tx) trimDetections(cut, over int64, keep *keepers) (int, error) {
	type row struct {
		id, at        int64
		kind, country string
	}
	var rows []row
	err := t.each(`SELECT id, at, lower(subject), type, country FROM detection WHERE id < ? ORDER BY id`, []any{cut}, func(scan func(...any) error) error {
		var r row
		var subject string
		if err := scan(&r.id, &r.at, &subject, &r.kind, &r.country); err != nil {
			return err
		}
		if from, risky := keep.person[subject]; risky && r.id >= from {
			return nil
		}
		if cut == 1<<63-1 && int64(len(rows))*detectionBytes >= over || len(rows) == trimStep {
			return errTrimmed
		}
		rows = append(rows, r)
		return nil
	})
	if err != nil && err != errTrimmed { //nolint:errorlint // made here
		return 0, err
	}
	for _, r := range rows {
		if err := t.heat(r.at, r.kind, r.country, -1); err != nil {
			return 0, err
		}
		if err := t.exec(`DELETE FROM detection WHERE id = ?`, r.id); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}
