-- +goose Up

-- The id of an alert in the product that raised it, which both of a pair of twins state;
-- '' until the details are read again.
ALTER TABLE alert ADD COLUMN provider_id TEXT NOT NULL DEFAULT '';
