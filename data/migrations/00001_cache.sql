-- +goose Up

-- Times are microseconds since 1970 UTC; 0 stands for unknown.

-- The head of an incident. Text that is long or rarely shown lives in incident_text,
-- so that a scan of the queue stays narrow.
CREATE TABLE incident (
    id             INTEGER PRIMARY KEY,            -- follows the creation time
    source         TEXT    NOT NULL,
    remote_id      TEXT    NOT NULL,
    number         TEXT    NOT NULL,
    provider_id    TEXT    NOT NULL DEFAULT '',
    twin_id        INTEGER,                        -- the same incident at the other product
    shadow         INTEGER NOT NULL DEFAULT 0,     -- 1: shown through its twin
    title          TEXT    NOT NULL,
    severity       INTEGER NOT NULL,
    status         INTEGER NOT NULL,
    open           INTEGER NOT NULL,
    owner_upn      TEXT    NOT NULL DEFAULT '',
    owner_name     TEXT    NOT NULL DEFAULT '',
    owner_oid      TEXT    NOT NULL DEFAULT '',
    classification TEXT    NOT NULL DEFAULT '',
    determination  TEXT    NOT NULL DEFAULT '',
    tags           TEXT    NOT NULL DEFAULT '[]',
    created        INTEGER NOT NULL,
    modified       INTEGER NOT NULL,
    first_activity INTEGER NOT NULL DEFAULT 0,
    last_activity  INTEGER NOT NULL DEFAULT 0,
    closed_at      INTEGER NOT NULL DEFAULT 0,
    stored         INTEGER NOT NULL,               -- when this cache first held it
    score          INTEGER,
    products       TEXT    NOT NULL DEFAULT '',
    tactics        TEXT    NOT NULL DEFAULT '',
    entities       TEXT    NOT NULL DEFAULT '',    -- summary such as "3 hosts · 2 accounts"
    alert_count    INTEGER NOT NULL DEFAULT -1,
    etag           TEXT    NOT NULL DEFAULT '',
    redirect_to    TEXT    NOT NULL DEFAULT '',
    fingerprint    INTEGER NOT NULL,               -- of the JSON as received
    details_print  INTEGER NOT NULL DEFAULT 0,
    details_due    INTEGER NOT NULL DEFAULT 0,
    details_at     INTEGER NOT NULL DEFAULT 0,
    queued         INTEGER NOT NULL DEFAULT 0,     -- pending actions
    conflict       INTEGER NOT NULL DEFAULT 0,
    deleted        INTEGER NOT NULL DEFAULT 0,
    UNIQUE (source, remote_id)
);

-- One index for each order of the queue. The first two also hold the columns that a
-- filter tests, so that one that matches little walks them instead of the rows.
CREATE INDEX incident_newest ON incident (shadow, deleted, id DESC, severity, status, open,
    owner_upn, owner_name, owner_oid, modified, source, stored, queued, conflict);
CREATE INDEX incident_open ON incident (id DESC, severity, status,
    owner_upn, owner_name, owner_oid, modified, source, stored, queued, conflict)
    WHERE shadow = 0 AND deleted = 0 AND open = 1;
CREATE INDEX incident_severity ON incident (shadow, deleted, severity DESC, id DESC, status, open);
CREATE INDEX incident_modified ON incident (shadow, deleted, modified DESC, id DESC, status, open);
CREATE INDEX incident_score ON incident (shadow, deleted, score DESC, id DESC, status, open);
CREATE INDEX incident_stored ON incident (stored);
CREATE INDEX incident_closed ON incident (closed_at) WHERE closed_at > 0;
CREATE INDEX incident_number ON incident (number);
CREATE INDEX incident_provider ON incident (provider_id) WHERE provider_id <> '';
CREATE INDEX incident_redirect ON incident (redirect_to) WHERE redirect_to <> '';
CREATE INDEX incident_due ON incident (source, id DESC) WHERE details_due = 1;

CREATE TABLE incident_text (
    incident_id   INTEGER PRIMARY KEY REFERENCES incident (id) ON DELETE CASCADE,
    description   TEXT NOT NULL DEFAULT '',
    closing_note  TEXT NOT NULL DEFAULT '',
    provider_name TEXT NOT NULL DEFAULT '',
    modified_by   TEXT NOT NULL DEFAULT '',
    url           TEXT NOT NULL DEFAULT '',
    lists         TEXT NOT NULL DEFAULT '{}',      -- rules, products, tactics, counts
    remote        TEXT,                            -- fields as the service holds them, while actions are pending
    raw           BLOB NOT NULL DEFAULT x''
);

CREATE TABLE alert (
    incident_id INTEGER NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
    remote_id   TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    description TEXT    NOT NULL DEFAULT '',
    severity    INTEGER NOT NULL,
    status      TEXT    NOT NULL DEFAULT '',
    product     TEXT    NOT NULL DEFAULT '',
    category    TEXT    NOT NULL DEFAULT '',
    techniques  TEXT    NOT NULL DEFAULT '',
    created     INTEGER NOT NULL DEFAULT 0,
    first       INTEGER NOT NULL DEFAULT 0,
    last        INTEGER NOT NULL DEFAULT 0,
    remediation TEXT    NOT NULL DEFAULT '',
    raw         BLOB    NOT NULL DEFAULT x'',
    PRIMARY KEY (incident_id, remote_id)
) WITHOUT ROWID;

-- One row per person, machine, address or thing in the tenant.
CREATE TABLE entity (
    id   INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    key  TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (kind, key)
);
CREATE INDEX entity_key ON entity (key);

CREATE TABLE incident_entity (
    incident_id INTEGER NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
    entity_id   INTEGER NOT NULL REFERENCES entity (id),
    raw         BLOB    NOT NULL DEFAULT x'',
    PRIMARY KEY (incident_id, entity_id)
) WITHOUT ROWID;
CREATE INDEX incident_entity_entity ON incident_entity (entity_id, incident_id);

CREATE TABLE evidence (
    incident_id INTEGER NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
    ordinal     INTEGER NOT NULL,
    alert_id    TEXT    NOT NULL,
    entity_id   INTEGER NOT NULL REFERENCES entity (id),
    verdict     TEXT    NOT NULL DEFAULT '',
    remediation TEXT    NOT NULL DEFAULT '',
    roles       TEXT    NOT NULL DEFAULT '',
    created     INTEGER NOT NULL DEFAULT 0,
    raw         BLOB    NOT NULL DEFAULT x'',
    PRIMARY KEY (incident_id, ordinal)
) WITHOUT ROWID;

CREATE TABLE comment (
    incident_id INTEGER NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
    remote_id   TEXT    NOT NULL,
    author      TEXT    NOT NULL DEFAULT '',
    text        TEXT    NOT NULL,
    created     INTEGER NOT NULL,
    pending     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (incident_id, remote_id)
) WITHOUT ROWID;

CREATE TABLE task (
    incident_id INTEGER NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
    remote_id   TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    description TEXT    NOT NULL DEFAULT '',
    done        INTEGER NOT NULL,
    created_by  TEXT    NOT NULL DEFAULT '',
    created     INTEGER NOT NULL DEFAULT 0,
    modified    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (incident_id, remote_id)
) WITHOUT ROWID;

CREATE TABLE bookmark (
    incident_id INTEGER NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
    remote_id   TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    query       TEXT    NOT NULL DEFAULT '',
    notes       TEXT    NOT NULL DEFAULT '',
    created_by  TEXT    NOT NULL DEFAULT '',
    created     INTEGER NOT NULL DEFAULT 0,
    event_time  INTEGER NOT NULL DEFAULT 0,
    raw         BLOB    NOT NULL DEFAULT x'',
    PRIMARY KEY (incident_id, remote_id)
) WITHOUT ROWID;

-- What this cache saw change, in the order it saw it.
CREATE TABLE change (
    id          INTEGER PRIMARY KEY,
    incident_id INTEGER NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
    seen        INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    who         TEXT    NOT NULL DEFAULT '',
    field       TEXT    NOT NULL,
    was         TEXT    NOT NULL DEFAULT '',
    now         TEXT    NOT NULL DEFAULT '',
    origin      TEXT    NOT NULL
);
CREATE INDEX change_incident ON change (incident_id, id);

-- Actions of the analyst. Rows are never deleted.
CREATE TABLE outbox (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT    NOT NULL UNIQUE,
    incident_id     INTEGER NOT NULL REFERENCES incident (id),
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
    finished        INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX outbox_pending ON outbox (incident_id, seq) WHERE state NOT IN ('done', 'discarded');
CREATE INDEX outbox_state ON outbox (state, seq);

CREATE TABLE cursor (
    source       TEXT PRIMARY KEY,
    cursor       TEXT    NOT NULL,
    last_success INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE draft (
    incident_id INTEGER PRIMARY KEY REFERENCES incident (id) ON DELETE CASCADE,
    text        TEXT NOT NULL
);

-- Small settings of the window: cursor row, filter, theme.
CREATE TABLE preference (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Full text. rowid = incident.id, so newest first is rowid order.
CREATE VIRTUAL TABLE search USING fts5 (
    title, description, entities, comments,
    content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
);
