package data

import (
	"strconv"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// moment is what a filter's words about time and people stand for.
type moment struct {
	me   string
	now  time.Time
	zone *time.Location
	then time.Time // of the filter's openat:, else now
}

func momentOf(q triage.Query, now time.Time) moment {
	m := moment{me: q.Me, now: now, zone: q.Zone, then: now}
	if m.zone == nil {
		m.zone = time.Local
	}
	for _, t := range q.Filter.Terms {
		if t.Key == triage.OpenAt && !t.Not {
			if at, ok := triage.Instant(t.Values[0], m.zone); ok {
				m.then = at
			}
			break
		}
	}
	return m
}

// day is the condition of created:, closed: and acked:.
func (m moment) day(column, v string) (string, []any) {
	from, to, ok := triage.DayRange(v, m.zone)
	if !ok {
		return "0", nil
	}
	return "(" + column + " >= ? AND " + column + " < ? AND " + column + " > 0)", []any{micros(from), micros(to)}
}

// age is the condition of agethen<4h and agethen>4h; the latter includes 4 hours.
func (m moment) age(t triage.Term, v string) (string, []any) {
	span, _ := triage.ParseSpan(v)
	limit := micros(m.then.Add(-span))
	if t.Op == triage.More {
		return "i.id <= ?", []any{limit}
	}
	return "i.id > ?", []any{limit}
}

// turned selects from change c the rows that make the past of an incident more than its
// creation and its last close. It is the condition of the index change_turn.
const turned = `(c.field = 'deleted' OR c.field = 'status' AND (c.was IN ('Closed', 'Merged') OR c.now = 'Merged'))`

// took reports of change c that it took effect: it came from the source, or from an
// action that was not taken back.
const took = `(c.origin <> 'action' OR EXISTS (SELECT 1 FROM outbox o
    WHERE o.incident_id = c.incident_id AND o.created = c.at AND o.state <> 'discarded'))`

// Statuses as SQL text.
var (
	closed     = strconv.Itoa(int(app.StatusClosed))
	redirected = strconv.Itoa(int(app.StatusRedirected))
)

// openAt is the condition that an incident i was open just before an instant.
// metrics.Life.Spans says the same of one that was read.
func openAt(at time.Time) (string, []any) {
	t := micros(at)
	return `(i.id < ? AND NOT (i.status = ` + closed + ` AND i.closed_at < ?) AND CASE
    WHEN NOT EXISTS (SELECT 1 FROM change c WHERE c.incident_id = i.id AND ` + turned + `) THEN i.deleted = 0 AND i.status <> ` + redirected + `
    ELSE coalesce(
        (SELECT c.now FROM change c WHERE c.incident_id = i.id AND c.field = 'status' AND c.at < ? AND ` + took + ` ORDER BY c.id DESC LIMIT 1),
        (SELECT c.was FROM change c WHERE c.incident_id = i.id AND c.field = 'status' AND ` + took + ` ORDER BY c.id LIMIT 1),
        CASE i.status WHEN ` + redirected + ` THEN 'Merged' ELSE '' END) NOT IN ('Closed', 'Merged')
      AND coalesce((SELECT c.now FROM change c WHERE c.incident_id = i.id AND c.field = 'deleted' AND c.at < ? ORDER BY c.id DESC LIMIT 1), 'no') = 'no'
    END)`, []any{t, t, t, t}
}
