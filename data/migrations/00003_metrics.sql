-- +goose Up

-- When a person first changed owner or status; 0 where this cache saw no such change.
-- A change counts as a person's when this client made it and did not take it back, when
-- its author has an address, and where the source names no author when it came a minute
-- or more after creation: automation acts within that.
ALTER TABLE incident ADD COLUMN acked_at INTEGER NOT NULL DEFAULT 0;

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

CREATE INDEX outbox_incident ON outbox (incident_id, created, state);

UPDATE incident SET acked_at = a.at FROM acknowledged a WHERE a.incident_id = incident.id;

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

-- Each holds all that its series reads.
CREATE INDEX incident_acked ON incident (acked_at, shadow, deleted, status, severity, created) WHERE acked_at > 0;
DROP INDEX incident_closed;
CREATE INDEX incident_closed ON incident (closed_at, shadow, deleted, status, severity, created) WHERE closed_at > 0;
CREATE INDEX incident_life ON incident (shadow, id, closed_at, open, status, deleted);

-- Incidents whose past is more than created and closed: reopened, merged, deleted.
CREATE INDEX change_turn ON change (incident_id)
    WHERE field = 'deleted' OR field = 'status' AND (was IN ('Closed', 'Merged') OR now = 'Merged');
