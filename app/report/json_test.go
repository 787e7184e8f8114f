package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"watchfloor/app/triage"
)

func TestJSONIsAnArrayEvenWhenEmpty(t *testing.T) {
	var b bytes.Buffer
	if err := QueueJSON(&b, nil); err != nil || b.String() != "[]\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
}

func TestJSONFieldsKeepTheirOrderAndNulls(t *testing.T) {
	r := rowOf(7, "x")
	r.Score, r.Tags = nil, nil
	var b bytes.Buffer
	if err := QueueJSON(&b, []triage.Row{r}); err != nil {
		t.Fatal(err)
	}
	at := -1
	for _, key := range []string{
		`"id": 7`, `"source": "sentinel"`, `"remoteId": "r1"`, `"number": "48213"`, `"title": "x"`, `"severity": "High"`,
		`"status": "New"`, `"score": null`, `"alerts": null`, `"created": "2026-03-12T12:00:00Z"`, `"tags": []`, `"queued": 0`,
	} {
		next := strings.Index(b.String(), key)
		if next <= at {
			t.Errorf("%s is missing or out of order", key)
		}
		at = next
	}
}

// Text comes back as it was received, and nothing in the file hides or reorders.
func TestJSONKeepsTextAndHidesNothing(t *testing.T) {
	check := func(t interface{ Fatalf(string, ...any) }, s string) {
		var b bytes.Buffer
		if err := WriteJSON(&b, []string{s}); err != nil {
			t.Fatalf("%v", err)
		}
		if bytes.ContainsFunc(b.Bytes(), hidden) {
			t.Fatalf("a hidden character of %q is written as it is", s)
		}
		var back []string
		if err := json.Unmarshal(b.Bytes(), &back); err != nil || back[0] != strings.ToValidUTF8(s, "\ufffd") && !strings.ContainsRune(back[0], '\ufffd') {
			t.Fatalf("%q came back as %q, %v", s, back, err)
		}
	}
	for _, h := range append(hostile, "tag \U000e0041 plane") {
		check(t, h)
	}
	rapid.Check(t, func(t *rapid.T) { check(t, rapid.String().Draw(t, "text")) })
}
