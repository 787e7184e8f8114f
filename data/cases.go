package data

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"watchfloor/app"
	"watchfloor/app/triage"
)

var _ triage.Cases = (*Cache)(nil)

// maxChanges bounds the log of one incident page, newest first.
const maxChanges = 2_000

// Case implements triage.Cases.
func (c *Cache) Case(ctx context.Context, id int64) (out triage.Case, err error) {
	err = c.view(ctx, func(q querier) error {
		if out.Row, err = q.queueRow(id); err != nil {
			return err
		}
		id = out.Row.ID
		var twin sql.NullInt64
		var detailsAt int64
		if out.Incident, twin, detailsAt, err = q.incident(id); err != nil {
			return err
		}
		out.DetailsAt = when(detailsAt)
		ids := []int64{id}
		if twin.Valid {
			ids = append(ids, twin.Int64)
			t, _, at, err := q.incident(twin.Int64)
			if err != nil {
				return err
			}
			out.Twin = &t
			if out.DetailsAt.IsZero() {
				out.DetailsAt = when(at)
			}
		}
		err = q.each(`SELECT id, source, remote_id FROM incident WHERE source = ? AND redirect_to = ? AND redirect_to <> '' ORDER BY id`,
			[]any{string(out.Incident.Source), out.Incident.Ref.ID}, func(scan func(...any) error) error {
				var m int64
				var ref app.Ref
				err := scan(&m, &ref.Source, &ref.ID)
				ids, out.Merged = append(ids, m), append(out.Merged, ref)
				return err
			})
		if err != nil {
			return err
		}
		if out.Details, err = c.details(q, ids, twin.Int64); err != nil {
			return err
		}
		if out.Changes, err = q.changes(ids); err != nil {
			return err
		}
		out.Changes = withoutMirrored(out.Changes, twin.Int64)
		err = q.one(`SELECT text FROM draft WHERE incident_id = ?`, []any{id}, &out.Draft)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return out, err
}

func (q querier) incident(id int64) (in app.Incident, twin sql.NullInt64, detailsAt int64, err error) {
	var created, modified, first, last int64
	var tags, text string
	var score sql.NullInt64
	err = q.one(`
SELECT i.id, i.source, i.remote_id, i.number, i.provider_id, i.title, i.severity, i.status, i.owner_upn, i.owner_name, i.owner_oid,
    i.classification, i.determination, i.tags, i.created, i.modified, i.first_activity, i.last_activity, i.score, i.alert_count,
    i.etag, i.redirect_to, i.twin_id, i.details_at, x.description, x.closing_note, x.provider_name, x.modified_by, x.url, x.lists
FROM incident i JOIN incident_text x ON x.incident_id = i.id WHERE i.id = ?`, []any{id},
		&in.ID, &in.Source, &in.Ref.ID, &in.Number, &in.ProviderID, &in.Title, &in.Severity, &in.Status, &in.Owner.UPN, &in.Owner.Name,
		&in.Owner.ObjectID, &in.Classification, &in.Determination, &tags, &created, &modified, &first, &last, &score, &in.AlertCount,
		&in.ETag, &in.RedirectTo, &twin, &detailsAt, &in.Description, &in.ClosingNote, &in.ProviderName, &in.ModifiedBy, &in.URL, &text)
	if err != nil {
		return in, twin, 0, err
	}
	in.Tags = parseList(tags)
	in.Created, in.Modified, in.FirstActivity, in.LastActivity = when(created), when(modified), when(first), when(last)
	if score.Valid {
		n := int(score.Int64)
		in.Score = &n
	}
	var l lists
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		return in, twin, 0, err
	}
	in.Rules, in.Products, in.Tactics, in.CommentCount, in.BookmarkCount = l.Rules, l.Products, l.Tactics, l.Comments, l.Bookmarks
	return in, twin, detailsAt, nil
}

func (q querier) changes(ids []int64) ([]app.Change, error) {
	in, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	var out []app.Change
	err = q.each(`SELECT incident_id, seen, at, who, field, was, now, origin FROM change
    WHERE incident_id IN (SELECT value FROM json_each(?)) ORDER BY at DESC, id DESC LIMIT ?`, []any{string(in), maxChanges},
		func(scan func(...any) error) error {
			var ch app.Change
			var seen, at int64
			err := scan(&ch.IncidentID, &seen, &at, &ch.Who, &ch.Field, &ch.From, &ch.To, &ch.Origin)
			ch.Seen, ch.At = when(seen), when(at)
			out = append(out, ch)
			return err
		})
	return out, err
}

// withoutMirrored leaves out the twin's changes that only follow one of the shown
// incident: the same field to the same value (owners are named differently by the two
// products) within the time the products take to follow each other; one for one.
func withoutMirrored(all []app.Change, twin int64) []app.Change {
	if twin == 0 {
		return all
	}
	used := make([]bool, len(all))
	mirrors := func(c app.Change) bool {
		for j, d := range all {
			if d.IncidentID != twin && !used[j] && d.Field == c.Field && (d.To == c.To || c.Field == app.FieldOwner) &&
				c.At.Sub(d.At).Abs() <= 2*twinLag {
				used[j] = true
				return true
			}
		}
		return false
	}
	out := make([]app.Change, 0, len(all))
	for _, c := range all {
		if c.IncidentID != twin || !mirrors(c) {
			out = append(out, c)
		}
	}
	return out
}

// Raw implements triage.Cases.
func (c *Cache) Raw(ctx context.Context, id int64) (string, error) {
	var raw []byte
	err := c.view(ctx, func(q querier) error {
		return q.one(`SELECT raw FROM incident_text WHERE incident_id = ?`, []any{id}, &raw)
	})
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return string(raw), nil // kept as received, even when it is not JSON
	}
	return b.String(), nil
}

// SaveDraft implements triage.Cases.
func (c *Cache) SaveDraft(ctx context.Context, id int64, text string) error {
	return c.tx(ctx, func(t *tx) error {
		t.draft = true
		if text == "" {
			return t.exec(`DELETE FROM draft WHERE incident_id = ?`, id)
		}
		return t.exec(`INSERT INTO draft (incident_id, text) VALUES (?,?) ON CONFLICT (incident_id) DO UPDATE SET text = excluded.text`, id, text)
	})
}

// Preference reads a setting of the window, "" when it was never set.
func (c *Cache) Preference(ctx context.Context, key string) (value string, err error) {
	err = c.view(ctx, func(q querier) error {
		err := q.one(`SELECT value FROM preference WHERE key = ?`, []any{key}, &value)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return value, err
}

// SetPreference stores a setting of the window.
func (c *Cache) SetPreference(ctx context.Context, key, value string) error {
	return c.tx(ctx, func(t *tx) error {
		return t.exec(`INSERT INTO preference (key, value) VALUES (?,?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	})
}
