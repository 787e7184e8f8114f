package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What comes from outside is fuzzed where it is read: each of these has a target, and
// every target keeps inputs that go test replays.
func TestGoal45WhatComesFromOutsideIsFuzzed(t *testing.T) {
	wanted := map[string]string{
		"incidents of Sentinel":             "integrations/sentinel.FuzzDecodeIncident",
		"alerts, entities, tasks of it":     "integrations/sentinel.FuzzDecodeParts",
		"incidents of Graph":                "integrations/defender.FuzzDecodeIncident",
		"evidence of Graph":                 "integrations/defender.FuzzDecodeEvidence",
		"alerts of Defender for Cloud":      "integrations/cloudalerts.FuzzDecodeAlert",
		"risky users, detections, sign-ins": "integrations/identity.FuzzDecode",
		"scores, assessments, compliance":   "integrations/posture.FuzzDecode",
		"a page of any of them":             "integrations/azure/wire.FuzzReadList",
		"a row of any of them":              "integrations/azure/wire.FuzzRow",
		"Retry-After":                       "integrations/azure.FuzzRetryAfter",
		"the date of an answer":             "integrations/azure.FuzzGoal45Date",
		"ETags":                             "app/outbox.FuzzGoal45ETag",
		"rights as a directory tells them":  "integrations/directory.FuzzMatch",
		"a file with a certificate":         "integrations/azure.FuzzCertificateFile",
		"the filter over incidents":         "app/triage.FuzzParse",
		"the filter over people":            "app/identity.FuzzParse",
		"words to search":                   "data.FuzzGoal45Search",
		"a list of important people":        "app/identity.FuzzParseHighValueCSV",
		"cells of a CSV":                    "app/report.FuzzGoal45Cell",
		"a line of tenant text":             "app/text.FuzzLine",
		"indicators":                        "app/text.FuzzDefang",
		"settings that somebody sent":       "app/profile.FuzzReadDraft",
		"a stored profile":                  "data/profiles.FuzzGoal45ProfileFile",
		"a row of the outbox":               "data.FuzzGoal45OutboxRow",
		"a sealed page":                     "data/vault.FuzzOpenPage",
		"fonts of the computer":             "integrations/fonts.FuzzSingle",
	}
	found := map[string]bool{}
	target := regexp.MustCompile(`(?m)^func (Fuzz\w+)\(f \*testing\.F\) \{`)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range target.FindAllStringSubmatchIndex(string(src), -1) {
			name, body := string(src[m[2]:m[3]]), string(src[m[1]:])
			if end := strings.Index(body, "\n}"); end >= 0 {
				body = body[:end]
			}
			dir := filepath.ToSlash(filepath.Dir(path))
			found[dir+"."+name] = true
			kept, _ := os.ReadDir(filepath.Join(filepath.Dir(path), "testdata", "fuzz", name))
			if len(kept) == 0 && !strings.Contains(body, "f.Add(") {
				t.Errorf("%s.%s keeps no inputs: nothing of it runs in make test", dir, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, name := range wanted {
		if !found[name] {
			t.Errorf("%s: there is no %s", what, name)
		}
	}
	t.Logf("%d targets", len(found))
}
