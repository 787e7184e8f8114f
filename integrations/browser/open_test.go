package browser

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/portal"
)

// starter is a program that writes what it was asked to open, and ends as told.
func starter(t *testing.T, ending string) (program, said string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in of the browser is a shell script")
	}
	dir := t.TempDir()
	program, said = filepath.Join(dir, "starter"), filepath.Join(dir, "said")
	script := "#!/bin/sh\nprintf '%s|' \"$@\" > " + said + "\n" + ending + "\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return program, said
}

func page(t *testing.T) portal.Address {
	t.Helper()
	a, err := portal.Parse("https://security.microsoft.com/incidents/5?tid=1&x=(y)")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestGoal41AnAddressIsOneArgument(t *testing.T) {
	program, said := starter(t, "exit 0")
	if err := openWith(t.Context(), program, []string{"first"}, page(t)); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(said); string(got) != "first|https://security.microsoft.com/incidents/5?tid=1&x=(y)|" {
		t.Errorf("the browser was given %q", got)
	}
}

func TestGoal41WithoutAnAddressNothingStarts(t *testing.T) {
	program, said := starter(t, "exit 0")
	if err := openWith(t.Context(), program, nil, portal.Address{}); app.KindOf(err) != app.KindInvalid {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(said); err == nil {
		t.Error("the browser ran")
	}
}

func TestABrowserThatFailsSaysWhatToDo(t *testing.T) {
	failing, _ := starter(t, "exit 3")
	for _, program := range []string{failing, filepath.Join(t.TempDir(), "missing")} {
		err := openWith(t.Context(), program, nil, page(t))
		if err == nil || !strings.Contains(app.Say(err), "Open it by hand: https://security.microsoft.com/") {
			t.Errorf("%s: %v", program, err)
		}
	}
}
