package profiles

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watchfloor/app"
)

func TestAFileIsReplacedWholeAndPrivate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	if err := os.WriteFile(path, []byte("before, and longer"), 0o644); err != nil { //nolint:gosec // that of somebody careless
		t.Fatal(err)
	}
	if err := ReplaceFile(path, []byte("after")); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	info, _ := os.Stat(path)
	if err != nil || string(b) != "after" || info.Mode().Perm() != 0o600 {
		t.Errorf("%q, mode %o, %v", b, info.Mode().Perm(), err)
	}
	onlyFile(t, dir, "f")
}

func TestAFileThatCannotBeReplacedStays(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	if err := os.Mkdir(path, 0o700); err != nil { // something else has its name
		t.Fatal(err)
	}
	if err := ReplaceFile(path, []byte("after")); err == nil {
		t.Error("nobody is told")
	}
	onlyFile(t, dir, "f")
	if err := ReplaceFile(filepath.Join(dir, "none", "f"), nil); err == nil {
		t.Error("a folder that is not there takes files")
	}
}

// onlyFile checks that no half of a file was left behind.
func onlyFile(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != name {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
}

// What is found of an older version is moved only where nothing can be mixed up.
func TestAnOldTenantThatCannotMoveInIsLeftAlone(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		newer bool
		want  string
	}{
		"damaged":             {"{", false, "damaged; repair the file"},
		"beside a newer one":  {`{"name":"Old"}`, true, "beside newer ones"},
		"nothing to be moved": {"", true, ""},
	} {
		home := t.TempDir()
		s := In(home)
		if c.newer {
			add(t, s, "newer")
		}
		if c.text != "" {
			if err := os.WriteFile(filepath.Join(home, file), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		err := s.Adopt()
		if (err == nil) != (c.want == "") || !strings.Contains(app.Say(err), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if b, _ := os.ReadFile(filepath.Join(home, file)); string(b) != c.text {
			t.Errorf("%s: the file holds %q", name, b)
		}
	}
}

func TestIdsAreSafeNamesOfFolders(t *testing.T) {
	s := In(t.TempDir())
	for name, want := range map[string]string{
		"../../etc": "etc", "Ünïcode & Söhne": "n-code-s-hne", "...": "tenant", "": "tenant",
		"contoso.example": "contoso-example", strings.Repeat("long", 20): strings.Repeat("long", 8)[:30],
	} {
		if got := s.NewID(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
