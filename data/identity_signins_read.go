package data

import (
	"context"

	"watchfloor/app/identity"
)

// count counts matches and the rest, each at most CountLimit.
func (p *planner) count(s *signPlan) (total, hidden int, err error) {
	var all int
	if err := p.q.one(`SELECT coalesce(sum(rows), 0) FROM sign_in_week`, nil, &all); err != nil {
		return 0, 0, err
	}
	cond, args := s.conds()
	if s.narrow() {
		in, a := s.gathered()
		cond, args = cond+" AND "+in, append(args, a...)
	}
	switch {
	case s.never:
	case cond == "1":
		return min(all, identity.CountLimit), 0, nil
	default:
		if err := p.q.one("SELECT count(*) FROM (SELECT 1 FROM sign_in s WHERE "+cond+" LIMIT ?)", append(args, identity.CountLimit), &total); err != nil {
			return 0, 0, err
		}
	}
	if total < identity.CountLimit {
		return total, min(all-total, identity.CountLimit), nil
	}
	cond, args = s.conds()
	err = p.q.one("SELECT count(*) FROM (SELECT 1 FROM sign_in s WHERE NOT ("+cond+") LIMIT ?)", append(args, identity.CountLimit), &hidden)
	return total, hidden, err
}

// SignIn implements identity.Reader.
func (r identities) SignIn(ctx context.Context, remote string) (row identity.SignInRow, err error) {
	err = r.c.view(ctx, func(q querier) error {
		id, err := q.findSignIn(remote)
		if err != nil {
			return err
		}
		if id == 0 {
			return unknownIdentity("sign-in")
		}
		p, err := r.c.planner(q)
		if err != nil {
			return err
		}
		win, err := p.read("SELECT 0, 0, "+signInColumns+", x.rest FROM sign_in s JOIN sign_in_body x ON x.id = s.id WHERE s.id = ?", []any{id}, 1)
		if err != nil || len(win.Rows) == 0 {
			return err
		}
		row = win.Rows[0]
		var raw []byte
		if err := q.one(`SELECT raw FROM sign_in_body WHERE id = ?`, []any{id}, &raw); err != nil {
			return err
		}
		row.Raw, err = expand(raw)
		return err
	})
	return row, err
}
