package filemanager

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"watchfloor/app"
)

// manager is a program that writes what it was asked to show, and ends as told.
func manager(t *testing.T, ending string) (program, said string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in of the file manager is a shell script")
	}
	dir := t.TempDir()
	program, said = filepath.Join(dir, "manager"), filepath.Join(dir, "said")
	script := "#!/bin/sh\nprintf '%s|' \"$@\" > " + said + "\n" + ending + "\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return program, said
}

func TestAFolderIsShownAndNothingElse(t *testing.T) {
	program, said := manager(t, "exit 0")
	dir := filepath.Join(t.TempDir(), "$(touch x) & a b")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := openWith(t.Context(), program, dir); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(said); string(got) != dir+"|" {
		t.Errorf("the file manager was given %q, want the folder as one argument", got)
	}
}

func TestFilesAreRefused(t *testing.T) {
	program, said := manager(t, "exit 0")
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, "relative", filepath.Join(t.TempDir(), "gone"), "https://evil.example", ""} {
		if err := openWith(t.Context(), program, path); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%q: %v", path, err)
		}
	}
	if _, err := os.Stat(said); err == nil {
		t.Error("the file manager ran")
	}
}

// Whoever cannot be shown the folder is told where it is.
func TestFailuresNameTheFolder(t *testing.T) {
	failing, _ := manager(t, "exit 3")
	dir := t.TempDir()
	for _, program := range []string{failing, "there-is-no-such-program"} {
		if err := openWith(t.Context(), program, dir); err == nil || !strings.Contains(app.Say(err), dir) {
			t.Errorf("%s: %q", program, app.Say(err))
		}
	}
}

func TestEverySystemHasAProgram(t *testing.T) {
	for system, want := range map[string]string{"windows": "explorer.exe", "darwin": "open", "linux": "xdg-open", "freebsd": "xdg-open"} {
		if got := opener(system); got != want {
			t.Errorf("%s: %s, want %s", system, got, want)
		}
	}
}
