-- +goose Up

-- Days are counted from 1 January 1970 in UTC, times are microseconds as elsewhere. Scope
-- and ids of recommendations are in lower case; what a person reads is as received.

-- One score a day of each model and scope, kept for ever.
CREATE TABLE score_series (
    id    INTEGER PRIMARY KEY,
    model TEXT NOT NULL,
    scope TEXT NOT NULL,
    name  TEXT NOT NULL DEFAULT '',
    UNIQUE (model, scope)
);

CREATE TABLE score (
    series   INTEGER NOT NULL REFERENCES score_series (id),
    day      INTEGER NOT NULL,
    current  REAL    NOT NULL,
    max      REAL    NOT NULL,
    weight   REAL    NOT NULL DEFAULT 0,
    averages TEXT    NOT NULL DEFAULT '[]',
    raw      BLOB    NOT NULL DEFAULT x'',
    PRIMARY KEY (series, day)
) WITHOUT ROWID;

-- Names of controls once, so that a contribution is a few numbers.
CREATE TABLE score_control (
    id      INTEGER PRIMARY KEY,
    model   TEXT NOT NULL,
    control TEXT NOT NULL,
    name    TEXT NOT NULL DEFAULT '',
    UNIQUE (model, control)
);

CREATE TABLE score_part (
    series         INTEGER NOT NULL REFERENCES score_series (id),
    day            INTEGER NOT NULL,
    control        INTEGER NOT NULL REFERENCES score_control (id),
    current        REAL    NOT NULL,
    max            REAL    NOT NULL,
    healthy        INTEGER NOT NULL DEFAULT 0,
    unhealthy      INTEGER NOT NULL DEFAULT 0,
    not_applicable INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (series, day, control)
) WITHOUT ROWID;

CREATE TABLE control (
    model       TEXT    NOT NULL,
    id          TEXT    NOT NULL,                  -- in lower case
    received    TEXT    NOT NULL,                  -- as the service spells it
    seen        INTEGER NOT NULL,
    gone        INTEGER NOT NULL DEFAULT 0,
    title       TEXT    NOT NULL DEFAULT '',
    grp         TEXT    NOT NULL DEFAULT '',
    max         REAL    NOT NULL DEFAULT 0,
    service     TEXT    NOT NULL DEFAULT '',
    tier        TEXT    NOT NULL DEFAULT '',
    user_impact TEXT    NOT NULL DEFAULT '',
    cost        TEXT    NOT NULL DEFAULT '',
    remediation TEXT    NOT NULL DEFAULT '',
    url         TEXT    NOT NULL DEFAULT '',
    threats     TEXT    NOT NULL DEFAULT '[]',
    deprecated  INTEGER NOT NULL DEFAULT 0,
    state       TEXT    NOT NULL DEFAULT '',
    note        TEXT    NOT NULL DEFAULT '',
    who         TEXT    NOT NULL DEFAULT '',
    changed     INTEGER NOT NULL DEFAULT 0,
    raw         BLOB    NOT NULL DEFAULT x'',
    PRIMARY KEY (model, id)
) WITHOUT ROWID;

CREATE TABLE control_rec (
    model   TEXT    NOT NULL,
    control TEXT    NOT NULL,
    ordinal INTEGER NOT NULL,
    rec     TEXT    NOT NULL,
    PRIMARY KEY (model, control, ordinal)
) WITHOUT ROWID;

CREATE TABLE rec_meta (
    rec         TEXT    PRIMARY KEY,
    title       TEXT    NOT NULL DEFAULT '',
    description TEXT    NOT NULL DEFAULT '',
    remediation TEXT    NOT NULL DEFAULT '',
    severity    TEXT    NOT NULL DEFAULT '',
    categories  TEXT    NOT NULL DEFAULT '[]',
    threats     TEXT    NOT NULL DEFAULT '[]',
    effort      TEXT    NOT NULL DEFAULT '',
    impact      TEXT    NOT NULL DEFAULT '',
    preview     INTEGER NOT NULL DEFAULT 0,
    type        TEXT    NOT NULL DEFAULT '',
    raw         BLOB    NOT NULL DEFAULT x''
) WITHOUT ROWID;

-- Owner, due date and note live here only.
CREATE TABLE rec_local (
    rec   TEXT    PRIMARY KEY,
    owner TEXT    NOT NULL DEFAULT '',
    note  TEXT    NOT NULL DEFAULT '',
    due   INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE assessment (
    id           INTEGER PRIMARY KEY,
    rec          TEXT    NOT NULL,
    key          TEXT    NOT NULL,                 -- the resource in lower case
    subscription TEXT    NOT NULL,
    rank         INTEGER NOT NULL,                 -- 0 unhealthy, 1 unknown code, 2 healthy, 3 not applicable
    print        INTEGER NOT NULL,                 -- of all that was received
    seen         INTEGER NOT NULL,
    gone         INTEGER NOT NULL DEFAULT 0,
    first        INTEGER NOT NULL DEFAULT 0,
    changed      INTEGER NOT NULL DEFAULT 0,
    risk_rank    INTEGER NOT NULL DEFAULT 0,
    risk         TEXT    NOT NULL DEFAULT '',
    findings     INTEGER NOT NULL DEFAULT -1,
    resource     TEXT    NOT NULL,
    source       TEXT    NOT NULL DEFAULT '',
    title        TEXT    NOT NULL DEFAULT '',
    code         TEXT    NOT NULL DEFAULT '',
    cause        TEXT    NOT NULL DEFAULT '',
    reason       TEXT    NOT NULL DEFAULT '',
    factors      TEXT    NOT NULL DEFAULT '[]',
    raw          BLOB    NOT NULL DEFAULT x'',
    UNIQUE (rec, key)
);
CREATE INDEX assessment_list ON assessment (rec, rank, key) WHERE gone = 0;
CREATE INDEX assessment_scope ON assessment (subscription, seen) WHERE gone = 0;
-- All that counting reads.
CREATE INDEX assessment_count ON assessment (rec, subscription, rank, risk_rank, risk, first, changed) WHERE gone = 0;

-- Kept up to date with assessment, so that the list of recommendations does not count.
CREATE TABLE rec_count (
    rec            TEXT    NOT NULL,
    subscription   TEXT    NOT NULL,
    healthy        INTEGER NOT NULL,
    unhealthy      INTEGER NOT NULL,
    not_applicable INTEGER NOT NULL,
    odd            INTEGER NOT NULL,
    first          INTEGER NOT NULL,               -- since when the oldest of unhealthy ones is so, 0 where none is dated
    risk_rank      INTEGER NOT NULL,               -- the highest of unhealthy ones
    risk           TEXT    NOT NULL,
    title          TEXT    NOT NULL DEFAULT '',    -- of an assessment, for recommendations without metadata
    PRIMARY KEY (rec, subscription)
) WITHOUT ROWID;

CREATE TABLE rec_type (
    rec  TEXT NOT NULL,
    type TEXT NOT NULL,
    PRIMARY KEY (rec, type)
) WITHOUT ROWID;

-- Unhealthy resources of a recommendation at the last pull of a day, kept for ever.
CREATE TABLE assessment_day (
    day       INTEGER NOT NULL,
    rec       TEXT    NOT NULL,
    unhealthy INTEGER NOT NULL,
    PRIMARY KEY (day, rec)
) WITHOUT ROWID;

CREATE TABLE standard (
    subscription TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    seen         INTEGER NOT NULL,
    gone         INTEGER NOT NULL DEFAULT 0,
    state        TEXT    NOT NULL DEFAULT '',
    passed       INTEGER NOT NULL DEFAULT 0,
    failed       INTEGER NOT NULL DEFAULT 0,
    skipped      INTEGER NOT NULL DEFAULT 0,
    unsupported  INTEGER NOT NULL DEFAULT 0,
    raw          BLOB    NOT NULL DEFAULT x'',
    PRIMARY KEY (subscription, id)
) WITHOUT ROWID;

CREATE TABLE requirement (
    subscription TEXT    NOT NULL,
    standard     TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    seen         INTEGER NOT NULL,
    gone         INTEGER NOT NULL DEFAULT 0,
    title        TEXT    NOT NULL DEFAULT '',
    state        TEXT    NOT NULL DEFAULT '',
    passed       INTEGER NOT NULL DEFAULT 0,
    failed       INTEGER NOT NULL DEFAULT 0,
    skipped      INTEGER NOT NULL DEFAULT 0,
    raw          BLOB    NOT NULL DEFAULT x'',
    PRIMARY KEY (subscription, standard, id)
) WITHOUT ROWID;

CREATE TABLE contact (
    subscription   TEXT    PRIMARY KEY,
    name           TEXT    NOT NULL DEFAULT '',
    absent         INTEGER NOT NULL DEFAULT 0,
    emails         TEXT    NOT NULL DEFAULT '[]',
    phone          TEXT    NOT NULL DEFAULT '',
    active         INTEGER NOT NULL DEFAULT 0,
    roles          TEXT    NOT NULL DEFAULT '[]',
    alert_severity TEXT    NOT NULL DEFAULT '',
    attack_level   TEXT    NOT NULL DEFAULT '',
    raw            BLOB    NOT NULL DEFAULT x''
) WITHOUT ROWID;

-- Finds the alerts that several products state alike.
CREATE INDEX alert_provider ON alert (provider_id) WHERE provider_id <> '';
