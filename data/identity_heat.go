package data

import (
	"context"
	"strings"
	"time"

	"watchfloor/app/identity"
)

// Heat implements identity.Reader.
func (r identities) Heat(ctx context.Context, f identity.Filter, top int) (h identity.Heat, err error) {
	now := r.c.cfg.Now()
	cells := map[identity.Cell]int{}
	var first, last time.Time
	err = r.c.view(ctx, func(q querier) error {
		text, args, err := heatSQL(f, now)
		if err != nil {
			return err
		}
		return q.each(text, args, func(scan func(...any) error) error {
			var k identity.Cell
			var n int
			var from, to int64
			if err := scan(&k.Type, &k.Country, &n, &from, &to); err != nil {
				return err
			}
			cells[k] += n
			if at := when(from); first.IsZero() || at.Before(first) {
				first = at
			}
			if at := when(to); at.After(last) {
				last = at
			}
			return nil
		})
	})
	h = identity.Table(cells, top)
	h.From, h.To = first, last
	return h, err
}

// heatSQL counts by type and country: from the counters by day where the filter names
// only types, countries and whole days, and from the detections otherwise.
func heatSQL(f identity.Filter, now time.Time) (string, []any, error) {
	if w, ok := dayWhere(f); ok {
		text := `SELECT type, country, sum(n), min(day) * 86400000000, (max(day) + 1) * 86400000000 - 1 FROM identity_heat`
		if len(w.conds) > 0 {
			text += " WHERE " + w.text()
		}
		return text + " GROUP BY type, country", w.args, nil
	}
	w, err := detectionList.where(f, now)
	if err != nil {
		return "", nil, err
	}
	return "SELECT d.type, d.country, count(*), min(d.at), max(d.at) FROM detection d WHERE " + w.text() + " GROUP BY d.type COLLATE BINARY, d.country COLLATE BINARY", w.args, nil
}

func dayWhere(f identity.Filter) (w where, ok bool) {
	if len(f.Words) > 0 {
		return w, false
	}
	for _, t := range f.Terms {
		var one where
		switch t.Key {
		case identity.KeyType:
			one.in("type", t.Values)
		case identity.KeyCountry:
			one.in("country", t.Values)
		case identity.KeyFrom, identity.KeyTo:
			since, before := span(t, time.Time{})
			if !since.IsZero() {
				one.add("day >= ?", micros(since)/dayMicros)
			}
			if !before.IsZero() {
				one.add("day < ?", micros(before)/dayMicros)
			}
		default:
			return w, false
		}
		cond := "(" + strings.Join(one.conds, " OR ") + ")"
		if t.Not {
			cond = "NOT " + cond
		}
		w.add(cond, one.args...)
	}
	return w, true
}
