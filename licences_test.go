package main

import (
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"
)

// docs/licences.md names every module in the program with its version, and what its
// licence is: .ci/licences writes it.
func TestGoal48LicencesOfAllModules(t *testing.T) {
	b, err := os.ReadFile("docs/licences.md")
	if err != nil {
		t.Fatal(err)
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || len(info.Deps) < 50 {
		t.Fatalf("the test knows its modules: %v, %d", ok, len(info.Deps))
	}
	licence := map[string]string{}
	for line := range strings.Lines(string(b)) {
		if cells := strings.Split(line, " | "); len(cells) == 3 {
			licence[strings.TrimPrefix(cells[0], "| ")+" "+cells[1]] = strings.TrimSuffix(strings.TrimSpace(cells[2]), " |")
		}
	}
	shipped := shippedModules(t)
	for _, m := range info.Deps {
		if !shipped[m.Path] {
			continue // of the tests only
		}
		if l := licence[m.Path+" "+m.Version]; l == "" || strings.Contains(l, "unknown") || strings.Contains(l, "none") {
			t.Errorf("%s %s has the licence %q; run .ci/licences", m.Path, m.Version, l)
		}
	}
}

// shippedModules are those in the program, tests left out.
func shippedModules(t *testing.T) map[string]bool {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		all[strings.TrimSpace(line)] = true
	}
	return all
}
