-- +goose Up

-- What was decided and what became of it: see app/audit for the form of a record. Each
-- names the hash of the one before; nothing is changed or taken out, whatever is retained
-- elsewhere.
CREATE TABLE audit (
    seq    INTEGER PRIMARY KEY,
    record BLOB NOT NULL
);

-- +goose StatementBegin
CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
BEGIN
    SELECT RAISE(ABORT, 'the audit log has no gaps');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is not changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_kept BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'nothing is taken out of the audit log');
END;
-- +goose StatementEnd
