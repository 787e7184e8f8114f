package data

import (
	"database/sql"
	"encoding/json"
	"errors"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// lists are the parts of an incident that are shown on its page only.
type lists struct {
	Rules     []string `json:"rules,omitempty"`
	Products  []string `json:"products,omitempty"`
	Tactics   []string `json:"tactics,omitempty"`
	Comments  int      `json:"comments,omitempty"`
	Bookmarks int      `json:"bookmarks,omitempty"`
}

// stored is what a write needs to know of a row that is already in the cache.
type stored struct {
	id          int64
	incident    app.Incident // shown fields
	remote      app.Fields   // as the service holds them; equals incident.Fields without pending actions
	overlaid    bool         // remote differs in origin: actions are pending
	fingerprint int64
	queued      int
	twin        sql.NullInt64
	deleted     bool
	detailsAt   int64
	closedAt    int64
}

const selectStored = `
SELECT i.id, i.number, i.provider_id, i.title, i.severity, i.status, i.owner_upn, i.owner_name, i.owner_oid,
       i.classification, i.determination, i.tags, i.created, i.modified, i.redirect_to, i.fingerprint, i.queued,
       i.twin_id, i.deleted, i.details_at, i.closed_at, i.etag, x.description, x.closing_note, x.remote
FROM incident i JOIN incident_text x ON x.incident_id = i.id WHERE `

// load reads the stored row of a remote incident; nil when there is none.
func (t *tx) load(ref app.Ref) (*stored, error) {
	return t.loadWhere(selectStored+"i.source = ? AND i.remote_id = ?", string(ref.Source), ref.ID)
}

// loadID is load by local id; an error when there is none.
func (t *tx) loadID(id int64) (*stored, error) {
	s, err := t.loadWhere(selectStored+"i.id = ?", id)
	if err == nil && s == nil {
		err = sql.ErrNoRows
	}
	return s, err
}

func (t *tx) loadWhere(query string, args ...any) (*stored, error) {
	var s stored
	var tags string
	var remote sql.NullString
	var created, modified int64
	i := &s.incident
	err := t.one(query, args, &s.id, &i.Number, &i.ProviderID, &i.Title, &i.Severity, &i.Status, &i.Owner.UPN,
		&i.Owner.Name, &i.Owner.ObjectID, &i.Classification, &i.Determination, &tags, &created, &modified,
		&i.RedirectTo, &s.fingerprint, &s.queued, &s.twin, &s.deleted, &s.detailsAt, &s.closedAt, &i.ETag,
		&i.Description, &i.ClosingNote, &remote)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	i.ID, i.Created, i.Modified = s.id, when(created), when(modified)
	i.Tags = parseList(tags)
	s.remote = i.Fields
	if remote.Valid {
		s.overlaid = true
		s.remote = app.Fields{}
		if err := json.Unmarshal([]byte(remote.String), &s.remote); err != nil {
			return nil, err
		}
	}
	return &s, nil
}

func parseList(s string) []string {
	if s == "[]" || s == "" {
		return nil
	}
	var out []string
	if json.Unmarshal([]byte(s), &out) != nil {
		return nil
	}
	return out
}

func formatList(v []string) string {
	if len(v) == 0 {
		return "[]"
	}
	b, _ := json.Marshal(v) // strings always marshal
	return string(b)
}

func fingerprint(raw []byte) int64 {
	h := fnv.New64a()
	_, _ = h.Write(raw)
	return int64(h.Sum64()) // #nosec G115 -- a hash, not a number
}

// newID returns a free id that follows the creation time: its microsecond, or the
// next free one within the same second.
func (t *tx) newID(created time.Time) (int64, error) {
	base := micros(created)
	if base <= 0 {
		base = 1
	}
	var top sql.NullInt64
	if err := t.one(`SELECT max(id) FROM incident WHERE id >= ? AND id < ?`, []any{base, base + 1_000_000}, &top); err != nil {
		return 0, err
	}
	if !top.Valid {
		return base, nil
	}
	return top.Int64 + 1, nil
}

// outcome is what put did.
type outcome int

const (
	unchanged outcome = iota // the cache holds this, or something newer
	inserted
	updated
)

// put inserts or updates one incident and records what changed. skip names fields
// whose change was already recorded when an action on them was queued.
func (t *tx) put(p app.Pulled, skip []app.Field) (id int64, how outcome, err error) {
	in := p.Incident
	in.Tags = app.NormalTags(in.Tags)
	print := fingerprint(p.Raw)
	known, same, err := t.lookup(in.Ref, print)
	if err != nil || same {
		return known, unchanged, err
	}
	var old *stored
	if known != 0 {
		if old, err = t.loadID(known); err != nil {
			return 0, unchanged, err
		}
	}
	if old != nil && !in.Modified.IsZero() && in.Modified.Before(old.incident.Modified) {
		return old.id, unchanged, nil // read before what is stored: an answer that was overtaken
	}
	fields, overlay := in.Fields, any(nil)
	if old != nil && old.overlaid {
		if fields, err = t.fold(old.id, in.Fields); err != nil {
			return 0, unchanged, err
		}
		b, err := json.Marshal(in.Fields)
		if err != nil {
			return 0, unchanged, err
		}
		overlay = string(b)
	}
	if how = updated; old == nil {
		how = inserted
		id, err = t.insertIncident(in, print)
	} else {
		id = old.id
		err = t.updateIncident(old, in, fields, print, skip)
	}
	if err != nil {
		return 0, unchanged, err
	}
	if err := t.putText(id, in, fields.ClosingNote, overlay, p.Raw); err != nil {
		return 0, unchanged, err
	}
	t.stale[id] = nil
	if old == nil {
		t.stale[id] = wordsOf(in, p.Details)
	}
	if err := t.joinTwin(id, in); err != nil {
		return 0, unchanged, err
	}
	if p.Details == nil {
		err = t.markDue(id, in, old)
	}
	t.touch(id)
	return id, how, err
}

// lookup finds the row of a remote incident, 0 without one, and tells whether it was
// stored from the very same JSON.
func (t *tx) lookup(ref app.Ref, print int64) (id int64, same bool, err error) {
	var was int64
	var deleted bool
	err = t.one(`SELECT id, fingerprint, deleted FROM incident WHERE source = ? AND remote_id = ?`,
		[]any{string(ref.Source), ref.ID}, &id, &was, &deleted)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return id, was == print && !deleted, err
}

func (t *tx) insertIncident(in app.Incident, print int64) (int64, error) {
	id, err := t.newID(in.Created)
	if err != nil {
		return 0, err
	}
	closed := int64(0)
	if in.Status == app.StatusClosed {
		closed = micros(in.Modified)
	}
	return id, t.exec(`
INSERT INTO incident (id, source, remote_id, number, provider_id, title, severity, status, open, owner_upn, owner_name,
    owner_oid, classification, determination, tags, created, modified, first_activity, last_activity, closed_at, stored,
    score, products, tactics, alert_count, etag, redirect_to, fingerprint)
VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		id, string(in.Source), in.Ref.ID, in.Number, providerID(in), in.Title, in.Severity, in.Status, in.Status.Open(),
		in.Owner.UPN, in.Owner.Name, in.Owner.ObjectID, string(in.Classification), in.Determination, formatList(in.Tags),
		micros(in.Created), micros(in.Modified), micros(in.FirstActivity), micros(in.LastActivity), closed, t.now,
		score(in), join(in.Products), join(in.Tactics), in.AlertCount, in.ETag, in.RedirectTo, print)
}

func (t *tx) updateIncident(old *stored, in app.Incident, shown app.Fields, print int64, skip []app.Field) error {
	if err := t.recordDrift(old, in, skip); err != nil {
		return err
	}
	return t.exec(`
UPDATE incident SET number=?, provider_id=?, title=?, severity=?, status=?, open=?, owner_upn=?, owner_name=?, owner_oid=?,
    classification=?, determination=?, tags=?, modified=?, first_activity=?, last_activity=?, closed_at=?, score=?, products=?,
    tactics=?, alert_count=?, etag=?, redirect_to=?, fingerprint=?, deleted=0
WHERE id=?`,
		in.Number, providerID(in), in.Title, shown.Severity, shown.Status, shown.Status.Open(), shown.Owner.UPN,
		shown.Owner.Name, shown.Owner.ObjectID, string(shown.Classification), shown.Determination, formatList(shown.Tags),
		micros(in.Modified), micros(in.FirstActivity), micros(in.LastActivity), closedAt(old, shown.Status, in.Modified),
		score(in), join(in.Products), join(in.Tactics), in.AlertCount, in.ETag, in.RedirectTo, print, old.id)
}

// closedAt keeps the moment of the last closing: it is set when the status becomes
// closed and cleared when it leaves that.
func closedAt(old *stored, status app.Status, at time.Time) int64 {
	switch {
	case status != app.StatusClosed:
		return 0
	case old.closedAt != 0:
		return old.closedAt
	}
	return micros(at)
}

func (t *tx) putText(id int64, in app.Incident, note string, remote any, raw []byte) error {
	l, err := json.Marshal(lists{in.Rules, in.Products, in.Tactics, in.CommentCount, in.BookmarkCount})
	if err != nil {
		return err
	}
	if raw == nil {
		raw = []byte{}
	}
	return t.exec(`
INSERT INTO incident_text (incident_id, description, closing_note, provider_name, modified_by, url, lists, remote, raw)
VALUES (?,?,?,?,?,?,?,?,?)
ON CONFLICT (incident_id) DO UPDATE SET description=excluded.description, closing_note=excluded.closing_note,
    provider_name=excluded.provider_name, modified_by=excluded.modified_by, url=excluded.url, lists=excluded.lists,
    remote=excluded.remote, raw=excluded.raw`,
		id, in.Description, note, in.ProviderName, in.ModifiedBy, in.URL, string(l), remote, raw)
}

// fold returns the fields as shown: the service's, with the incident's pending
// actions applied in order.
func (t *tx) fold(id int64, f app.Fields) (app.Fields, error) {
	err := t.each(`SELECT request FROM outbox WHERE incident_id = ? AND state NOT IN ('done', 'discarded') ORDER BY seq`,
		[]any{id}, func(scan func(...any) error) error {
			var text string
			if err := scan(&text); err != nil {
				return err
			}
			var r outbox.Request
			if err := json.Unmarshal([]byte(text), &r); err != nil {
				return nil // an action of another version has no local effect; it is kept
			}
			f = r.Apply(f)
			return nil
		})
	return f, err
}

// markDue notes that details must be read: always for an open incident, for a closed
// one while its last change is recent, and for any whose details were read before.
func (t *tx) markDue(id int64, in app.Incident, old *stored) error {
	horizon := t.now - int64(t.cache.cfg.DetailDays)*24*time.Hour.Microseconds()
	if !in.Status.Open() && micros(in.Modified) < horizon && (old == nil || old.detailsAt == 0) {
		return nil
	}
	return t.exec(`UPDATE incident SET details_due = 1 WHERE id = ?`, id)
}

// joinTwin links the Sentinel and the Defender row of one incident. The Defender row
// is shown; the other stays as its shadow.
func (t *tx) joinTwin(id int64, in app.Incident) error {
	provider := providerID(in)
	if provider == "" {
		return nil
	}
	var other int64
	var err error
	if in.Source == app.Defender {
		err = t.one(`SELECT id FROM incident WHERE provider_id = ? AND provider_id <> '' AND source = 'sentinel'`, []any{provider}, &other)
	} else {
		err = t.one(`SELECT id FROM incident WHERE source = 'defender' AND remote_id = ?`, []any{provider}, &other)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	shown, hidden := id, other
	if in.Source != app.Defender {
		shown, hidden = other, id
	}
	if err := t.exec(`UPDATE incident SET twin_id = ?, shadow = 1 WHERE id = ?`, shown, hidden); err != nil {
		return err
	}
	t.touch(shown)
	t.stale[shown] = nil    // it is found by the other's text too
	delete(t.stale, hidden) // it is not found by itself
	if err := t.exec(`UPDATE incident SET twin_id = ? WHERE id = ?`, hidden, shown); err != nil {
		return err
	}
	return t.weigh(shown)
}

// providerID is the Defender id that twins join on: a Sentinel incident carries it
// only when Defender XDR provided it ("Microsoft XDR", before that "Microsoft 365
// Defender"); in every other incident the field holds Sentinel's own number.
func providerID(in app.Incident) string {
	if in.Source == app.Defender {
		return in.Ref.ID
	}
	if strings.EqualFold(in.ProviderName, "Microsoft XDR") || strings.EqualFold(in.ProviderName, "Microsoft 365 Defender") {
		return in.ProviderID
	}
	return ""
}

func score(in app.Incident) any {
	if in.Score == nil {
		return nil
	}
	return *in.Score
}

func join(v []string) string {
	v = slices.Clone(v)
	slices.Sort(v)
	return strings.ToLower(strings.Join(slices.Compact(v), "\n"))
}
