package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The page of goals names, for each of the 49, the folders whose tests carry its number,
// and no other.
func TestReliabilityPageNamesTheTestsOfEveryGoal(t *testing.T) {
	named := regexp.MustCompile(`(?m)^func (?:Test|Benchmark|Fuzz)Goal(\d+)`)
	have := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range named.FindAllStringSubmatch(string(b), -1) {
			if dir := filepath.ToSlash(filepath.Dir(path)); !slices.Contains(have[m[1]], dir) {
				have[m[1]] = append(have[m[1]], dir)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("docs/reliability.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	folders := regexp.MustCompile("`([^`]+)`")
	for _, m := range regexp.MustCompile(`(?m)^\| (\d+) \|[^|]*\|([^|]*)\|`).FindAllStringSubmatch(string(page), -1) {
		rows[m[1]] = []string{}
		for _, f := range folders.FindAllStringSubmatch(m[2], -1) {
			rows[m[1]] = append(rows[m[1]], f[1])
		}
	}
	for n := 1; n <= 49; n++ {
		goal := strconv.Itoa(n)
		said, there := rows[goal]
		if !there {
			t.Errorf("goal %d has no row", n)
			continue
		}
		slices.Sort(said)
		slices.Sort(have[goal])
		if !slices.Equal(said, have[goal]) {
			t.Errorf("goal %d: the page names %q, its tests are in %q", n, said, have[goal])
		}
	}
}
