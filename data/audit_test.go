package data

import (
	"context"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/audit"
	"watchfloor/app/outbox"
)

// told are the records of a cache.
func told(t *testing.T, c *Cache) (out []audit.Record) {
	t.Helper()
	err := c.Lines(t.Context(), func(_ int64, line []byte) error {
		r, err := audit.Decode(line)
		out = append(out, r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func whole(t *testing.T, c *Cache, known ...audit.Hash) audit.Verdict {
	t.Helper()
	v, err := audit.Verify(t.Context(), c, known...)
	if err != nil || !v.Whole() {
		t.Fatalf("%+v, %v", v, err)
	}
	head, err := c.Head(t.Context())
	if err != nil || head != v.Head {
		t.Fatalf("head %v, checked %v, %v", head, v.Head, err)
	}
	return v
}

// A record and what it tells of are stored together or not at all.
func TestTheLogGrowsWithEachActionAndOnlyThen(t *testing.T) {
	cache, clock := newCache(t)
	storePage(t, cache, app.Defender, pulled(app.Defender, "1"))
	id := find(t, cache, "1")
	begun := whole(t, cache)
	low := outbox.Request{IncidentID: id, Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Low}}
	a, err := cache.Enqueue(t.Context(), outbox.Action{ID: "g1", Actor: "ana@clinic.example", Tenant: "Clinic", Request: low})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cache.Enqueue(t.Context(), outbox.Action{ID: "g2", Request: outbox.Request{IncidentID: 99, Verb: outbox.Comment, Text: "x"}}); err == nil {
		t.Fatal("an action on nothing")
	}
	stale := a
	stale.Version--
	if err := cache.Save(t.Context(), stale); app.KindOf(err) != app.KindConflict {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := cache.Note(gone, audit.Record{Event: audit.Locked}); err == nil {
		t.Fatal("noted for a caller who had left")
	}
	if err := cache.Note(t.Context(), audit.Record{Event: audit.Locked, By: "ana@clinic.example"}); err != nil {
		t.Fatal(err)
	}
	v := whole(t, cache, begun.Hash)
	if v.Count != begun.Count+2 || v.Known[0] != begun.Count {
		t.Errorf("%+v after %+v", v, begun)
	}
	rs := told(t, cache)[begun.Count:]
	if r := rs[0]; r.Event != audit.Queued || r.By != "ana@clinic.example" || r.Tenant != "Clinic" || r.Kind != "incident" || r.Source != "defender" || r.ID != "1" ||
		r.Action != "g1" || r.Number != a.Seq || r.Verb != "severity" || r.State != "queued" || !r.At.Equal(clock.at) ||
		len(r.Changes) != 1 || r.Changes[0] != (audit.Change{Field: "severity", From: "Medium", To: "Low"}) {
		t.Errorf("%+v", r)
	}
	if rs[1].Event != audit.Locked {
		t.Errorf("%+v", rs[1])
	}
}

func TestTheLogIsOnlyAppendedTo(t *testing.T) {
	cache, _ := newCache(t)
	for range 3 {
		if err := cache.Note(t.Context(), audit.Record{Event: audit.Unlocked}); err != nil {
			t.Fatal(err)
		}
	}
	before := whole(t, cache)
	for _, query := range []string{
		`UPDATE audit SET record = x'00' WHERE seq = 2`,
		`UPDATE audit SET seq = 9 WHERE seq = 2`,
		`DELETE FROM audit WHERE seq = 4`,
		`DELETE FROM audit`,
		`INSERT INTO audit (seq, record) VALUES (6, x'00')`,
		`INSERT INTO audit (seq, record) VALUES (NULL, x'00')`,
		`INSERT OR REPLACE INTO audit (seq, record) VALUES (3, x'00')`,
		`INSERT INTO audit (seq, record) VALUES (3, x'00') ON CONFLICT (seq) DO UPDATE SET record = x'00'`,
	} {
		err := cache.tx(t.Context(), func(x *tx) error { return x.exec(query) })
		if err == nil {
			t.Errorf("done: %s", query)
		}
	}
	if after := whole(t, cache); after.Head != before.Head {
		t.Errorf("%+v, before %+v", after, before)
	}
}

// The log of a cache that is older than it says how much it does not know.
func TestTheLogOfAnOlderCacheSaysWhatCameBefore(t *testing.T) {
	c := &clock{noon}
	path := fourthRelease(t)
	for range 2 { // the second start adds nothing
		cache, err := Open(t.Context(), Config{Key: testKey, Path: path, Now: c.now})
		if err != nil {
			t.Fatal(err)
		}
		rs := told(t, cache)
		if len(rs) != 1 || rs[0].Event != audit.Genesis || !strings.Contains(rs[0].Reason, "5 actions are older") || !rs[0].At.Equal(noon) {
			t.Errorf("%+v", rs)
		}
		whole(t, cache)
		if err := cache.Close(); err != nil {
			t.Fatal(err)
		}
		c.at = c.at.AddDate(0, 0, 1)
	}
}

// Two processes on one cache keep one chain.
func TestTwoProcessesKeepOneChain(t *testing.T) {
	one, _ := newCache(t)
	two, err := Open(t.Context(), Config{Key: testKey, Path: one.cfg.Path, Now: one.cfg.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer two.Close()
	const each = 25
	failed := make(chan error, 2)
	for _, c := range []*Cache{one, two} {
		go func() {
			for range each {
				if err := c.Note(context.Background(), audit.Record{Event: audit.Unlocked}); err != nil {
					failed <- err
					return
				}
			}
			failed <- nil
		}()
	}
	for range 2 {
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
	}
	if v := whole(t, two); v.Count != 1+2*each {
		t.Errorf("%d records", v.Count)
	}
}

// What somebody does to the file past the triggers is found.
func TestWhatWasDoneToTheFileIsFound(t *testing.T) {
	for name, queries := range map[string][]string{
		"a byte":    {`UPDATE audit SET record = replace(record, 'unlocked', 'unlockeD') WHERE seq = 3`},
		"a row":     {`DELETE FROM audit WHERE seq = 3`},
		"the order": {`UPDATE audit SET seq = -3 WHERE seq = 3`, `UPDATE audit SET seq = 3 WHERE seq = 4`, `UPDATE audit SET seq = 4 WHERE seq = -3`},
	} {
		cache, _ := newCache(t)
		for range 4 {
			if err := cache.Note(t.Context(), audit.Record{Event: audit.Unlocked}); err != nil {
				t.Fatal(err)
			}
		}
		whole(t, cache)
		err := cache.tx(t.Context(), func(x *tx) error {
			for _, q := range append([]string{`DROP TRIGGER audit_unchanged`, `DROP TRIGGER audit_kept`}, queries...) {
				if err := x.exec(q); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		v, err := audit.Verify(t.Context(), cache)
		if err != nil || v.Whole() || v.Breaks[0].Seq < 2 || v.Breaks[0].Seq > 4 {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
}
