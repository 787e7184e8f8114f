-- +goose Up

-- Actions on people, workloads, sign-ins and settings besides those on incidents: a row
-- has an incident or a subject. SQLite cannot loosen a column, so the table is made anew
-- with all rows; what refers to it goes first and is put back as it was.
DROP TRIGGER change_acknowledges;
DROP TRIGGER discard_acknowledges;
DROP VIEW acknowledged;

-- What actions concern where that is no incident. It stands in the lines with its id
-- below zero.
CREATE TABLE subject (
    id        INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL,
    remote_id TEXT NOT NULL COLLATE NOCASE,
    UNIQUE (kind, remote_id)
);

CREATE TABLE outbox_new (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT    NOT NULL UNIQUE,
    incident_id     INTEGER REFERENCES incident (id), -- NULL where there is a subject
    source          TEXT    NOT NULL,
    remote_id       TEXT    NOT NULL,
    number          TEXT    NOT NULL,
    title           TEXT    NOT NULL,
    request         TEXT    NOT NULL,
    base            TEXT    NOT NULL,
    actor           TEXT    NOT NULL DEFAULT '',
    tenant          TEXT    NOT NULL DEFAULT '',
    created         INTEGER NOT NULL,
    state           TEXT    NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    not_before      INTEGER NOT NULL DEFAULT 0,
    reason          TEXT    NOT NULL DEFAULT '',
    drift           TEXT    NOT NULL DEFAULT '[]',
    theirs          TEXT    NOT NULL DEFAULT '{}',
    comments_before INTEGER NOT NULL DEFAULT -1,
    sent            TEXT    NOT NULL DEFAULT '{}', -- a write whose outcome is not known
    finished        INTEGER NOT NULL DEFAULT 0,
    batch           TEXT    NOT NULL DEFAULT '',   -- shared by the actions of one form
    version         INTEGER NOT NULL DEFAULT 1,    -- counts the changes of the row
    saved           INTEGER NOT NULL DEFAULT 0,    -- the last of them, by this computer's clock
    held_until      INTEGER NOT NULL DEFAULT 0,
    kind            TEXT    NOT NULL DEFAULT '',
    result          TEXT    NOT NULL DEFAULT '',
    others          TEXT    NOT NULL DEFAULT '{}', -- the other incidents of a merge or move
    blocked         INTEGER NOT NULL DEFAULT 0,    -- 1: an earlier action comes first
    subject_kind    TEXT    NOT NULL DEFAULT '',
    subject_id      TEXT    NOT NULL DEFAULT '' COLLATE NOCASE,
    subject_name    TEXT    NOT NULL DEFAULT '',
    seen            TEXT    NOT NULL DEFAULT '{}', -- what the analyst saw of the subject
    found           TEXT    NOT NULL DEFAULT '{}', -- what its service held last
    expires         INTEGER NOT NULL DEFAULT 0     -- never sent after; 0: no end
);
INSERT INTO outbox_new (seq, id, incident_id, source, remote_id, number, title, request, base, actor, tenant, created, state,
    attempts, not_before, reason, drift, theirs, comments_before, sent, finished, batch, version, saved, held_until, kind,
    result, others, blocked)
SELECT seq, id, incident_id, source, remote_id, number, title, request, base, actor, tenant, created, state,
    attempts, not_before, reason, drift, theirs, comments_before, sent, finished, batch, version, saved, held_until, kind,
    result, others, blocked FROM outbox;

CREATE TEMP TABLE outbox_lines AS SELECT incident_id, seq FROM outbox_on;
DROP TABLE outbox_on;
DROP TABLE outbox;
ALTER TABLE outbox_new RENAME TO outbox;

CREATE INDEX outbox_pending ON outbox (incident_id, seq) WHERE state NOT IN ('done', 'discarded');
CREATE INDEX outbox_state ON outbox (state, seq);
CREATE INDEX outbox_front ON outbox (source, seq, not_before, held_until, saved)
    WHERE state IN ('queued', 'sending') AND blocked = 0;
CREATE INDEX outbox_due ON outbox (max(not_before, held_until))
    WHERE state IN ('queued', 'sending') AND blocked = 0;
CREATE INDEX outbox_batch ON outbox (batch, seq) WHERE batch <> '';
CREATE INDEX outbox_incident ON outbox (incident_id, created, state);
CREATE INDEX outbox_subject ON outbox (subject_kind, subject_id, seq);
CREATE INDEX outbox_expires ON outbox (expires) WHERE expires > 0 AND state IN ('queued', 'sending');

-- The incidents and subjects that an unfinished action concerns, each in order: an
-- incident by its id, a subject by its id below zero.
CREATE TABLE outbox_on (
    line INTEGER NOT NULL,
    seq  INTEGER NOT NULL REFERENCES outbox (seq),
    PRIMARY KEY (line, seq)
) WITHOUT ROWID;
CREATE INDEX outbox_on_seq ON outbox_on (seq, line);
INSERT INTO outbox_on (line, seq) SELECT incident_id, seq FROM outbox_lines;
DROP TABLE outbox_lines;

-- The latest time that this computer's clock told while an action could expire.
CREATE TABLE outbox_clock (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    latest INTEGER NOT NULL
);

-- As they were.
CREATE VIEW acknowledged AS
SELECT c.incident_id, min(c.at) AS at
FROM change c JOIN incident i ON i.id = c.incident_id
WHERE c.field IN ('owner', 'status') AND c.at > i.created AND i.created > 0
  AND CASE
    WHEN c.origin = 'action' THEN EXISTS (SELECT 1 FROM outbox o
        WHERE o.incident_id = c.incident_id AND o.created = c.at AND o.state <> 'discarded')
    WHEN c.who = '' THEN c.at >= i.created + 60000000
    ELSE instr(c.who, '@') > 0
  END
GROUP BY c.incident_id;

-- +goose StatementBegin
CREATE TRIGGER change_acknowledges AFTER INSERT ON change WHEN NEW.field IN ('owner', 'status')
BEGIN
    UPDATE incident SET acked_at = coalesce((SELECT at FROM acknowledged WHERE incident_id = NEW.incident_id), 0)
    WHERE id = NEW.incident_id;
END;
-- +goose StatementEnd

-- An action that was taken back acknowledged nothing.
-- +goose StatementBegin
CREATE TRIGGER discard_acknowledges AFTER UPDATE OF state ON outbox WHEN NEW.state = 'discarded' AND OLD.state <> 'discarded'
BEGIN
    UPDATE incident SET acked_at = coalesce((SELECT at FROM acknowledged WHERE incident_id = NEW.incident_id), 0)
    WHERE id = NEW.incident_id;
END;
-- +goose StatementEnd
