-- +goose Up

-- People and workloads at risk, their detections and sign-ins. Words of the service are
-- kept as received. raw columns are deflated JSON behind one byte that names the method.

CREATE TABLE risky_user (
    id         TEXT PRIMARY KEY COLLATE NOCASE,   -- the Entra object id
    upn        TEXT    NOT NULL COLLATE NOCASE,
    name       TEXT    NOT NULL COLLATE NOCASE,
    level      TEXT    NOT NULL COLLATE NOCASE,
    rank       INTEGER NOT NULL,                  -- of the level
    state      TEXT    NOT NULL COLLATE NOCASE,
    detail     TEXT    NOT NULL,
    changed    INTEGER NOT NULL,
    deleted    INTEGER NOT NULL,
    processing INTEGER NOT NULL,
    raw        BLOB    NOT NULL
) WITHOUT ROWID;
CREATE INDEX risky_user_changed ON risky_user (changed);
CREATE INDEX risky_user_upn ON risky_user (upn);

CREATE TABLE workload (
    id         TEXT PRIMARY KEY COLLATE NOCASE,   -- the object id of the service principal
    app_id     TEXT    NOT NULL COLLATE NOCASE,
    name       TEXT    NOT NULL COLLATE NOCASE,
    type       TEXT    NOT NULL,
    enabled    INTEGER NOT NULL,
    level      TEXT    NOT NULL COLLATE NOCASE,
    rank       INTEGER NOT NULL,
    state      TEXT    NOT NULL COLLATE NOCASE,
    detail     TEXT    NOT NULL,
    changed    INTEGER NOT NULL,
    processing INTEGER NOT NULL,
    raw        BLOB    NOT NULL
) WITHOUT ROWID;
CREATE INDEX workload_changed ON workload (changed);

-- The history of a user or workload.
CREATE TABLE risk_turn (
    subject TEXT    NOT NULL COLLATE NOCASE,
    id      TEXT    NOT NULL COLLATE NOCASE,
    at      INTEGER NOT NULL,
    level   TEXT    NOT NULL,
    state   TEXT    NOT NULL,
    detail  TEXT    NOT NULL,
    who     TEXT    NOT NULL,
    events  TEXT    NOT NULL,                     -- JSON list
    raw     BLOB    NOT NULL,
    PRIMARY KEY (subject, id)
) WITHOUT ROWID;
CREATE INDEX risk_turn_at ON risk_turn (subject, at);

-- The ids of detections and sign-ins follow their time: milliseconds, then a hash of the
-- remote id. So newest first is the order of the rows, and no index is kept for it.
CREATE TABLE detection (
    id          INTEGER PRIMARY KEY,
    remote_id   TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    subject     TEXT    NOT NULL COLLATE NOCASE,
    upn         TEXT    NOT NULL COLLATE NOCASE,
    name        TEXT    NOT NULL,
    workload    INTEGER NOT NULL,
    type        TEXT    NOT NULL COLLATE NOCASE,
    level       TEXT    NOT NULL COLLATE NOCASE,
    rank        INTEGER NOT NULL,
    state       TEXT    NOT NULL COLLATE NOCASE,
    timing      TEXT    NOT NULL COLLATE NOCASE,
    ip          TEXT    NOT NULL,
    country     TEXT    NOT NULL COLLATE NOCASE,
    city        TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    twice       INTEGER NOT NULL DEFAULT 0,       -- 1: two versions differed
    rest        BLOB    NOT NULL,                 -- fields that are only shown
    raw         BLOB    NOT NULL
);
CREATE INDEX detection_subject ON detection (subject, id);
CREATE INDEX detection_upn ON detection (upn, id);
CREATE INDEX detection_type ON detection (type, id);
CREATE INDEX detection_country ON detection (country, id);
CREATE INDEX detection_rank ON detection (rank, id);
CREATE INDEX detection_state ON detection (state, id);
CREATE INDEX detection_ip ON detection (ip, id);

-- Detections counted by day, changed together with them.
CREATE TABLE identity_heat (
    day     INTEGER NOT NULL,                     -- since 1970, UTC
    type    TEXT    NOT NULL,
    country TEXT    NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (day, type, country)
) WITHOUT ROWID;
CREATE INDEX identity_heat_cell ON identity_heat (type, country, day, n);

-- Text that many sign-ins share: users, apps, places, words of the service. An id is
-- never used again.
CREATE TABLE identity_word (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL,
    text TEXT    NOT NULL,
    sort TEXT    NOT NULL,                        -- what a list orders by
    rows INTEGER NOT NULL DEFAULT 0,              -- sign-ins that name it
    UNIQUE (kind, text)
);
CREATE INDEX identity_word_sort ON identity_word (kind, sort);

-- The part of a sign-in that filters test, all numbers but the address, so that a walk
-- over a million of them reads some 80 MB. Columns without a type are identity_word ids.
-- Indexes begin with the week: what a pull adds lands in a part of them whose size does
-- not depend on how many weeks are kept.
CREATE TABLE sign_in (
    id         INTEGER PRIMARY KEY,
    week       INTEGER NOT NULL,                  -- of id, since 1970
    at         INTEGER NOT NULL,
    hash       INTEGER NOT NULL,                  -- of the remote id
    user       INTEGER NOT NULL,
    app        INTEGER NOT NULL,
    client     INTEGER NOT NULL,
    country    INTEGER NOT NULL,
    place      INTEGER NOT NULL,                  -- city and state
    access     INTEGER NOT NULL,
    mfa        INTEGER NOT NULL,
    during     INTEGER NOT NULL,
    aggregated INTEGER NOT NULL,
    state      INTEGER NOT NULL,
    types      INTEGER NOT NULL,
    error      INTEGER NOT NULL,
    flags      INTEGER NOT NULL,                  -- 1 interactive, 2 located, 4 two versions differed
    size       INTEGER NOT NULL,                  -- bytes it takes, about
    ip         TEXT    NOT NULL
);
CREATE INDEX sign_in_hash ON sign_in (week, hash);
CREATE INDEX sign_in_user ON sign_in (week, user, id DESC, aggregated, country, app, place, error, flags); -- with what filters test most
CREATE INDEX sign_in_app ON sign_in (week, app);
CREATE INDEX sign_in_country ON sign_in (week, country);
CREATE INDEX sign_in_place ON sign_in (week, place);
CREATE INDEX sign_in_risk ON sign_in (week, aggregated);
CREATE INDEX sign_in_ip ON sign_in (week, ip);

CREATE TABLE sign_in_body (
    id   INTEGER PRIMARY KEY REFERENCES sign_in (id) ON DELETE CASCADE,
    rest BLOB NOT NULL,                           -- fields that are only shown
    raw  BLOB NOT NULL
);

CREATE TABLE sign_in_week (
    week  INTEGER PRIMARY KEY,
    rows  INTEGER NOT NULL,
    bytes INTEGER NOT NULL
);

-- Users of the directory, as far as they were read.
CREATE TABLE account (
    id            TEXT PRIMARY KEY COLLATE NOCASE,
    upn           TEXT    NOT NULL COLLATE NOCASE,
    name          TEXT    NOT NULL,
    enabled       TEXT    NOT NULL,
    sessions_from INTEGER NOT NULL,
    sid           TEXT    NOT NULL COLLATE NOCASE,
    sam           TEXT    NOT NULL COLLATE NOCASE,
    raw           BLOB    NOT NULL
) WITHOUT ROWID;
CREATE INDEX account_upn ON account (upn);
CREATE INDEX account_sid ON account (sid) WHERE sid <> '';
CREATE INDEX account_sam ON account (sam) WHERE sam <> '';

CREATE TABLE account_role (
    account TEXT NOT NULL COLLATE NOCASE REFERENCES account (id) ON DELETE CASCADE,
    role    TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (account, role)
) WITHOUT ROWID;

CREATE TABLE high_value (
    origin TEXT NOT NULL,
    key    TEXT NOT NULL,                         -- lower case
    name   TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (origin, key)
) WITHOUT ROWID;
CREATE INDEX high_value_key ON high_value (key);

-- Names of the accounts and hosts that incidents are about. high and weight say why they
-- matter more and by how much.
CREATE TABLE entity_account (
    entity_id INTEGER PRIMARY KEY REFERENCES entity (id),
    oid       TEXT    NOT NULL COLLATE NOCASE,
    upn       TEXT    NOT NULL COLLATE NOCASE,
    sid       TEXT    NOT NULL COLLATE NOCASE,
    sam       TEXT    NOT NULL COLLATE NOCASE,
    high      TEXT    NOT NULL DEFAULT '',
    weight    INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX entity_account_oid ON entity_account (oid) WHERE oid <> '';
CREATE INDEX entity_account_upn ON entity_account (upn) WHERE upn <> '';
CREATE INDEX entity_account_sid ON entity_account (sid) WHERE sid <> '';
CREATE INDEX entity_account_sam ON entity_account (sam) WHERE sam <> '';
CREATE INDEX entity_account_high ON entity_account (entity_id) WHERE weight > 0;

-- What the accounts of an incident add to its score.
ALTER TABLE incident ADD COLUMN weight INTEGER NOT NULL DEFAULT 0;
CREATE INDEX incident_weight ON incident (id) WHERE weight > 0;
DROP INDEX incident_score;
CREATE INDEX incident_score ON incident (shadow, deleted, coalesce(score, -1) + weight DESC, id DESC, status, open);
