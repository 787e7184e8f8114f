package data

import (
	"context"
	"database/sql"
	"errors"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/report"
)

var _ report.HandoverStore = (*Cache)(nil)

// Handover implements report.HandoverStore. What it reads lies in narrow indexes, and
// rows only of what is listed.
func (c *Cache) Handover(ctx context.Context, p report.Period, limit int) (report.Handover, error) {
	if limit <= 0 {
		limit = report.ListLimit
	}
	h := report.Handover{Period: p, Limit: limit, Classified: map[app.Classification]int{}}
	err := c.view(ctx, func(q querier) error {
		for _, read := range []func(querier, *report.Handover) error{handoverFigures, handoverOpen, handoverClosed, handoverActions, handoverSources} {
			if err := read(q, &h); err != nil {
				return err
			}
		}
		return nil
	})
	return h, err
}

func handoverFigures(q querier, h *report.Handover) error {
	from, to := micros(h.From), micros(h.To)
	tally := func(into *report.BySeverity, text string, args ...any) error {
		return q.each(text, args, func(scan func(...any) error) error {
			var sev, n int
			err := scan(&sev, &n)
			into[max(0, min(sev, int(app.High)))] += n
			return err
		})
	}
	// An id follows the creation time, so its range is a range of time.
	const arrived = `SELECT severity, count(*) FROM incident WHERE id >= ? AND id < ? AND shadow = 0 AND deleted = 0 AND status <> ?`
	if err := tally(&h.Arrived, arrived+` GROUP BY severity`, from, to, app.StatusRedirected); err != nil {
		return err
	}
	if err := tally(&h.StillOpen, arrived+` AND open = 1 GROUP BY severity`, from, to, app.StatusRedirected); err != nil {
		return err
	}
	err := q.each(`SELECT severity, count(*), sum(owner_upn = '' AND owner_name = '' AND owner_oid = '') FROM incident INDEXED BY incident_open
    WHERE shadow = 0 AND deleted = 0 AND open = 1 GROUP BY severity`, nil, func(scan func(...any) error) error {
		var sev, open, unowned int
		err := scan(&sev, &open, &unowned)
		sev = max(0, min(sev, int(app.High)))
		h.OpenNow[sev] += open
		h.Unowned[sev] += unowned
		return err
	})
	if err != nil {
		return err
	}
	return q.each(`SELECT severity, classification, count(*) FROM incident `+closedWithin+` GROUP BY severity, classification`, []any{from, to, app.StatusClosed},
		func(scan func(...any) error) error {
			var sev, n int
			var class app.Classification
			err := scan(&sev, &class, &n)
			h.Closed[max(0, min(sev, int(app.High)))] += n
			h.Classified[class] += n
			return err
		})
}

// closedWithin finds by the time of closing; a plus keeps another index from being
// taken, which would walk every incident.
const closedWithin = `WHERE closed_at >= ? AND closed_at < ? AND closed_at > 0 AND +shadow = 0 AND +deleted = 0 AND +status = ?`

func handoverOpen(q querier, h *report.Handover) error {
	const urgent = `(i.owner_upn = '' AND i.owner_name = '' AND i.owner_oid = '') DESC, i.severity DESC, i.id DESC`
	err := q.each(`SELECT `+rowColumns+` FROM incident i LEFT JOIN incident t ON t.id = i.twin_id WHERE i.id IN
    (SELECT id FROM incident i INDEXED BY incident_open WHERE shadow = 0 AND deleted = 0 AND open = 1 ORDER BY `+urgent+` LIMIT ?)
    ORDER BY `+urgent,
		[]any{h.Limit}, func(scan func(...any) error) error {
			r, err := scanRow(scan)
			h.Open = append(h.Open, report.OpenCase{Row: r})
			return err
		})
	if err != nil {
		return err
	}
	for i := range h.Open {
		var m app.Comment
		var created int64
		err := q.one(`SELECT remote_id, author, text, created, pending FROM comment
    WHERE incident_id IN (SELECT id FROM incident WHERE id = ?1 UNION SELECT twin_id FROM incident WHERE id = ?1) ORDER BY created DESC, remote_id LIMIT 1`,
			[]any{h.Open[i].ID}, &m.ID, &m.Author, &m.Text, &created, &m.Pending)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		m.Created = when(created)
		h.Open[i].Last = &m
	}
	return nil
}

func handoverClosed(q querier, h *report.Handover) error {
	err := q.each(`SELECT `+rowColumns+`, i.classification, i.determination, i.closed_at FROM incident i LEFT JOIN incident t ON t.id = i.twin_id WHERE i.id IN
    (SELECT id FROM incident `+closedWithin+` ORDER BY closed_at DESC, id DESC LIMIT ?) ORDER BY i.closed_at DESC, i.id DESC`,
		[]any{micros(h.From), micros(h.To), app.StatusClosed, h.Limit}, func(scan func(...any) error) error {
			var x report.ClosedCase
			var at int64
			r, err := scanRow(func(dest ...any) error { return scan(append(dest, &x.Classification, &x.Determination, &at)...) })
			x.Row, x.At = r, when(at)
			h.ClosedCases = append(h.ClosedCases, x)
			return err
		})
	return err
}

func handoverActions(q querier, h *report.Handover) error {
	for _, s := range []struct {
		state outbox.State
		count *int
	}{{outbox.Conflict, &h.Counts.Conflict}, {outbox.Failed, &h.Counts.Failed}, {outbox.Sending, &h.Counts.Sending}, {outbox.Queued, &h.Counts.Queued}} {
		if err := q.one(`SELECT count(*) FROM outbox WHERE state = ?`, []any{string(s.state)}, s.count); err != nil {
			return err
		}
		err := q.each(selectAction+`WHERE state = ? ORDER BY seq LIMIT ?`, []any{string(s.state), h.Limit - len(h.Waiting)}, func(scan func(...any) error) error {
			a, err := scanAction(scan)
			h.Waiting = append(h.Waiting, report.WaitingAction{Action: a})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// handoverSources reads how fresh each source is. The newest incident of a source may
// be one that is shown through its twin; rows are walked from the newest on, which ends
// soon for a source that is alive.
func handoverSources(q querier, h *report.Handover) error {
	err := q.each(`SELECT source, last_success FROM cursor WHERE `+ofIncidents+` ORDER BY source DESC`, nil, func(scan func(...any) error) error {
		var s report.SourceAge
		var at int64
		err := scan(&s.Source, &at)
		s.Synced = when(at)
		h.Sources = append(h.Sources, s)
		return err
	})
	if err != nil {
		return err
	}
	for i := range h.Sources {
		var created int64
		err := q.one(`SELECT created FROM incident WHERE +source = ? ORDER BY id DESC LIMIT 1`, []any{string(h.Sources[i].Source)}, &created)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		h.Sources[i].Newest = when(created)
	}
	return nil
}
