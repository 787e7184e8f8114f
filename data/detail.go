package data

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
)

type entityKey struct {
	kind app.EntityKind
	key  string
}

// maxEntities bounds the writer's memory of entity ids.
const maxEntities = 50_000

// putDetails replaces what is beneath an incident where it differs from what is
// stored; nil parts were not asked for and stay.
func (t *tx) putDetails(id int64, d app.Details) error {
	var was, at int64
	if err := t.one(`SELECT details_print, details_at FROM incident WHERE id = ?`, []any{id}, &was, &at); err != nil {
		return err
	}
	now := detailsPrint(d)
	if was == now && at != 0 {
		return t.exec(`UPDATE incident SET details_due = 0, details_at = ? WHERE id = ?`, t.now, id)
	}
	if err := t.clearDetails(id, d, at != 0); err != nil {
		return err
	}
	return t.addDetails(id, d, now, true)
}

// putInline is putDetails for what came within the incident's own JSON: that has
// changed, or putInline is not called, and it holds the raw parts already.
func (t *tx) putInline(id int64, d app.Details, isNew bool) error {
	if !isNew {
		var at int64
		if err := t.one(`SELECT details_at FROM incident WHERE id = ?`, []any{id}, &at); err != nil {
			return err
		}
		if err := t.clearDetails(id, d, at != 0); err != nil {
			return err
		}
	}
	return t.addDetails(id, d, 0, false)
}

// clearDetails removes what d replaces. Comments still in the outbox stay; with known,
// comments that d brings and the cache did not have are recorded as changes.
func (t *tx) clearDetails(id int64, d app.Details, known bool) error {
	for _, part := range []struct {
		given bool
		query string
	}{
		{d.Alerts != nil, `DELETE FROM alert WHERE incident_id = ?`},
		{d.Entities != nil || d.Evidence != nil, `DELETE FROM incident_entity WHERE incident_id = ?`},
		{d.Entities != nil || d.Evidence != nil, `DELETE FROM evidence WHERE incident_id = ?`},
		{d.Tasks != nil, `DELETE FROM task WHERE incident_id = ?`},
		{d.Bookmarks != nil, `DELETE FROM bookmark WHERE incident_id = ?`},
	} {
		if part.given {
			if err := t.exec(part.query, id); err != nil {
				return err
			}
		}
	}
	if d.Comments == nil {
		return nil
	}
	if known {
		if err := t.newComments(id, d.Comments); err != nil {
			return err
		}
	}
	return t.exec(`DELETE FROM comment WHERE incident_id = ? AND pending = 0`, id)
}

// addDetails stores what is beneath an incident; withRaw is false where the incident's
// own JSON holds the raw parts.
func (t *tx) addDetails(id int64, d app.Details, print int64, withRaw bool) error {
	steps := []func() error{
		func() error { return t.addAlerts(id, d.Alerts, withRaw) },
		func() error { return t.addEntities(id, d, withRaw) },
		func() error { return t.addComments(id, d.Comments) },
		func() error { return t.addTasks(id, d.Tasks) },
		func() error { return t.addBookmarks(id, d.Bookmarks) },
		func() error {
			return t.exec(`UPDATE incident SET details_due = 0, details_at = ?, details_print = ?, entities = ? WHERE id = ?`,
				t.now, print, summary(d), id)
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	t.touch(id)
	t.reword(id)
	return nil
}

func detailsPrint(d app.Details) int64 {
	h := fnv.New64a()
	for _, a := range d.Alerts {
		mix(h, a.ID, a.ProviderID, a.Title, a.Status, a.Raw)
	}
	for _, e := range d.Entities {
		mix(h, string(e.Kind), e.Key, e.Raw)
	}
	for _, e := range d.Evidence {
		mix(h, e.AlertID, e.Entity.Key, e.Verdict, e.Remediation)
	}
	for _, c := range d.Comments {
		mix(h, c.ID, c.Text)
	}
	for _, k := range d.Tasks {
		mix(h, k.ID, k.Title, k.Description, k.ETag, fmt.Sprint(k.Done))
	}
	for _, b := range d.Bookmarks {
		mix(h, b.ID, b.Title, b.Raw)
	}
	return int64(h.Sum64()) // #nosec G115 -- a hash, not a number
}

func mix(h hash.Hash, parts ...any) {
	for _, p := range parts {
		switch v := p.(type) {
		case string:
			h.Write([]byte(v))
		case []byte:
			h.Write(v)
		}
		h.Write([]byte{0})
	}
}

func (t *tx) addAlerts(id int64, alerts []app.Alert, withRaw bool) error {
	for _, a := range alerts {
		err := t.exec(`
INSERT OR REPLACE INTO alert (incident_id, remote_id, provider_id, title, description, severity, status, product, category, techniques,
    created, first, last, remediation, raw) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
			id, a.ID, a.ProviderID, a.Title, a.Description, a.Severity, a.Status, a.Product, a.Category, strings.Join(a.Techniques, "\n"),
			micros(a.Created), micros(a.First), micros(a.Last), a.Remediation, rawOr(a.Raw, withRaw))
		if err != nil {
			return err
		}
	}
	return nil
}

func rawOr(raw []byte, keep bool) []byte {
	if !keep || raw == nil {
		return []byte{}
	}
	return raw
}

// entityID returns the row of an entity, making it the first time.
func (t *tx) entityID(e app.Entity) (int64, error) {
	w, k := t.cache.writer, entityKey{e.Kind, e.Key}
	if id, ok := w.entities[k]; ok {
		return id, nil
	}
	var id int64
	err := t.one(`SELECT id FROM entity WHERE kind = ? AND key = ?`, []any{string(e.Kind), e.Key}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		id, err = t.insert(`INSERT INTO entity (kind, key, name) VALUES (?,?,?)`, string(e.Kind), e.Key, e.Name)
	}
	if err != nil {
		return 0, err
	}
	if w.entities == nil || len(w.entities) >= maxEntities {
		w.entities = map[entityKey]int64{}
	}
	w.entities[k] = id
	return id, nil
}

func (t *tx) addEntities(id int64, d app.Details, withRaw bool) error {
	link := func(e app.Entity) (int64, error) {
		eid, err := t.entityID(e)
		if err == nil {
			err = t.noteEntity(eid, e)
		}
		if err != nil {
			return 0, err
		}
		return eid, t.exec(`INSERT OR IGNORE INTO incident_entity (incident_id, entity_id, raw) VALUES (?,?,?)`,
			id, eid, rawOr(e.Raw, withRaw))
	}
	for _, e := range d.Entities {
		if _, err := link(e); err != nil {
			return err
		}
	}
	for n, e := range d.Evidence {
		eid, err := link(e.Entity)
		if err != nil {
			return err
		}
		err = t.exec(`
INSERT INTO evidence (incident_id, ordinal, alert_id, entity_id, verdict, remediation, roles, created, raw)
VALUES (?,?,?,?,?,?,?,?,?)`, id, n, e.AlertID, eid, e.Verdict, e.Remediation, strings.Join(e.Roles, ", "),
			micros(e.Created), rawOr(e.Raw, withRaw))
		if err != nil {
			return err
		}
	}
	return t.weigh(id)
}

// newComments records comments that the cache does not have yet, but for the service's
// copy of one that is still in the outbox: that was recorded when queued.
func (t *tx) newComments(id int64, comments []app.Comment) error {
	have, pending := map[string]bool{}, map[string]int{}
	err := t.each(`SELECT remote_id, pending, text FROM comment WHERE incident_id = ?`, []any{id}, func(scan func(...any) error) error {
		var cid, text string
		var waits bool
		err := scan(&cid, &waits, &text)
		have[cid] = true
		if waits {
			pending[strings.TrimSpace(text)]++
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range comments {
		if have[c.ID] {
			continue
		}
		if text := strings.TrimSpace(c.Text); pending[text] > 0 {
			pending[text]--
			continue
		}
		if err := t.change(id, micros(c.Created), c.Author, app.FieldComment, "", c.Text, app.OriginPull); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) addComments(id int64, comments []app.Comment) error {
	for _, c := range comments {
		err := t.exec(`
INSERT INTO comment (incident_id, remote_id, author, text, created, pending) VALUES (?,?,?,?,?,0)
ON CONFLICT (incident_id, remote_id) DO UPDATE SET author=excluded.author, text=excluded.text, created=excluded.created`,
			id, c.ID, c.Author, c.Text, micros(c.Created))
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) addBookmarks(id int64, marks []app.Bookmark) error {
	for _, b := range marks {
		if err := t.exec(`INSERT OR REPLACE INTO bookmark (incident_id, remote_id, title, query, notes, created_by, created, event_time, raw)
VALUES (?,?,?,?,?,?,?,?,?)`, id, b.ID, b.Title, b.Query, b.Notes, b.CreatedBy, micros(b.Created), micros(b.EventTime), rawOr(b.Raw, true)); err != nil {
			return err
		}
	}
	return nil
}

// kindNames are the words of the entity summary, most telling first.
var kindNames = []struct {
	kind      app.EntityKind
	one, many string
}{
	{"account", "account", "accounts"},
	{"host", "host", "hosts"},
	{"mailbox", "mailbox", "mailboxes"},
	{"ip", "IP", "IPs"},
	{"url", "URL", "URLs"},
	{"file", "file", "files"},
	{"azureresource", "resource", "resources"},
	{"cloudapplication", "app", "apps"},
	{"process", "process", "processes"},
	{"mailmessage", "mail", "mails"},
}

// summary names up to three kinds of entities with their numbers.
func summary(d app.Details) string {
	count, seen := map[app.EntityKind]int{}, map[entityKey]bool{}
	add := func(e app.Entity) {
		k := entityKey{e.Kind, e.Key}
		if !seen[k] {
			seen[k] = true
			count[e.Kind]++
		}
	}
	for _, e := range d.Entities {
		add(e)
	}
	for _, e := range d.Evidence {
		add(e.Entity)
	}
	var parts []string
	for _, k := range kindNames {
		if n := count[k.kind]; n == 1 {
			parts = append(parts, "1 "+k.one)
		} else if n > 1 {
			parts = append(parts, fmt.Sprintf("%d %s", n, k.many))
		}
	}
	return strings.Join(parts[:min(3, len(parts))], " · ")
}

// details reads what is beneath the given incidents (an incident, its twin and merged
// ones), without duplicates; twin is 0 where there is none.
func (c *Cache) details(q querier, ids []int64, twin int64) (app.Details, error) {
	in, err := json.Marshal(ids)
	if err != nil {
		return app.Details{}, err
	}
	var d app.Details
	var of []int64 // the incident of each alert
	d.Alerts, err = rows(q, `SELECT incident_id, remote_id, provider_id, title, description, severity, status, product, category, techniques, created, first, last,
    remediation, raw FROM alert WHERE incident_id IN (SELECT value FROM json_each(?)) ORDER BY coalesce(nullif(first, 0), created), remote_id`,
		string(in), func(scan func(...any) error) (a app.Alert, err error) {
			var techniques string
			var created, first, last, id int64
			err = scan(&id, &a.ID, &a.ProviderID, &a.Title, &a.Description, &a.Severity, &a.Status, &a.Product, &a.Category, &techniques, &created,
				&first, &last, &a.Remediation, &a.Raw)
			a.Created, a.First, a.Last, a.Techniques = when(created), when(first), when(last), splitLines(techniques)
			of = append(of, id)
			return a, err
		})
	if err != nil {
		return d, err
	}
	d.Alerts = withoutTwins(d.Alerts, of, twin)
	if d.Entities, err = rows(q, `SELECT DISTINCT e.kind, e.key, e.name FROM incident_entity l JOIN entity e ON e.id = l.entity_id
    WHERE l.incident_id IN (SELECT value FROM json_each(?)) ORDER BY e.kind, e.name, e.key`,
		string(in), func(scan func(...any) error) (e app.Entity, err error) {
			err = scan(&e.Kind, &e.Key, &e.Name)
			return e, err
		}); err != nil {
		return d, err
	}
	if d.Evidence, err = rows(q, `SELECT v.alert_id, e.kind, e.key, e.name, v.verdict, v.remediation, v.roles, v.created, v.raw
    FROM evidence v JOIN entity e ON e.id = v.entity_id WHERE v.incident_id IN (SELECT value FROM json_each(?)) ORDER BY v.incident_id, v.ordinal`,
		string(in), func(scan func(...any) error) (e app.Evidence, err error) {
			var roles string
			var created int64
			err = scan(&e.AlertID, &e.Entity.Kind, &e.Entity.Key, &e.Entity.Name, &e.Verdict, &e.Remediation, &roles, &created, &e.Raw)
			e.Created = when(created)
			if roles != "" {
				e.Roles = strings.Split(roles, ", ")
			}
			return e, err
		}); err != nil {
		return d, err
	}
	if d.Comments, err = rows(q, `SELECT remote_id, author, text, created, pending FROM comment
    WHERE incident_id IN (SELECT value FROM json_each(?)) ORDER BY created, remote_id`,
		string(in), func(scan func(...any) error) (c app.Comment, err error) {
			var created int64
			err = scan(&c.ID, &c.Author, &c.Text, &created, &c.Pending)
			c.Created = when(created)
			return c, err
		}); err != nil {
		return d, err
	}
	if d.Tasks, err = rows(q, `SELECT `+taskColumns+` FROM task
    WHERE incident_id IN (SELECT value FROM json_each(?)) ORDER BY created, remote_id`, string(in), scanTask); err != nil {
		return d, err
	}
	d.Bookmarks, err = rows(q, `SELECT remote_id, title, query, notes, created_by, created, event_time, raw FROM bookmark
    WHERE incident_id IN (SELECT value FROM json_each(?)) ORDER BY created, remote_id`,
		string(in), func(scan func(...any) error) (b app.Bookmark, err error) {
			var created, event int64
			err = scan(&b.ID, &b.Title, &b.Query, &b.Notes, &b.CreatedBy, &created, &event, &b.Raw)
			b.Created, b.EventTime = when(created), when(event)
			return b, err
		})
	d.Evidence = withoutEchoes(d.Evidence)
	d.Comments = slices.CompactFunc(d.Comments, func(a, b app.Comment) bool { return a.ID == b.ID })
	return d, err
}

// twinLag is how far the two products may date the same alert apart: Sentinel gets what
// Defender XDR found up to five minutes later (sheet part A).
const twinLag = 5 * time.Minute

// withoutTwins leaves out each alert of the twin incident that the shown incident has
// too, one for one: first those that both products say have the same id at the product
// that raised them, then those of the same title and severity, begun at about the same
// time. Their ids at the two products differ.
func withoutTwins(all []app.Alert, of []int64, twin int64) []app.Alert {
	if twin == 0 {
		return all
	}
	paired := make([]bool, len(all))
	pairs := func(same func(a, b app.Alert) bool) {
		for i, a := range all {
			if of[i] != twin || paired[i] {
				continue
			}
			for j, b := range all {
				if of[j] != twin && !paired[j] && same(a, b) {
					paired[i], paired[j] = true, true
					break
				}
			}
		}
	}
	pairs(func(a, b app.Alert) bool { return a.ProviderID != "" && a.ProviderID == b.ProviderID })
	pairs(func(a, b app.Alert) bool {
		return a.Title == b.Title && a.Severity == b.Severity && a.First.Sub(b.First).Abs() <= twinLag
	})
	out := make([]app.Alert, 0, len(all))
	for i, a := range all {
		if a.TwinOnly = of[i] == twin; !a.TwinOnly || !paired[i] {
			out = append(out, a)
		}
	}
	return out
}

// withoutEchoes leaves out evidence that says nothing but the entity where another
// piece is about the same entity: Sentinel gives no verdicts, its twin does.
func withoutEchoes(all []app.Evidence) []app.Evidence {
	told := map[entityKey]bool{}
	empty := func(e app.Evidence) bool { return e.AlertID == "" && e.Verdict == "" }
	for _, e := range all {
		if !empty(e) {
			told[entityKey{e.Entity.Kind, e.Entity.Key}] = true
		}
	}
	return slices.DeleteFunc(all, func(e app.Evidence) bool {
		return empty(e) && told[entityKey{e.Entity.Kind, e.Entity.Key}]
	})
}

func splitLines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}
