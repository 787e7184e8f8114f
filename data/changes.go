package data

import (
	"watchfloor/app"
	"watchfloor/app/outbox"
)

// tracked are the fields of app.Fields that changes are recorded for.
var tracked = []app.Field{
	app.FieldSeverity, app.FieldStatus, app.FieldOwner, app.FieldClassification,
	app.FieldDetermination, app.FieldClosingNote, app.FieldTags,
}

// recordDrift writes a Change for each field in which the service's incident differs
// from what the service held before.
func (t *tx) recordDrift(old *stored, in app.Incident, skip []app.Field) error {
	skipped := map[app.Field]bool{}
	for _, f := range skip {
		skipped[f] = true
	}
	at := micros(in.Modified)
	write := func(field app.Field, was, now string) error {
		if was == now || skipped[field] {
			return nil
		}
		return t.change(old.id, at, in.ModifiedBy, field, was, now, app.OriginPull)
	}
	if old.deleted {
		if err := write(app.FieldDeleted, "yes", "no"); err != nil {
			return err
		}
	}
	if err := write(app.FieldTitle, old.incident.Title, in.Title); err != nil {
		return err
	}
	if err := write(app.FieldDescription, old.incident.Description, in.Description); err != nil {
		return err
	}
	if err := write(app.FieldRedirect, old.incident.RedirectTo, in.RedirectTo); err != nil {
		return err
	}
	for _, f := range tracked {
		if outbox.Equal(old.remote, in.Fields, f) {
			continue
		}
		if old.overlaid && outbox.Equal(old.incident.Fields, in.Fields, f) {
			continue // what a pending action wanted: recorded when it was queued
		}
		if err := write(f, outbox.Value(old.remote, f), outbox.Value(in.Fields, f)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) change(id, at int64, who string, field app.Field, was, now string, origin app.Origin) error {
	return t.exec(`INSERT INTO change (incident_id, seen, at, who, field, was, now, origin) VALUES (?,?,?,?,?,?,?,?)`,
		id, t.now, at, who, string(field), was, now, string(origin))
}
