package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/audit"
	"watchfloor/app/outbox"
)

// heldReason is why an action of a backup waits for a person.
const heldReason = "Restored from a backup; it may have been sent since. Look at what the service holds before trying again."

// bring puts what was salvaged into the cache that takes the wreck's place, in one
// transaction: of each action the newest version, whether it waits or is done. Actions
// that only the backup knows, where the wreck could not be read in full, are held for a
// person: they may have been sent since.
func (c *Cache) bring(ctx context.Context, w *wreck, m *mended) error {
	ids, err := c.missing(ctx, w)
	if err != nil {
		return err
	}
	heads, texts := w.heads(ctx, ids)
	if err := c.tx(ctx, func(t *tx) error { return t.bringAudit(w) }); err != nil {
		return err
	}
	if err := c.beginAudit(ctx); err != nil {
		return err
	}
	return c.tx(ctx, func(t *tx) error {
		for _, id := range slices.Sorted(maps.Keys(ids)) {
			if err := t.bringIncident(w, id, heads[id], texts[id]); err != nil {
				return err
			}
		}
		seen, before := map[string]bool{}, map[int64]outbox.Action{}
		for _, r := range w.ordered() {
			seen[r.text("id")] = true
			if err := t.bringAction(w, r, before); err != nil {
				return err
			}
			if outbox.State(r.text("state")).Pending() {
				m.actions++
			}
		}
		if !w.whole || w.torn {
			if w.torn { // what was read may be older than what happened
				seen = nil
			}
			if m.held, err = t.hold(seen, heldReason); err != nil {
				return err
			}
		}
		if err := t.realign(before); err != nil {
			return err
		}
		m.drafts, err = t.bringDrafts(w)
		return err
	})
}

// missing are the incidents that salvaged actions and drafts concern and that are not in
// the cache.
func (c *Cache) missing(ctx context.Context, w *wreck) (map[int64]bool, error) {
	ids := map[int64]bool{}
	for _, r := range w.actions {
		if id := r.number("incident_id"); id != 0 {
			ids[id] = true
		}
	}
	for id := range w.drafts {
		ids[id] = true
	}
	err := c.view(ctx, func(q querier) error {
		for id := range ids {
			var n int
			if err := q.one(`SELECT count(*) FROM incident WHERE id = ?`, []any{id}, &n); err != nil {
				return err
			}
			if n > 0 {
				delete(ids, id)
			}
		}
		return nil
	})
	return ids, err
}

// bringIncident stores an incident as it was, or as much of it as its actions tell. The
// next pull brings the rest: it counts as not read.
func (t *tx) bringIncident(w *wreck, id int64, head, text cells) error {
	if head == nil {
		if head = w.stub(id); head == nil {
			return nil // only a draft tells of it, and not enough
		}
	}
	var n int
	if err := t.one(`SELECT count(*) FROM incident WHERE source = ? AND remote_id = ?`, []any{head.text("source"), head.text("remote_id")}, &n); err != nil || n > 0 {
		return err
	}
	head = maps.Clone(head)
	maps.Copy(head, cells{"twin_id": nil, "shadow": int64(0), "fingerprint": int64(0), "details_print": int64(0), "details_due": int64(1), "queued": int64(0), "conflict": int64(0)})
	if err := t.putRow("incident", w.layout["incident"], head); err != nil {
		return err
	}
	if text == nil {
		text = cells{"incident_id": id}
	}
	t.touch(id)
	t.stale[id] = nil
	return t.putRow("incident_text", w.layout["incident_text"], text)
}

// stub is an incident made from what an action says of it; nil without one.
func (w *wreck) stub(id int64) cells {
	for _, r := range w.actions {
		if r.number("incident_id") != id {
			continue
		}
		f, _ := readFields(r.text("base"))
		return cells{
			"id": id, "source": r.text("source"), "remote_id": r.text("remote_id"), "number": r.text("number"), "title": r.text("title"),
			"severity": int64(f.Severity), "status": int64(f.Status), "open": asInt(f.Status.Open()), "owner_upn": f.Owner.UPN, "owner_name": f.Owner.Name,
			"owner_oid": f.Owner.ObjectID, "classification": string(f.Classification), "determination": f.Determination, "tags": formatList(f.Tags),
			"created": id, "modified": int64(0), "stored": r.number("created"),
		}
	}
	return nil
}

func asInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// putRow inserts a row with those of the columns that it has.
func (t *tx) putRow(table string, columns []string, r cells) error {
	names, marks, args := rowParts(columns, r)
	return t.exec(fmt.Sprintf(`INSERT INTO %s (%s) VALUES (%s)`, table, strings.Join(names, ", "), strings.Join(marks, ", ")), args...) // #nosec G201 G202 -- names of ours
}

func rowParts(columns []string, r cells) (names, marks []string, args []any) {
	for _, c := range columns {
		if v, has := r[c]; has {
			names, marks, args = append(names, `"`+c+`"`), append(marks, "?"), append(args, v)
		}
	}
	return names, marks, args
}

// bringAction stores an action where the cache has no newer version of it. before takes
// the actions as the backup had them.
func (t *tx) bringAction(w *wreck, r cells, before map[int64]outbox.Action) error {
	r = maps.Clone(r)
	r["blocked"] = int64(0) // worked out anew
	old, err := scanAction(func(dest ...any) error { return t.one(selectAction+"WHERE id = ?", []any{r.text("id")}, dest...) })
	switch {
	case errors.Is(err, sql.ErrNoRows):
		var taken int
		if err := t.one(`SELECT count(*) FROM outbox WHERE seq = ?`, []any{r.number("seq")}, &taken); err != nil {
			return err
		}
		if taken > 0 {
			delete(r, "seq")
		}
		if r.text("subject_kind") == "" {
			var there int
			if err := t.one(`SELECT count(*) FROM incident WHERE id = ?`, []any{r.number("incident_id")}, &there); err != nil || there == 0 {
				return err
			}
		}
		return t.putRow("outbox", w.layout["outbox"], r)
	case err != nil:
		return err
	case old.Version >= r.number("version"):
		return nil
	}
	before[old.Seq] = old
	r["seq"] = old.Seq
	names, _, args := rowParts(w.layout["outbox"], r)
	return t.exec(`UPDATE outbox SET `+strings.Join(names, " = ?, ")+` = ? WHERE seq = ?`, append(args, old.Seq)...) // #nosec G201 G202 -- names of ours
}

// hold parks the actions that are waiting to be sent or under way, but for those seen:
// whether they were sent is not known. Tried again, each is read back first.
func (t *tx) hold(seen map[string]bool, reason string) (held int, err error) {
	var waiting []outbox.Action
	err = t.each(selectAction+`WHERE state IN ('queued', 'sending') ORDER BY seq`, nil, func(scan func(...any) error) error {
		a, err := scanAction(scan)
		if err == nil && !seen[a.ID] {
			waiting = append(waiting, a)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, a := range waiting {
		a.State, a.Reason, a.Kind = outbox.Failed, reason, ""
		if a.Sent.IsZero() {
			a.Sent.At = when(t.now)
		}
		if a.Verb == outbox.Comment && a.CommentsBefore < 0 {
			a.CommentsBefore = 0 // one that is there counts as this one
		}
		if _, err := t.saveAction(a, time.Time{}); err != nil {
			return 0, err
		}
		lines, err := t.lined(a.Seq)
		if err != nil {
			return 0, err
		}
		if err := t.mark(lines); err != nil {
			return 0, err
		}
	}
	return len(waiting), nil
}

// realign works the lines of unfinished actions out anew, with what incidents show of
// them. before are actions as they were before they were replaced.
func (t *tx) realign(before map[int64]outbox.Action) error {
	concerned := map[int64]bool{}
	note := func(query string) error {
		return t.each(query, nil, func(scan func(...any) error) error {
			var id int64
			err := scan(&id)
			concerned[id] = true
			return err
		})
	}
	if err := note(`SELECT DISTINCT line FROM outbox_on WHERE line > 0`); err != nil {
		return err
	}
	if err := t.exec(`DELETE FROM outbox_on`); err != nil {
		return err
	}
	var all []outbox.Action
	err := t.each(selectAction+`WHERE state NOT IN ('done', 'discarded') ORDER BY seq`, nil, func(scan func(...any) error) error {
		a, err := scanAction(scan)
		all = append(all, a)
		return err
	})
	if err != nil {
		return err
	}
	for _, a := range all {
		if err := t.standInLine(a); err != nil {
			return err
		}
	}
	if err := t.exec(`UPDATE outbox SET blocked = 0 WHERE blocked <> 0`); err != nil {
		return err
	}
	for _, a := range all {
		if err := t.block(a.Seq); err != nil {
			return err
		}
	}
	for _, a := range before {
		now, err := scanAction(func(dest ...any) error { return t.one(selectAction+"WHERE seq = ?", []any{a.Seq}, dest...) })
		if err != nil {
			return err
		}
		if a.State.Pending() && !now.State.Pending() && now.On.IsZero() && !now.Unreadable {
			if err := t.settleParts(now); err != nil {
				return err
			}
		}
	}
	if err := note(`SELECT DISTINCT line FROM outbox_on WHERE line > 0`); err != nil {
		return err
	}
	if err := t.mark(slices.Sorted(maps.Keys(concerned))); err != nil {
		return err
	}
	for id := range concerned {
		if err := t.reshow(id); err != nil {
			return err
		}
	}
	t.topics[app.TopicOutbox] = true
	return nil
}

// standInLine puts an unfinished action into its lines and shows what it adds.
func (t *tx) standInLine(a outbox.Action) error {
	lines := a.Involved()
	if a.Unreadable && a.On.IsZero() {
		lines = []int64{a.IncidentID}
	}
	if !a.On.IsZero() {
		line, err := t.subjectLine(a.On)
		if err != nil {
			return err
		}
		lines = []int64{line}
	}
	for _, line := range lines {
		if err := t.exec(`INSERT OR IGNORE INTO outbox_on (line, seq) VALUES (?,?)`, line, a.Seq); err != nil {
			return err
		}
	}
	switch {
	case a.Unreadable || !a.On.IsZero():
		return nil
	case a.Verb == outbox.Comment:
		t.reword(a.IncidentID)
		return t.exec(`INSERT OR IGNORE INTO comment (incident_id, remote_id, author, text, created, pending) VALUES (?,?,?,?,?,1)`,
			a.IncidentID, a.ID, a.Actor, a.Text, micros(a.Created))
	}
	return t.showTask(a)
}

// reshow shows an incident with what is pending over what its service holds.
func (t *tx) reshow(id int64) error {
	old, err := t.loadID(id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // of a merge; its own pull brings it
	}
	if err != nil {
		return err
	}
	shown, err := t.fold(id, old.remote)
	if err != nil {
		return err
	}
	if err := t.show(old, shown, when(t.now)); err != nil {
		return err
	}
	if old.queued == 0 {
		return t.setRemote(id, nil)
	}
	return t.setRemote(id, &old.remote)
}

// bringDrafts stores comments that were being written, but for those that are in a comment
// by now.
func (t *tx) bringDrafts(w *wreck) (n int, err error) {
	if w.tidy {
		if err := t.exec(`DELETE FROM draft`); err != nil {
			return 0, err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(w.drafts)) {
		err := t.exec(`INSERT INTO draft (incident_id, text) SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM incident WHERE id = ?1)
    ON CONFLICT (incident_id) DO UPDATE SET text = excluded.text`, id, w.drafts[id])
		if err != nil {
			return n, err
		}
		n++
	}
	for _, r := range w.ordered() {
		q, ok := readRequest(r.text("request"))
		if ok && q.Verb == outbox.Comment {
			if err := t.exec(`DELETE FROM draft WHERE incident_id = ? AND instr(?, trim(text)) > 0`, q.IncidentID, q.Text); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// bringAudit continues the audit log with the records that follow the last one of the
// backup, as far as each names the hash of the one before, and tells of it.
func (t *tx) bringAudit(w *wreck) error {
	head, err := t.auditHead()
	if err != nil {
		return err
	}
	for seq := head.Count + 1; w.audit[seq] != nil; seq++ {
		line := w.audit[seq]
		r, err := audit.Decode(line)
		if err != nil || r.Seq != seq || r.Prev != head.Hash {
			break
		}
		if err := t.exec(`INSERT INTO audit (seq, record) VALUES (?,?)`, seq, line); err != nil {
			return err
		}
		head = audit.Head{Count: seq, Hash: audit.Sum(line)}
	}
	return t.audit(audit.Record{Event: audit.Restored, Reason: "The cache was damaged; this one holds the last backup and what could be saved of it."})
}
