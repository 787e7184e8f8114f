package data

import "testing"

// Given a damaged file whose tables have columns of another release, or of an attacker,
// then what this release knows of them is brought over, and no name gets into a statement.
func TestGoal7ColumnsOfADamagedFileAreNotBelieved(t *testing.T) {
	l := live(t)
	path := place(t, l.files)
	cache := l.open(t, path)
	if err := cache.SetPreference(t.Context(), "theme", "light"); err != nil {
		t.Fatal(err)
	}
	cache.Close()
	db := testFile(t, path, nil)
	for _, query := range []string{
		`ALTER TABLE preference ADD COLUMN "of tomorrow" TEXT`,
		`ALTER TABLE preference ADD COLUMN "key) VALUES ('theme', 'dark'); DELETE FROM outbox; --" TEXT`,
		`DROP TABLE outbox_clock`,
		`CREATE TABLE outbox_clock ("value), (" TEXT)`,
		`INSERT INTO outbox_clock VALUES ('x')`,
		`PRAGMA application_id = 7`, // not ours any more: it is set aside
	} {
		if _, err := db.ExecContext(t.Context(), query); err != nil {
			t.Fatal(query, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	cache = l.open(t, path)
	if cache.Notice() == "" {
		t.Fatal("it was not repaired")
	}
	if v, err := cache.Preference(t.Context(), "theme"); err != nil || v != "light" {
		t.Errorf("%q, %v", v, err)
	}
	all, err := cache.Actions(t.Context(), 1000)
	if err != nil || len(all) < len(l.actions) {
		t.Errorf("%d of %d actions, %v", len(all), len(l.actions), err)
	}
	if err := cache.Check(t.Context()); err != nil {
		t.Error(err)
	}
}
