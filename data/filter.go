package data

import (
	"fmt"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// where is a filter compiled to SQL over incident i: conditions joined by AND, with
// their arguments. Values never become part of the text.
type where struct {
	conds []string
	args  []any
	// match is the FTS5 query of the words that must occur, "" without.
	match string
}

func (w *where) add(cond string, args ...any) {
	w.conds = append(w.conds, cond)
	w.args = append(w.args, args...)
}

func (w *where) text() string { return strings.Join(w.conds, " AND ") }

// compile turns a query's filter into SQL. Merged and deleted incidents stay hidden
// unless the filter names their status.
func compile(q triage.Query, now time.Time) where {
	var w where
	w.add("i.shadow = 0")
	seesAll := false
	for _, t := range q.Filter.Terms {
		if t.Key == triage.Status && !t.Not {
			for _, v := range t.Values {
				seesAll = seesAll || v == "any" || v == "merged"
			}
		}
	}
	if !seesAll {
		w.add("i.deleted = 0 AND i.status <> ?", app.StatusRedirected)
	}
	if !q.Until.IsZero() {
		w.add("i.stored <= ?", micros(q.Until))
	}
	m := momentOf(q, now)
	for _, t := range q.Filter.Terms {
		w.term(t, m)
	}
	return w
}

func (w *where) term(t triage.Term, m moment) {
	if t.Key == triage.Words && !t.Not {
		if words := match(t.Values[0]); words != "" {
			if w.match != "" {
				w.match += " AND "
			}
			w.match += words
		}
		return
	}
	var alts []string
	var args []any
	for _, v := range t.Values {
		cond, a := condition(t, v, m)
		alts = append(alts, cond)
		args = append(args, a...)
	}
	cond := strings.Join(alts, " OR ")
	switch {
	case t.Not:
		cond = "NOT (" + cond + ")"
	case len(alts) > 1:
		cond = "(" + cond + ")"
	}
	w.add(cond, args...)
}

// condition is one value of one term.
func condition(t triage.Term, v string, m moment) (string, []any) {
	switch t.Key {
	case triage.Words:
		if words := match(v); words != "" {
			return "i.id IN (SELECT rowid FROM search WHERE search MATCH ?)", []any{words}
		}
		return "0", nil
	case triage.Status:
		switch v {
		case "open":
			return "i.open = 1", nil
		case "any":
			return "1", nil
		}
		return "i.status = ?", []any{triage.StatusOf(v)}
	case triage.Severity:
		return "i.severity = ?", []any{app.ParseSeverity(v)}
	case triage.Owner:
		switch v {
		case "none":
			return "(i.owner_upn = '' AND i.owner_name = '' AND i.owner_oid = '')", nil
		case "me":
			return "(i.owner_upn <> '' AND lower(i.owner_upn) = ?)", []any{strings.ToLower(m.me)}
		}
		part := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(v) + "%"
		return `(i.owner_upn LIKE ? ESCAPE '\' OR i.owner_name LIKE ? ESCAPE '\')`, []any{part, part}
	case triage.Tag:
		return "EXISTS (SELECT 1 FROM json_each(i.tags) WHERE lower(value) = ?)", []any{v}
	case triage.Source:
		return "(i.source = ? OR i.id IN (SELECT twin_id FROM incident WHERE shadow = 1 AND source = ?))", []any{v, v}
	case triage.Product:
		return "instr(i.products, ?) > 0", []any{v}
	case triage.Tactic:
		return "instr(i.tactics, ?) > 0", []any{v}
	case triage.Rule:
		return `EXISTS (SELECT 1 FROM incident_text x, json_each(x.lists, '$.rules') r
    WHERE x.incident_id IN (i.id, i.twin_id) AND lower(r.value) = ?)`, []any{v}
	case triage.Entity:
		return `i.id IN (SELECT CASE WHEN s.shadow = 1 THEN s.twin_id ELSE s.id END FROM entity e
    JOIN incident_entity l ON l.entity_id = e.id JOIN incident s ON s.id = l.incident_id WHERE e.key = ?)`, []any{v}
	case triage.Number:
		return "(i.number = ? OR i.id IN (SELECT twin_id FROM incident WHERE shadow = 1 AND number = ?))", []any{v, v}
	case triage.Age, triage.Updated:
		span, _ := triage.ParseSpan(v)
		col, op := "i.id", ">" // id follows creation, and is the cheaper column
		if t.Key == triage.Updated {
			col = "i.modified"
		}
		if t.Op == triage.More {
			op = "<"
		}
		return fmt.Sprintf("%s %s ?", col, op), []any{micros(m.now.Add(-span))}
	case triage.Created:
		return m.day("i.id", v)
	case triage.Closed:
		return m.day("i.closed_at", v)
	case triage.Acked:
		return m.day("i.acked_at", v)
	case triage.OpenAt:
		if at, ok := triage.Instant(v, m.zone); ok {
			return openAt(at)
		}
	case triage.AgeThen:
		return m.age(t, v)
	case triage.Is:
		switch v {
		case "queued":
			return "i.queued > 0", nil
		case "conflict":
			return "i.conflict = 1", nil
		case "twin":
			return "i.twin_id IS NOT NULL", nil
		case "highvalue":
			return "i.weight > 0", nil
		case "disagree":
			return "(i.twin_id IS NOT NULL AND EXISTS (SELECT 1 FROM incident t WHERE t.id = i.twin_id AND " + disagree + "))", nil
		}
	}
	return "0", nil
}

// disagree compares an incident i with its twin t. One follows the other within minutes,
// so it is no disagreement while an action is on its way or one of them changed less
// than ten minutes before the last sync.
const disagree = `((t.status <> i.status OR t.severity <> i.severity OR lower(t.owner_upn) <> lower(i.owner_upn))
    AND i.queued = 0 AND t.queued = 0
    AND max(i.modified, t.modified) < (SELECT max(last_success) FROM cursor WHERE ` + ofIncidents + `) - 600000000)`
