package data

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
)

// gatherLimit is up to how many sign-ins are gathered through an index and then sorted;
// more match so often that a walk in the order of the list finds a page of them soon.
const gatherLimit = 20_000

// driver is a way to all rows of one condition: an index of sign_in, and what to look up.
type driver struct {
	index, col string
	ids        []int64 // of words
	from, to   string  // of addresses, where there are no ids
	rows       int     // how many it leads to, about
}

// signPlan is a filter over sign-ins s compiled to SQL.
type signPlan struct {
	where
	// drive are the ways of the narrowest condition, whose rows together hold all
	// matches; nil where none is narrow.
	drive []driver
	rows  int // what drive leads to, about
	limit int // up to how many are gathered
	// since and before bound the ids, 0 for open.
	since, before int64
	never         bool // nothing matches
}

// planner compiles filters of one snapshot.
type planner struct {
	cache *Cache
	q     querier
	book  *wordList
	now   time.Time
	// gather is gatherLimit but in tests.
	gather int
}

func (c *Cache) planner(q querier) (*planner, error) {
	book, err := c.book(q)
	return &planner{c, q, book, c.cfg.Now(), c.gather}, err
}

func (p *planner) plan(f identity.Filter) (*signPlan, error) {
	out := &signPlan{rows: p.gather + 1, limit: p.gather}
	for _, t := range f.Terms {
		if err := p.term(out, t); err != nil {
			return nil, err
		}
	}
	for _, word := range f.Words {
		p.words(out, word, false)
	}
	return out, nil
}

// take keeps ways that lead to fewer rows than those known.
func (s *signPlan) take(ways []driver) {
	rows := 0
	for _, d := range ways {
		rows += d.rows
	}
	if rows < s.rows && len(ways) > 0 {
		s.drive, s.rows = ways, rows
	}
}

// set adds the condition that a column is one of the words.
func (s *signPlan) set(col, index string, set wordSet, not bool) {
	cond, args := inSet("s."+col, set.ids)
	if not {
		s.add("NOT "+cond, args...)
		return
	}
	s.add(cond, args...)
	if len(set.ids) == 0 {
		s.never = true
	}
	if index != "" && len(set.ids) > 0 {
		s.take([]driver{{index: index, col: col, ids: set.ids, rows: set.rows}})
	}
}

func inSet(col string, ids []int64) (string, []any) {
	switch len(ids) {
	case 0:
		return "0", nil
	case 1:
		return col + " = ?", []any{ids[0]}
	}
	return col + " IN (SELECT value FROM json_each(?))", []any{jsonInts(ids)}
}

func jsonInts(ids []int64) string {
	b, _ := json.Marshal(ids) // numbers always marshal
	return string(b)
}

func (p *planner) term(s *signPlan, t identity.Term) error {
	contains := func(w *word) bool {
		return slices.ContainsFunc(t.Values, func(v string) bool { return strings.Contains(w.lower, v) })
	}
	equals := func(w *word) bool {
		return slices.ContainsFunc(t.Values, func(v string) bool { return w.lower == v })
	}
	known := func(all []string) func(w *word) bool {
		return func(w *word) bool {
			return equals(w) || w.lower == "" && slices.Contains(t.Values, "none") ||
				slices.Contains(t.Values, identity.Other) && w.lower != "" && !slices.Contains(all, w.lower)
		}
	}
	switch t.Key {
	case identity.KeyText:
		p.words(s, t.Values[0], true)
	case identity.KeyUser:
		s.set("user", "sign_in_user", p.book.find(wordUser, contains), t.Not)
	case identity.KeyApp:
		s.set("app", "sign_in_app", p.book.find(wordApp, contains), t.Not)
	case identity.KeyCity:
		s.set("place", "sign_in_place", p.book.find(wordPlace, func(w *word) bool {
			return slices.ContainsFunc(t.Values, func(v string) bool { return strings.Contains(strings.ToLower(w.parts[0]), v) })
		}), t.Not)
	case identity.KeyCountry:
		s.set("country", "sign_in_country", p.book.find(wordCountry, equals), t.Not)
	case identity.KeyRisk, identity.KeyLevel:
		s.set("aggregated", "sign_in_risk", p.book.find(wordLevel, known(knownLevels)), t.Not)
	case identity.KeyState:
		s.set("state", "", p.book.find(wordState, known(knownStates)), t.Not)
	case identity.KeyClient:
		s.set("client", "", p.book.find(wordClient, contains), t.Not)
	case identity.KeyMFA:
		s.set("mfa", "", p.book.find(wordMFA, contains), t.Not)
	case identity.KeyAccess:
		s.set("access", "", p.book.find(wordAccess, equals), t.Not)
	case identity.KeyType:
		s.set("types", "", p.book.find(wordTypes, func(w *word) bool {
			return slices.ContainsFunc(w.parts, func(part string) bool {
				return slices.ContainsFunc(t.Values, func(v string) bool { return strings.EqualFold(part, v) })
			})
		}), t.Not)
	case identity.KeyIP:
		p.address(s, t)
	case identity.KeyResult:
		p.result(s, t)
	case identity.KeyIs:
		return p.flags(s, t)
	default:
		if !isSpan(t, identity.KeyAt) {
			return notHere(t.Key+t.Op, "sign-ins")
		}
		p.span(s, t)
	}
	return nil
}

func (p *planner) address(s *signPlan, t identity.Term) {
	var alts []string
	var args []any
	var ways []driver
	for _, v := range t.Values {
		alts, args = append(alts, "s.ip >= ? AND s.ip < ?"), append(args, v, v+"\U0010FFFF")
		ways = append(ways, p.addressWay(v))
	}
	cond := "(" + strings.Join(alts, " OR ") + ")"
	if t.Not {
		s.add("NOT "+cond, args...)
		return
	}
	s.add(cond, args...)
	s.take(ways)
}

// addressWay counts the addresses that begin so, up to what would be gathered.
func (p *planner) addressWay(prefix string) driver {
	d := driver{index: "sign_in_ip", col: "ip", from: prefix, to: prefix + "\U0010FFFF"}
	if err := p.q.one(`SELECT count(*) FROM (SELECT 1 FROM sign_in_week b CROSS JOIN sign_in s INDEXED BY sign_in_ip
    ON s.week = b.week AND s.ip >= ? AND s.ip < ? LIMIT ?)`, []any{d.from, d.to, p.gather + 1}, &d.rows); err != nil {
		d.rows = p.gather + 1 // the statement itself will tell what is wrong
	}
	return d
}

func (p *planner) result(s *signPlan, t identity.Term) {
	ids := make([]int64, len(identity.Interruptions))
	for i, c := range identity.Interruptions {
		ids[i] = int64(c)
	}
	var alts []string
	for _, v := range t.Values {
		switch v {
		case identity.ResultOK:
			alts = append(alts, "s.error = 0")
		case identity.ResultInterrupted:
			alts = append(alts, "s.error IN ("+strings.Trim(jsonInts(ids), "[]")+")")
		default:
			alts = append(alts, "s.error NOT IN (0,"+strings.Trim(jsonInts(ids), "[]")+")")
		}
	}
	cond := "(" + strings.Join(alts, " OR ") + ")"
	if t.Not {
		cond = "NOT " + cond
	}
	s.add(cond)
}

func (p *planner) flags(s *signPlan, t identity.Term) error {
	for _, v := range t.Values { // several flags are alternatives, which one: is no use; all must hold
		switch v {
		case "interactive":
			cond := "s.flags & 1 = 1"
			if t.Not {
				cond = "NOT " + cond
			}
			s.add(cond)
		case "high":
			high, err := p.cache.high.of(p.now, p.q)
			if err != nil {
				return err
			}
			s.set("user", "sign_in_user", p.book.find(wordUser, func(w *word) bool { return highUser(high, w) != "" }), t.Not)
		case "queued":
			ids, err := p.q.queuedSignIns()
			if err != nil {
				return err
			}
			s.set("id", "", wordSet{ids: ids}, t.Not)
		default:
			return notHere("is:"+v, "sign-ins")
		}
	}
	return nil
}

func (p *planner) span(s *signPlan, t identity.Term) {
	since, before := span(t, p.now)
	from, to := millisID(since), millisID(before)
	if t.Not {
		from, to = to, from
	}
	if from > 0 {
		s.since = max(s.since, from)
	}
	if to > 0 && (s.before == 0 || to < s.before) {
		s.before = to
	}
}

// words adds that a word occurs in the user, app, place or country of a row, or that the
// address begins with it.
func (p *planner) words(s *signPlan, text string, not bool) {
	low := strings.ToLower(strings.TrimSpace(text))
	var alts []string
	var args []any
	var ways []driver
	for _, k := range []struct {
		kind       int
		col, index string
	}{
		{wordUser, "user", "sign_in_user"},
		{wordApp, "app", "sign_in_app"},
		{wordCountry, "country", "sign_in_country"},
		{wordPlace, "place", "sign_in_place"},
	} {
		set := p.book.find(k.kind, func(w *word) bool { return strings.Contains(w.lower, low) })
		if len(set.ids) == 0 {
			continue
		}
		cond, a := inSet("s."+k.col, set.ids)
		alts, args = append(alts, cond), append(args, a...)
		ways = append(ways, driver{index: k.index, col: k.col, ids: set.ids, rows: set.rows})
	}
	if addressLike(low) {
		alts, args = append(alts, "s.ip >= ? AND s.ip < ?"), append(args, low, low+"\U0010FFFF")
		ways = append(ways, p.addressWay(low))
	}
	if len(alts) == 0 {
		alts = []string{"0"}
		s.never = s.never || !not
	}
	cond := "(" + strings.Join(alts, " OR ") + ")"
	if not {
		s.add("NOT "+cond, args...)
		return
	}
	s.add(cond, args...)
	s.take(ways)
}

// addressLike tells the beginning of an address from other words.
func addressLike(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdef.:") == ""
}

// highUser is why the user of a word matters.
func highUser(high map[string]string, w *word) string {
	if len(w.parts) < 2 {
		return ""
	}
	return cmp.Or(high[strings.ToLower(w.parts[0])], high[strings.ToLower(w.parts[1])])
}

// queuedSignIns are the ids of sign-ins with unfinished actions.
func (q querier) queuedSignIns() ([]int64, error) {
	var names []string
	err := q.each(`SELECT DISTINCT subject_id FROM outbox WHERE subject_kind = ? AND state NOT IN ('done', 'discarded')`,
		[]any{string(app.SubjectSignIn)}, func(scan func(...any) error) error {
			var s string
			err := scan(&s)
			names = append(names, s)
			return err
		})
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, n := range names {
		id, err := q.findSignIn(n)
		if err != nil {
			return nil, err
		}
		if id != 0 {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// findSignIn is the cache's id of a sign-in, 0 without one.
func (q querier) findSignIn(remote string) (id int64, err error) {
	err = q.each(`SELECT s.id, x.rest FROM sign_in_week b CROSS JOIN sign_in s INDEXED BY sign_in_hash ON s.week = b.week AND s.hash = ?
    JOIN sign_in_body x ON x.id = s.id`, []any{int64(hashOf(remote))}, // #nosec G115 -- a hash, not a number
		func(scan func(...any) error) error {
			var at int64
			var rest []byte
			var key string
			err := scan(&at, &rest)
			if unpack(rest, &key); strings.EqualFold(key, remote) {
				id = max(id, at)
			}
			return err
		})
	return id, err
}
