package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"watchfloor/ui/cli"
)

// The bill of materials of a binary names every module that go version -m finds in it,
// the standard library, and the C code that they bring along.
func TestGoal48BillOfMaterialsListsAllModules(t *testing.T) {
	var out, said bytes.Buffer
	if code := cli.Run(t.Context(), cli.Deps{Version: "9.9.9", Carried: carried()}, []string{"version", "--sbom"}, &out, &said); code != 0 {
		t.Fatalf("exit %d: %s", code, &said)
	}
	var bom struct {
		BOMFormat, SpecVersion string
		Metadata               struct {
			Component struct{ Name, Version string }
		}
		Components []struct {
			Name, Version, PURL string
			Properties          []struct{ Name, Value string }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &bom); err != nil {
		t.Fatal(err)
	}
	if bom.BOMFormat != "CycloneDX" || bom.SpecVersion != "1.6" || bom.Metadata.Component.Version != "9.9.9" {
		t.Errorf("it begins %.200s", &out)
	}
	var have []string
	for _, c := range bom.Components {
		sum := ""
		for _, p := range c.Properties {
			sum = p.Value
		}
		have = append(have, strings.TrimSpace(c.Name+" "+c.Version+" "+sum))
	}

	binary, err := exec.CommandContext(t.Context(), "go", "version", "-m", os.Args[0]).Output()
	if err != nil {
		t.Fatal(err)
	}
	first := strings.Fields(string(binary)) // FILE: go1.26.0
	want := []string{"std " + strings.TrimPrefix(first[1], "go"), "sqlite " + carried()[0].Version, "glfw " + glfwVersion}
	for _, m := range regexp.MustCompile(`(?m)^\tdep\t(\S+)\t(\S+)\t(\S*)$`).FindAllStringSubmatch(string(binary), -1) {
		want = append(want, strings.TrimSpace(m[1]+" "+m[2]+" "+m[3]))
	}
	if len(want) < 50 {
		t.Fatalf("go version -m names %d", len(want))
	}
	slices.Sort(have)
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("it lists %d, the binary holds %d:\n%q\n%q", len(have), len(want), have, want)
	}
	t.Logf("%d components", len(have))
}

// The versions that no build notes are those of the sources.
func TestGoal48CarriedCodeIsOfItsSources(t *testing.T) {
	dir := func(module string) string {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	b, err := os.ReadFile(filepath.Join(dir(carried()[1].Module), "glfw", "include", "GLFW", "glfw3.h"))
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, name := range []string{"MAJOR", "MINOR", "REVISION"} {
		m := regexp.MustCompile(`#define GLFW_VERSION_` + name + `\s+(\d+)`).FindSubmatch(b)
		if m == nil {
			t.Fatal(name)
		}
		parts = append(parts, string(m[1]))
	}
	if got := strings.Join(parts, "."); got != glfwVersion {
		t.Errorf("GLFW is %s, sbom.go says %s", got, glfwVersion)
	}
	b, err = os.ReadFile(filepath.Join(dir(carried()[0].Module), "sqlite3-binding.h"))
	if err != nil || !bytes.Contains(b, []byte(`"`+carried()[0].Version+`"`)) {
		t.Errorf("SQLite is not %s, %v", carried()[0].Version, err)
	}
}
