package data

import (
	"os"
	"path/filepath"
	"testing"

	"watchfloor/app"
	"watchfloor/data/vault"
	"watchfloor/data/vault/fault"
)

// rotating is a closed cache with three incidents and a queued action.
func rotating(t *testing.T) Config {
	t.Helper()
	cache, _ := newCache(t)
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "1"), pulled(app.Sentinel, "2"), pulled(app.Sentinel, "3"))
	if err := cache.Close(); err != nil {
		t.Fatal(err)
	}
	return Config{Path: cache.cfg.Path, Key: testKey, Now: cache.cfg.Now}
}

func incidents(t *testing.T, cfg Config) int {
	t.Helper()
	cache, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	return len(window(t, cache, ""))
}

func TestGoal27ACacheGetsAnotherKey(t *testing.T) {
	old := rotating(t)
	next := old
	next.Key = vault.NewKey()

	if err := Rotate(t.Context(), old, next.Key); err != nil {
		t.Fatal(err)
	}

	if n := incidents(t, next); n != 3 {
		t.Errorf("%d incidents with the new key, want 3", n)
	}
	if _, err := Open(t.Context(), old); app.KindOf(err) != app.KindInvalid {
		t.Errorf("the old key still opens it: %v", err)
	}
	if info, err := os.Stat(old.Path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, err %v", info.Mode(), err)
	}
	for _, path := range next.backups() {
		if fits, err := vault.Fits(path, next.Key); !fits || err != nil {
			t.Errorf("a backup of the old key is left: %v", err)
		}
	}
}

// A rotation that ends at any write leaves the whole cache under the old key.
func TestGoal27ARotationThatIsCutShortLosesNothing(t *testing.T) {
	cfg := rotating(t)
	dir := filepath.Dir(cfg.Path)
	disk, err := fault.Watch(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	cfg.VFS = fault.VFS
	ctx, next := t.Context(), vault.NewKey()
	disk.FailWhen(func(int, fault.Op) int { return 0 })
	if err := cfg.fold(ctx); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 50; n++ {
		cut := n * 5
		disk.FailWhen(func(i int, _ fault.Op) int {
			if i >= cut {
				return fault.IOError
			}
			return 0
		})
		err := Rotate(ctx, cfg, next)
		disk.FailWhen(nil)
		if err == nil {
			t.Fatalf("operation %d was to fail", cut)
		}
		if fits, err := vault.Fits(cfg.Path, testKey); !fits || err != nil {
			t.Fatalf("after operation %d the old key does not fit: %v", cut, err)
		}
	}
	plain := cfg
	plain.VFS = ""
	if n := incidents(t, plain); n != 3 {
		t.Errorf("%d incidents are left, want 3", n)
	}
}
