package data

import (
	"context"
	"database/sql"
	"reflect"
	"testing"

	"watchfloor/app/outbox"
)

// A row of the outbox that another version, or a fault, wrote is shown and kept: it reads
// without an error, and one that is not understood is never sent.
func FuzzGoal45OutboxRow(f *testing.F) {
	f.Add(`{"Verb":"comment","Text":"seen"}`, `{}`, `{}`, string(outbox.Queued))
	f.Add(`{"Verb":"status","Want":{"Status":5}}`, `[]`, `{"At":"x"}`, string(outbox.Sending))
	f.Add(`{"Verb":"melt"}`, `null`, `{"ETag":7}`, string(outbox.Queued))
	f.Add(`null`, ``, "\xff", string(outbox.Done))
	f.Add(``, `{"Refs":[{"ID":"a"}],"Closed":"a"}`, `{"At":"9999-12-31T23:59:60Z"}`, string(outbox.Conflict))
	f.Fuzz(func(t *testing.T, request, others, sent, state string) {
		texts := map[int]string{7: request, 8: `{}`, 16: `{}`, 17: `{}`, 19: sent, 27: others, 31: `{}`, 32: `{}`}
		a, err := scanAction(func(dest ...any) error {
			for i, d := range dest {
				switch d := d.(type) {
				case *string:
					*d = texts[i]
				case *outbox.State:
					*d = outbox.State(state)
				case *sql.NullInt64:
					*d = sql.NullInt64{Int64: 1, Valid: true}
				case *int64:
					*d = 1
				default:
					_ = reflect.ValueOf(d).Elem() // the rest stays empty, and must be something to scan into
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if a.Unreadable && (a.Raw != request || outbox.State(state).Pending() && (a.State != outbox.Failed || a.Reason == "")) {
			t.Errorf("an unreadable row: %+v", a)
		}
		if !a.Unreadable && string(a.State) != state {
			t.Errorf("%s was read as %s", state, a.State)
		}
		if !a.Unreadable && a.State.Pending() && !a.Verb.Known() {
			t.Errorf("%q would be sent as %q", request, a.Verb)
		}
	})
}

// Whatever is typed into the search, SQLite takes it for words and not for its language.
func FuzzGoal45Search(f *testing.F) {
	db, err := sql.Open(driverName, "file::memory:")
	if err != nil {
		f.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	f.Cleanup(func() { db.Close() })
	for _, q := range []string{`CREATE VIRTUAL TABLE search USING fts5 (title, content = '', tokenize = "unicode61 remove_diacritics 2")`, `INSERT INTO search (rowid, title) VALUES (1, 'near the old mill')`} {
		if _, err := db.Exec(q); err != nil {
			f.Fatal(err)
		}
	}
	for _, s := range []string{"mill", `"`, `title:mill`, "mill OR x", "NEAR(a b)", "-mill", "m*", "^mill", "a\x00b", "{title}:x", "\xff", "\u0301", "🦊", "old \"mill"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, words string) {
		m := match(words)
		if m == "" {
			return
		}
		var n int
		if err := db.QueryRowContext(context.Background(), "SELECT count(*) FROM search WHERE search MATCH ?", m).Scan(&n); err != nil {
			t.Fatalf("%q became %q: %v", words, m, err)
		}
		if n > 1 {
			t.Errorf("%q finds %d of one", words, n)
		}
	})
}
