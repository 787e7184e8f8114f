package data

import (
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"watchfloor/app/posture"
	"watchfloor/data/migrations"
)

// Given a cache of before posture was kept, when this release opens it, then its alerts
// are counted and posture can be stored beside them.
func TestACacheOfBeforePostureLearnsIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cache.db")
	db := rawCache(t, path)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, migrations.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		`INSERT INTO incident (id, source, remote_id, number, title, severity, status, open, created, modified, stored, fingerprint)
    VALUES (1, 'cloud', 'a', '1', 'One', 3, 1, 1, 1, 1, 1, 0), (2, 'sentinel', 'b', '2', 'Two', 3, 1, 1, 1, 1, 1, 0)`,
		`INSERT INTO alert (incident_id, remote_id, title, severity, provider_id) VALUES (1, 'x', 'x', 1, 'p'), (2, 'y', 'y', 1, 'p')`,
	} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	c := &clock{noon}
	cache, err := Open(t.Context(), Config{Key: testKey, Path: path, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	if h := must[posture.Health](t)(cache.Posture().AlertHealth(t.Context())); h.Alerts != 1 || h.Covered != 1 {
		t.Errorf("alerts of before: %+v", h)
	}
	keepPosture(t, cache, ward())
	if got := must[[]posture.Recommendation](t)(cache.Posture().Recommendations(t.Context(), posture.Ask{})); len(got) != 3 {
		t.Errorf("%d recommendations", len(got))
	}
	if err := cache.Check(t.Context()); err != nil {
		t.Errorf("the cache is not sound: %v", err)
	}
}
