package audit

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The recipe that docs/audit.md gives to others accepts a log and finds what was done to
// it, with a shell and sha256sum alone.
func TestTheRecipeOfTheManualChecksALog(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell here")
	}
	if _, err := exec.LookPath("sha256sum"); err != nil {
		t.Skip("sha256sum is not installed")
	}
	page, err := os.ReadFile("../../docs/audit.md")
	if err != nil {
		t.Fatal(err)
	}
	recipe := regexp.MustCompile("(?s)```sh\n(.*?)```").FindSubmatch(page)
	if recipe == nil {
		t.Fatal("the manual has no recipe")
	}
	log, heads := chained(Record{Event: Queued, At: six, By: `a "quoted" \ name`, Reason: "tab\t\u202e👩"}, Record{Event: Sending, At: six}, Record{Event: Done, At: six})
	dir := t.TempDir()
	run := func(lines ...[]byte) (string, error) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "audit.jsonl"), append(bytes.Join(lines, []byte("\n")), '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), shell, "-c", string(recipe[1])+"\necho head $prev")
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run(log.lines...); err != nil || out != "head "+heads[3].Hash.String()+"\n" {
		t.Errorf("%s, %v", out, err)
	}
	bad := log.copy()
	bad.lines[1] = bytes.Replace(bad.lines[1], []byte("queued"), []byte("parked"), 1)
	for at, lines := range map[string][][]byte{"3": bad.lines, "2": {log.lines[0], log.lines[2], log.lines[3]}, "1": log.lines[1:]} {
		if out, err := run(lines...); err == nil || !strings.Contains(out, "broken at record "+at) {
			t.Errorf("%s, %v; want a break at %s", out, err, at)
		}
	}
}
