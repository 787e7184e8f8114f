-- +goose Up

-- Batches, the time to undo, two windows, merges.
ALTER TABLE outbox ADD COLUMN batch      TEXT    NOT NULL DEFAULT '';   -- shared by the actions of one form
ALTER TABLE outbox ADD COLUMN version    INTEGER NOT NULL DEFAULT 1;    -- counts the changes of the row
ALTER TABLE outbox ADD COLUMN saved      INTEGER NOT NULL DEFAULT 0;    -- the last of them, by this computer's clock
ALTER TABLE outbox ADD COLUMN held_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN kind       TEXT    NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN result     TEXT    NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN others     TEXT    NOT NULL DEFAULT '{}'; -- the other incidents of a merge or move
ALTER TABLE outbox ADD COLUMN blocked    INTEGER NOT NULL DEFAULT 0;    -- 1: an earlier action comes first

-- The incidents that an unfinished action concerns, each in order.
CREATE TABLE outbox_on (
    incident_id INTEGER NOT NULL,
    seq         INTEGER NOT NULL REFERENCES outbox (seq),
    PRIMARY KEY (incident_id, seq)
) WITHOUT ROWID;
CREATE INDEX outbox_on_seq ON outbox_on (seq, incident_id);

INSERT INTO outbox_on (incident_id, seq)
SELECT incident_id, seq FROM outbox WHERE state NOT IN ('done', 'discarded');
UPDATE outbox SET blocked = 1 WHERE state NOT IN ('done', 'discarded')
    AND EXISTS (SELECT 1 FROM outbox_on o WHERE o.incident_id = outbox.incident_id AND o.seq < outbox.seq);

-- What is first on all its incidents, to be sent; however long the queue behind it.
CREATE INDEX outbox_front ON outbox (source, seq, not_before, held_until, saved)
    WHERE state IN ('queued', 'sending') AND blocked = 0;
CREATE INDEX outbox_due ON outbox (max(not_before, held_until))
    WHERE state IN ('queued', 'sending') AND blocked = 0;
CREATE INDEX outbox_batch ON outbox (batch, seq) WHERE batch <> '';

ALTER TABLE task ADD COLUMN etag    TEXT    NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN pending INTEGER NOT NULL DEFAULT 0;         -- 1: added or completed in the outbox only
