package data

import (
	"slices"
	"strings"
	"time"

	"watchfloor/app/identity"
)

// in adds alternatives: the column is one of the values, ignoring case.
func (w *where) in(col string, values []string) bool {
	for _, v := range values {
		w.add(col+" = ? COLLATE NOCASE", v)
	}
	return true
}

// part adds alternatives: a column contains one of the values.
func (w *where) part(cols []string, values []string) bool {
	for _, v := range values {
		for _, col := range cols {
			w.add(col+` LIKE ? ESCAPE '\'`, like(v))
		}
	}
	return true
}

// flag adds alternatives of is: out of those the list has.
func (w *where) flag(t identity.Term, has map[string]string) bool {
	for _, v := range t.Values {
		cond, ok := has[v]
		if !ok {
			return false
		}
		w.add(cond)
	}
	return true
}

// words adds levels or states, of which "other" are those this version does not know.
func (w *where) words(col string, values []string, known []string) bool {
	for _, v := range values {
		if v != identity.Other {
			if v == "none" {
				w.add(col + " = ''")
			}
			w.add(col+" = ? COLLATE NOCASE", v)
			continue
		}
		var marks []string
		var args []any
		for _, k := range append([]string{""}, known...) {
			marks, args = append(marks, "?"), append(args, k)
		}
		w.add("lower("+col+") NOT IN ("+strings.Join(marks, ", ")+")", args...)
	}
	return true
}

var (
	knownLevels = []string{"none", "low", "medium", "high", "hidden"}
	knownStates = []string{"none", "confirmedsafe", "remediated", "dismissed", "atrisk", "confirmedcompromised"}
)

// span is the range of times of a term: since inclusive, before exclusive; zero is open.
func span(t identity.Term, now time.Time) (since, before time.Time) {
	if len(t.Values) == 0 {
		return since, before
	}
	switch t.Key {
	case identity.KeyFrom, identity.KeyTo:
		day, err := time.Parse(time.DateOnly, t.Values[0])
		switch {
		case err != nil:
		case t.Key == identity.KeyFrom:
			since = day
		default:
			before = day.AddDate(0, 0, 1)
		}
		return since, before
	}
	if d, ok := identity.ParseSpan(t.Values[0]); ok {
		if t.Op == "<" {
			return now.Add(-d), before
		}
		before = now.Add(-d)
	}
	return since, before
}

// during adds the range of a term to a column of microseconds, or with ids of timed ids.
func (w *where) during(col string, ids bool, t identity.Term, now time.Time) bool {
	number := micros
	if ids {
		number = millisID
	}
	since, before := span(t, now)
	switch {
	case !since.IsZero():
		w.add(col+" >= ?", number(since))
	case !before.IsZero():
		w.add(col+" < ?", number(before))
	}
	return true
}

// isSpan reports terms about time, by the name that a list gives it.
func isSpan(t identity.Term, own string) bool {
	return slices.Contains([]string{own, identity.KeyAge, identity.KeyFrom, identity.KeyTo}, t.Key)
}
