package profiles

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/profile"
)

func add(t *testing.T, s Store, name string) profile.Profile {
	t.Helper()
	p, err := s.Add(profile.Profile{Name: name, TenantID: "contoso.example", Method: profile.Device})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func list(t *testing.T, s Store) []profile.Profile {
	t.Helper()
	l, damaged, err := s.List()
	if err != nil || len(damaged) > 0 {
		t.Fatal(damaged, err)
	}
	return l
}

func TestProfilesKeepTheirOrderNamesAndColours(t *testing.T) {
	s := In(t.TempDir())
	if l := list(t, s); len(l) != 0 {
		t.Fatalf("an empty data folder lists %v", l)
	}
	a, b := add(t, s, "Contoso – Banking"), add(t, s, "Contoso – Banking")
	if a.ID == b.ID || a.Slot == b.Slot || a.Colour == b.Colour {
		t.Errorf("two profiles of one name are not told apart: %+v %+v", a, b)
	}
	if got := list(t, s); !slices.Equal(got, []profile.Profile{a, b}) {
		t.Errorf("listed %+v", got)
	}
	b.Name = "Renamed"
	if err := s.Change(b); err != nil {
		t.Fatal(err)
	}
	if got := list(t, s); got[1].Name != "Renamed" || got[1].Slot != b.Slot {
		t.Errorf("after a change %+v", got[1])
	}
}

func TestSlotIsNeverGivenTwice(t *testing.T) {
	s := In(t.TempDir())
	add(t, s, "a")
	last := add(t, s, "b")
	if err := s.Remove(last.ID); err != nil {
		t.Fatal(err)
	}
	if next := add(t, s, "b"); next.Slot <= last.Slot {
		t.Errorf("slot %d was given again as %d", last.Slot, next.Slot)
	}
}

func TestRemoveDeletesTheCacheToo(t *testing.T) {
	s := In(t.TempDir())
	p := add(t, s, "a")
	cache := filepath.Join(s.Dir(p.ID), "cache.db")
	if err := os.WriteFile(cache, []byte("rows"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(p.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(cache); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the cache is still there: %v", err)
	}
}

func TestDamagedProfileIsReportedAndLeftAlone(t *testing.T) {
	s := In(t.TempDir())
	good, bad := add(t, s, "good"), add(t, s, "bad")
	path := filepath.Join(s.Dir(bad.ID), file)
	for _, text := range []string{"", "{", `{"slot":-1}`, `{"slot":99999}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		l, damaged, err := s.List()
		if err != nil || len(l) != 1 || l[0].ID != good.ID || len(damaged) != 1 || !strings.Contains(damaged[0], s.Dir(bad.ID)) {
			t.Errorf("%q: %v %v %v", text, l, damaged, err)
		}
	}
	if b, _ := os.ReadFile(path); string(b) != `{"slot":99999}` {
		t.Error("the damaged file was touched")
	}
}

func TestCopiedFolderIsRefused(t *testing.T) {
	s := In(t.TempDir())
	p := add(t, s, "a")
	if err := os.CopyFS(s.Dir("copy"), os.DirFS(s.Dir(p.ID))); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.List(); app.KindOf(err) != app.KindInvalid {
		t.Errorf("two profiles with one slot: %v", err)
	}
}

func TestFilesAreForTheUserOnly(t *testing.T) {
	s := In(filepath.Join(t.TempDir(), "home"))
	p := add(t, s, "a")
	for path, want := range map[string]fs.FileMode{s.Dir(p.ID): 0o700, filepath.Join(s.Dir(p.ID), file): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
	}
}

func TestOneTenantOfAnOlderVersionMovesInWhole(t *testing.T) {
	for stop := range len(oneTenant) {
		home := t.TempDir()
		s := In(home)
		for _, name := range oneTenant {
			if err := os.WriteFile(filepath.Join(home, name), []byte(`{"name":"Old","tenantId":"contoso.example","method":"device"}`), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		// an earlier move was killed after some files
		if err := os.MkdirAll(s.Dir(adopted), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, name := range oneTenant[:stop] {
			if err := os.Rename(filepath.Join(home, name), filepath.Join(s.Dir(adopted), name)); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if err := s.Adopt(); err != nil {
				t.Fatal(err)
			}
		}
		if l := list(t, s); len(l) != 1 || l[0].Name != "Old" || l[0].Slot != 0 {
			t.Errorf("killed after %d files: %+v", stop, l)
		}
		for _, name := range oneTenant {
			if _, err := os.Stat(filepath.Join(s.Dir(adopted), name)); err != nil {
				t.Errorf("killed after %d files: %v", stop, err)
			}
		}
	}
}
