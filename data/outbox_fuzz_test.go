package data

import (
	"database/sql"
	"encoding/json"
	"testing"

	"watchfloor/app"
	"watchfloor/app/audit"
	"watchfloor/app/outbox"
)

// FuzzOutboxRow reads rows with any text in their columns. One that does not parse waits
// for a person, and what is shown and recorded of it can be read again.
func FuzzOutboxRow(f *testing.F) {
	f.Add(`{"IncidentID":1,"Verb":"severity","Want":{"Severity":3}}`, `{"Severity":1}`, `[]`, `{}`, `{}`, "queued")
	f.Add(`{"Verb":"set control state","Set":{"state":"Reviewed"}}`, `{}`, `[{"Field":"redirect","Theirs":"9"}]`, `{"At":"2026-03-02T06:00:00Z"}`, `{"Refs":[{"ID":"1"}]}`, "conflict")
	f.Add(`{"Verb":"merge","With":[2]`, `null`, `null`, `{"At":7}`, `[]`, "of tomorrow")
	f.Fuzz(func(t *testing.T, request, base, drift, sent, others, state string) {
		texts := []string{request, base, drift, `{}`, sent, others, `{}`, `{}`}
		a, err := scanAction(func(dest ...any) error {
			n := 0
			for i, d := range dest {
				switch d := d.(type) {
				case *outbox.State:
					*d = outbox.State(state)
				case *sql.NullInt64:
					*d = sql.NullInt64{Int64: 1, Valid: true}
				case *string:
					// the eight texts stand at these places of selectAction
					switch i {
					case 7, 8, 16, 17, 19, 27, 31, 32:
						*d = texts[n]
						n++
					}
				}
			}
			if n != len(texts) {
				t.Fatalf("%d texts were read", n)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{request, base, drift, sent, others} {
			if !json.Valid([]byte(text)) && !a.Unreadable {
				t.Errorf("read from %q", text)
			}
		}
		if a.Unreadable && (a.Raw != request || a.State.Pending() && a.State != outbox.Failed) {
			t.Errorf("unreadable and %s, of %q", a.State, a.Raw)
		}
		_ = a.Describe()
		_ = outbox.Rebase(a, []outbox.Action{a})
		records := []audit.Record{a.Decided()}
		for _, to := range []outbox.State{outbox.Sending, outbox.Done, outbox.Conflict, outbox.Failed, outbox.Discarded, outbox.Queued} {
			after := a
			after.State, after.Reason, after.Kind = to, drift, app.KindInvalid
			if r, ok := after.Became(a, base); ok {
				records = append(records, r)
			}
		}
		for _, r := range records {
			if _, err := audit.Decode(r.Encode()); err != nil {
				t.Errorf("cannot be read again: %s", r.Encode())
			}
		}
	})
}
