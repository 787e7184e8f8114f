package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"watchfloor/ui/keys"
)

// docs/keys.md is made from the keyboard map: WATCHFLOOR_UPDATE=1 writes it.
func TestKeysPageIsTheMap(t *testing.T) {
	const file = "docs/keys.md"
	want := keysPage()
	if os.Getenv("WATCHFLOOR_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ReplaceAll(string(got), "\r\n", "\n") != want {
		t.Errorf("%s does not say what ui/keys does; run WATCHFLOOR_UPDATE=1 go test -run TestKeysPage .", file)
	}
}

func keysPage() string {
	var b strings.Builder
	b.WriteString("# Keys\n\nMade from the keyboard map in `ui/keys`. `?` in the window shows the keys of the screen you are on. Single letters act only while no text field has the focus; a sequence such as `s p` is two presses, and `Esc` gives it up. On macOS Ctrl is Cmd.\n")
	for _, screen := range []keys.Screen{keys.Queue, keys.Incident, keys.Identity, keys.Person, keys.Posture, keys.Actions, keys.Trends, keys.Reports, keys.Settings, keys.Welcome, keys.Close, keys.Form} {
		fmt.Fprintf(&b, "\n## %s\n\n| key | what it does |\n|---|---|\n", screen)
		for _, o := range keys.For(screen) {
			var shown []string
			for _, k := range strings.Split(o.Key, "  ") {
				shown = append(shown, "`"+k+"`")
			}
			fmt.Fprintf(&b, "| %s | %s |\n", strings.Join(shown, ", "), o.Help)
		}
	}
	return b.String()
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// A page that leads nowhere, or an indicator of the place it was written at, is a
// mistake of the documentation.
func TestDocsLeadSomewhere(t *testing.T) {
	pages := []string{"README.md", "CHANGELOG.md"}
	err := filepath.WalkDir("docs", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".md") {
			pages = append(pages, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, p := range pages {
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		all += string(text)
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			to := m[1]
			if strings.HasPrefix(to, "https://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(p), strings.Split(to, "#")[0])); err != nil {
				t.Errorf("%s leads to %s, which is not there", p, to)
			}
		}
	}
	for _, p := range pages { // every page can be reached
		if name := filepath.Base(p); name != "README.md" && !slices.ContainsFunc(link.FindAllStringSubmatch(all, -1), func(m []string) bool { return strings.HasSuffix(m[1], name) }) {
			t.Errorf("no page leads to %s", p)
		}
	}
}

// What the README tells people to run must be what make and the program offer.
func TestReadmeCommandsExist(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("make ([a-z]+)").FindAllStringSubmatch(string(readme), -1) {
		if !strings.Contains(string(makefile), "\n"+m[1]+":") {
			t.Errorf("README.md names make %s, which the Makefile does not have", m[1])
		}
	}
	run, err := os.ReadFile(".ci/run")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(run), "\nmake test\n") || !strings.Contains(string(readme), "make test ") {
		t.Error("CI must run the test command of the README")
	}
}
