package data

import (
	"context"
	"strconv"
	"strings"

	"watchfloor/app/identity"
)

// signSort is an order of the sign-ins by a word: its column, kind and index.
var signSorts = map[string]struct {
	col, index string
	kind       int
}{
	identity.ByUser:    {"user", "sign_in_user", wordUser},
	identity.ByApp:     {"app", "sign_in_app", wordApp},
	identity.ByCountry: {"country", "sign_in_country", wordCountry},
	identity.ByRisk:    {"aggregated", "sign_in_risk", wordLevel},
}

// SignIns implements identity.Reader.
func (r identities) SignIns(ctx context.Context, query identity.Query) (win identity.Window[identity.SignInRow], err error) {
	err = r.c.view(ctx, func(q querier) error {
		p, err := r.c.planner(q)
		if err != nil {
			return err
		}
		plan, err := p.plan(query.Filter)
		if err != nil {
			return err
		}
		text, args, err := plan.page(query)
		if err != nil {
			return err
		}
		if win, err = p.read(text, args, limitOf(query)); err != nil {
			return err
		}
		win.Total, win.Hidden, err = r.c.counts.of("sign-ins\x00"+query.Filter.String(), r.c.cfg.Now(), func() (int, int, error) { return p.count(plan) })
		return err
	})
	return win, err
}

// SignInsSQL is the statement that SignIns runs, for measuring it bare.
func (c *Cache) SignInsSQL(ctx context.Context, query identity.Query) (text string, args []any, err error) {
	err = c.view(ctx, func(q querier) error {
		p, err := c.planner(q)
		if err != nil {
			return err
		}
		plan, err := p.plan(query.Filter)
		if err == nil {
			text, args, err = plan.page(query)
		}
		return err
	})
	return text, args, err
}

// narrow reports that the matches are few enough to gather.
func (s *signPlan) narrow() bool { return len(s.drive) > 0 && s.rows <= s.limit }

// conds are the filter's conditions and the bounds of its time.
func (s *signPlan) conds() (string, []any) {
	w := where{conds: s.where.conds[:len(s.where.conds):len(s.where.conds)], args: s.args[:len(s.args):len(s.args)]}
	if s.since > 0 {
		w.add("s.id >= ?", s.since)
	}
	if s.before > 0 {
		w.add("s.id < ?", s.before)
	}
	if len(w.conds) == 0 {
		w.add("1")
	}
	return w.text(), w.args
}

// gathered is the set of ids that the narrowest condition leads to.
func (s *signPlan) gathered() (string, []any) {
	var parts []string
	var args []any
	for _, d := range s.drive {
		cond := "s." + d.col + " >= ? AND s." + d.col + " < ?"
		a := []any{d.from, d.to}
		if d.ids != nil {
			cond, a = inSet("s."+d.col, d.ids)
		}
		weeks := ""
		if s.since > 0 {
			weeks, a = " AND b.week >= ?", append(a, weekOf(s.since))
		}
		if s.before > 0 {
			weeks, a = weeks+" AND b.week <= ?", append(a, weekOf(s.before))
		}
		parts = append(parts, "SELECT s.id FROM sign_in_week b CROSS JOIN sign_in s INDEXED BY "+d.index+" ON s.week = b.week AND "+cond+weeks)
		args = append(args, a...)
	}
	return "s.id IN (" + strings.Join(parts, " UNION ALL ") + ")", args
}

// page builds the statement of a window.
func (s *signPlan) page(q identity.Query) (string, []any, error) {
	down := q.Down
	if q.Sort == "" {
		q.Sort, down = identity.ByTime, !q.Down
	}
	var value any
	var id, word int64
	if q.After != "" {
		v, key, err := cutCursor(q.After)
		if err != nil {
			return "", nil, err
		}
		first, second, _ := strings.Cut(key, ".")
		id, err = strconv.ParseInt(first, 10, 64)
		if err == nil && second != "" {
			word, err = strconv.ParseInt(second, 10, 64)
		}
		if err != nil {
			return "", nil, notHere("place "+q.After, "sign-ins")
		}
		value = v
	}
	after := q.After != ""
	switch sort, byWord := signSorts[q.Sort]; {
	case byWord:
		text, args := s.byWord(sort.col, sort.index, sort.kind, down, after, value, word, id, limitOf(q)+1)
		return text, args, nil
	case q.Sort == identity.ByTime:
		text, args := s.byTime(down, after, id, limitOf(q)+1)
		return text, args, nil
	case q.Sort == identity.ByIP:
		text, args := s.byAddress(down, after, value, id, limitOf(q)+1)
		return text, args, nil
	}
	return "", nil, notHere("order by "+q.Sort, "sign-ins")
}

const signInBody = `, x.rest FROM sign_in s JOIN sign_in_body x ON x.id = s.id WHERE s.id IN (`

func (s *signPlan) byTime(down, after bool, id int64, limit int) (string, []any) {
	cond, args := s.conds()
	if s.narrow() {
		in, a := s.gathered()
		cond, args = cond+" AND "+in, append(args, a...)
	}
	dir, next := " ASC", " AND s.id > ?"
	if down {
		dir, next = " DESC", " AND s.id < ?"
	}
	if after {
		cond, args = cond+next, append(args, id)
	}
	return "SELECT 0, 0, " + signInColumns + signInBody + "SELECT s.id FROM sign_in s WHERE " + cond + " ORDER BY s.id" + dir + " LIMIT ?) ORDER BY s.id" + dir,
		append(args, limit)
}

// byWord orders by the text of a word: from the matches where they are few, and else word
// by word and week by week, so that the page ends the walk.
func (s *signPlan) byWord(col, index string, kind int, down, after bool, value any, word, id int64, limit int) (string, []any) {
	cond, args := s.conds()
	from := "identity_word w CROSS JOIN sign_in_week b CROSS JOIN sign_in s INDEXED BY " + index + " ON s.week = b.week AND s." + col + " = w.id"
	by := "w.sort ASC, w.id ASC, b.week DESC, s.id DESC"
	if down {
		by = "w.sort DESC, w.id DESC, b.week DESC, s.id DESC"
	}
	if s.narrow() {
		in, a := s.gathered()
		from, cond, args = "sign_in s CROSS JOIN identity_word w ON w.id = s."+col, cond+" AND "+in, append(args, a...)
		by = strings.Replace(by, "b.week DESC, ", "", 1)
	}
	cond, args = cond+" AND w.kind = ?", append(args, kind)
	if after {
		bound, beyond := ">=", ">"
		if down {
			bound, beyond = "<=", "<"
		}
		cond += " AND w.sort " + bound + " ? AND (w.sort " + beyond + " ? OR w.id " + beyond + " ? OR w.id = ? AND s.id < ?)"
		args = append(args, value, value, word, word, id)
	}
	outer := "x2.sort, x2.word, s.id DESC"
	if down {
		outer = "x2.sort DESC, x2.word DESC, s.id DESC"
	}
	return "SELECT x2.sort, x2.word, " + signInColumns + ", x.rest FROM (SELECT s.id AS id, w.sort AS sort, w.id AS word FROM " + from +
		" WHERE " + cond + " ORDER BY " + by + " LIMIT ?) x2 CROSS JOIN sign_in s ON s.id = x2.id CROSS JOIN sign_in_body x ON x.id = s.id ORDER BY " + outer, append(args, limit)
}

// byAddress orders by the address, which is no word: the first rows of each week, merged.
func (s *signPlan) byAddress(down, after bool, value any, id int64, limit int) (string, []any) {
	cond, args := s.conds()
	dir := " ASC"
	if down {
		dir = " DESC"
	}
	if after {
		bound, beyond := ">=", ">"
		if down {
			bound, beyond = "<=", "<"
		}
		cond += " AND s.ip " + bound + " ? AND (s.ip " + beyond + " ? OR s.id < ?)"
		args = append(args, value, value, id)
	}
	if s.narrow() {
		in, a := s.gathered()
		inner := "SELECT s.id FROM sign_in s WHERE " + cond + " AND " + in + " ORDER BY s.ip" + dir + ", s.id DESC LIMIT ?"
		return "SELECT s.ip, 0, " + signInColumns + signInBody + inner + ") ORDER BY s.ip" + dir + ", s.id DESC", append(append(args, a...), limit)
	}
	// A correlated list of each week's best: its index gives them in order.
	inner := "SELECT j.value FROM sign_in_week b CROSS JOIN json_each((SELECT json_group_array(id) FROM (SELECT s.id AS id FROM sign_in s INDEXED BY sign_in_ip WHERE s.week = b.week AND " +
		cond + " ORDER BY s.ip" + dir + ", s.id DESC LIMIT ?))) j"
	return "SELECT s.ip, 0, " + signInColumns + signInBody + inner + ") ORDER BY s.ip" + dir + ", s.id DESC LIMIT ?", append(args, limit, limit)
}

// read reads the rows of a statement that page built.
func (p *planner) read(text string, args []any, limit int) (win identity.Window[identity.SignInRow], err error) {
	high, err := p.cache.high.of(p.now, p.q)
	if err != nil {
		return win, err
	}
	queued, err := p.q.queuedByID()
	if err != nil {
		return win, err
	}
	var last string
	err = p.q.each(text, args, func(scan func(...any) error) error {
		var sort any
		var word, types int64
		var r signInRow
		var rest []byte
		if err := scan(append(append([]any{&sort, &word}, r.dest(&types)...), &rest)...); err != nil {
			return err
		}
		if len(win.Rows) == limit {
			win.Next = last
			return nil
		}
		row := identity.SignInRow{SignIn: readSignIn(r, types, rest, p.book)}
		if w := p.book.byID[r.words[atUser]]; w != nil {
			row.High = highUser(high, w)
		}
		row.Queued = queued[strings.ToLower(row.ID)]
		win.Rows = append(win.Rows, row)
		last = cursorOf(sort, strconv.FormatInt(r.id, 10)+"."+strconv.FormatInt(word, 10))
		return nil
	})
	return win, err
}

// queuedByID counts unfinished actions by the sign-in they are on, in lower case.
func (q querier) queuedByID() (map[string]int, error) {
	out := map[string]int{}
	err := q.each(`SELECT lower(subject_id), count(*) FROM outbox WHERE subject_kind = 'sign-in' AND state NOT IN ('done', 'discarded')
    GROUP BY 1`, nil, func(scan func(...any) error) error {
		var id string
		var n int
		err := scan(&id, &n)
		out[id] = n
		return err
	})
	return out, err
}
