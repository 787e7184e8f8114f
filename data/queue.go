package data

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

var _ triage.Queue = (*Cache)(nil)

// countCap bounds how far Count counts matches.
const countCap = 10_000

const rowColumns = `i.id, i.source, i.remote_id, i.number, i.title, i.severity, i.status, i.owner_upn, i.owner_name, i.owner_oid,
    i.score, CASE WHEN i.entities = '' THEN coalesce(t.entities, '') ELSE i.entities END, i.alert_count, i.created, i.modified,
    i.tags, i.queued + coalesce(t.queued, 0), i.conflict OR coalesce(t.conflict, 0), i.deleted, coalesce(t.number, ''),
    coalesce(t.source, ''), coalesce(t.remote_id, ''), coalesce(` + disagree + `, 0), i.weight, ` + highReasons

// highReasons says why people or hosts of incident i matter.
const highReasons = `CASE WHEN i.weight = 0 THEN '' ELSE coalesce((SELECT group_concat(high, '; ') FROM (SELECT DISTINCT a.high AS high
    FROM incident_entity l JOIN entity_account a ON a.entity_id = l.entity_id
    WHERE l.incident_id IN (i.id, i.twin_id) AND a.weight > 0 ORDER BY a.high)), '') END`

func scanRow(scan func(...any) error) (triage.Row, error) {
	var r triage.Row
	var owner app.Owner
	var score sql.NullInt64
	var created, modified int64
	var tags string
	err := scan(&r.ID, &r.Ref.Source, &r.Ref.ID, &r.Number, &r.Title, &r.Severity, &r.Status, &owner.UPN, &owner.Name,
		&owner.ObjectID, &score, &r.Entities, &r.Alerts, &created, &modified, &tags, &r.Queued, &r.Conflict, &r.Deleted,
		&r.Twin, &r.TwinRef.Source, &r.TwinRef.ID, &r.Disagree, &r.Weight, &r.High)
	r.Owner, r.OwnerUPN = owner.Label(), owner.UPN
	r.Created, r.Modified, r.Tags = when(created), when(modified), parseList(tags)
	if score.Valid {
		n := int(score.Int64)
		r.Score = &n
	}
	return r, err
}

// order is an order of the queue: the key that keyset paging continues from.
type order struct {
	by   string // SQL of ORDER BY
	next string // condition for rows behind the last one
	args func(r triage.Row) []any
}

func orderOf(s triage.Sort) order {
	switch s {
	case triage.BySeverity:
		return order{
			"i.severity DESC, i.id DESC", "(i.severity, i.id) < (?, ?)",
			func(r triage.Row) []any { return []any{r.Severity, r.ID} },
		}
	case triage.ByModified:
		return order{
			"i.modified DESC, i.id DESC", "(i.modified, i.id) < (?, ?)",
			func(r triage.Row) []any { return []any{micros(r.Modified), r.ID} },
		}
	case triage.ByScore:
		return order{
			"coalesce(i.score, -1) + i.weight DESC, i.id DESC", "(coalesce(i.score, -1) + i.weight, i.id) < (?, ?)",
			func(r triage.Row) []any { return []any{r.Rank(), r.ID} },
		}
	}
	return order{"i.id DESC", "i.id < ?", func(r triage.Row) []any { return []any{r.ID} }}
}

// windowSQL builds the statement of a window: ids first, from narrow indexes, then
// the rows of those ids only.
func windowSQL(q triage.Query, now time.Time) (string, []any) {
	w, o := compile(q, now), orderOf(q.Sort)
	if q.After != nil {
		w.add(o.next, o.args(*q.After)...)
	}
	var b strings.Builder
	var args []any
	b.WriteString("SELECT " + rowColumns + " FROM incident i LEFT JOIN incident t ON t.id = i.twin_id WHERE i.id IN (SELECT i.id FROM ")
	if w.match != "" {
		b.WriteString("search CROSS JOIN incident i ON i.id = search.rowid WHERE search MATCH ? AND ")
		args = append(args, w.match)
	} else {
		b.WriteString("incident i WHERE ")
	}
	b.WriteString(w.text() + " ORDER BY ")
	by := o.by
	if w.match != "" && (q.Sort == triage.ByCreated || q.Sort == "") {
		by = "search.rowid DESC" // FTS5 walks its lists backwards, no sorting
	}
	b.WriteString(by + " LIMIT ?) ORDER BY " + o.by)
	return b.String(), append(append(args, w.args...), q.Limit+1)
}

// WindowSQL is the statement that Window runs, for measuring it bare.
func (c *Cache) WindowSQL(q triage.Query) (text string, args []any) { return windowSQL(q, c.cfg.Now()) }

// Window implements triage.Queue.
func (c *Cache) Window(ctx context.Context, q triage.Query) (triage.Window, error) {
	if q.Limit <= 0 {
		q.Limit = 50
	}
	text, args := windowSQL(q, c.cfg.Now())
	var win triage.Window
	err := c.view(ctx, func(qr querier) error {
		return qr.each(text, args, func(scan func(...any) error) error {
			r, err := scanRow(scan)
			win.Rows = append(win.Rows, r)
			return err
		})
	})
	if len(win.Rows) > q.Limit {
		win.Rows, win.More = win.Rows[:q.Limit], true
	}
	return win, err
}

func countSQL(q triage.Query, now time.Time, limit int) (string, []any) {
	w := compile(q, now)
	from := "incident i"
	var args []any
	if w.match != "" {
		from = "search CROSS JOIN incident i ON i.id = search.rowid"
		w.conds = append([]string{"search MATCH ?"}, w.conds...)
		args = append(args, w.match)
	}
	return "SELECT count(*) FROM (SELECT 1 FROM " + from + " WHERE " + w.text() + " LIMIT ?)", append(append(args, w.args...), limit)
}

// Count implements triage.Queue.
func (c *Cache) Count(ctx context.Context, q triage.Query) (n triage.Counts, err error) {
	err = c.view(ctx, func(qr querier) error {
		text, args := countSQL(q, c.cfg.Now(), countCap+1)
		if err := qr.one(text, args, &n.Match); err != nil {
			return err
		}
		if n.Match > countCap {
			n.Match, n.Capped = countCap, true
		}
		n.Open, n.Total, err = c.totals.read(c.cfg.Now(), qr)
		return err
	})
	return n, err
}

// totals remembers the figures that do not depend on a filter, because counting them
// walks an index and every view asks for them.
type totals struct {
	mu          sync.Mutex
	at          time.Time // zero: not known
	open, total int
}

// totalsLast is how long totals are believed when this process wrote nothing: another
// one may have.
const totalsLast = 10 * time.Second

// forget makes the next read count again.
func (t *totals) forget() {
	t.mu.Lock()
	t.at = time.Time{}
	t.mu.Unlock()
}

func (t *totals) read(now time.Time, q querier) (open, total int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.at.IsZero() && now.Sub(t.at).Abs() < totalsLast {
		return t.open, t.total, nil
	}
	if err := q.one(`SELECT count(*) FROM incident WHERE shadow = 0 AND deleted = 0 AND open = 1`, nil, &t.open); err != nil {
		return 0, 0, err
	}
	if err := q.one(`SELECT count(*) FROM incident WHERE shadow = 0`, nil, &t.total); err != nil {
		return 0, 0, err
	}
	t.at = now
	return t.open, t.total, nil
}

// Arrived implements triage.Queue.
func (c *Cache) Arrived(ctx context.Context, q triage.Query, since time.Time) (n int, err error) {
	q.Until = time.Time{}
	w := compile(q, c.cfg.Now())
	w.add("i.stored > ?", micros(since))
	from := "incident i INDEXED BY incident_stored"
	if w.match != "" {
		w.add("i.id IN (SELECT rowid FROM search WHERE search MATCH ?)", w.match)
	}
	err = c.view(ctx, func(qr querier) error {
		return qr.one("SELECT count(*) FROM "+from+" WHERE "+w.text(), w.args, &n)
	})
	return n, err
}

// Row implements triage.Queue.
func (c *Cache) Row(ctx context.Context, id int64) (r triage.Row, err error) {
	err = c.view(ctx, func(qr querier) error {
		r, err = qr.queueRow(id)
		return err
	})
	return r, err
}

// queueRow reads a row by id; a shadow answers with the row that stands for it.
func (q querier) queueRow(id int64) (triage.Row, error) {
	return scanRow(func(dest ...any) error {
		return q.one("SELECT "+rowColumns+` FROM incident i LEFT JOIN incident t ON t.id = i.twin_id
    WHERE i.id = (SELECT CASE WHEN shadow = 1 THEN twin_id ELSE id END FROM incident WHERE id = ?)`, []any{id}, dest...)
	})
}

// Find implements triage.Queue.
func (c *Cache) Find(ctx context.Context, number string) (id int64, err error) {
	number = strings.TrimPrefix(strings.TrimSpace(number), "#")
	err = c.view(ctx, func(q querier) error {
		return q.one(`SELECT CASE WHEN shadow = 1 THEN twin_id ELSE id END FROM incident
    WHERE number = ?1 OR remote_id = ?1 ORDER BY shadow, id DESC LIMIT 1`, []any{number}, &id)
	})
	return id, err
}
