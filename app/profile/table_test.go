package profile

import (
	"strings"
	"testing"
)

// Pasted into a mail, the columns stand below each other and a line stays a line.
func TestTableIsAligned(t *testing.T) {
	got := Table([]Finding{
		{Source: "Sign-in", Check: "Token", Verdict: Works},
		{Source: "Sentinel", Check: "Change incidents", Verdict: Missing, Needs: "Microsoft Sentinel Responder\non rg-日本", Costs: "Nothing can be closed."},
	})
	lines := strings.Split(strings.TrimRight(got, "\n"), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines:\n%s", len(lines), got)
	}
	at := strings.Index(lines[0], "NEEDS")
	if !strings.HasPrefix(lines[2][at:], "Microsoft Sentinel Responder") || !strings.HasSuffix(lines[2], "Nothing can be closed.") {
		t.Errorf("not aligned:\n%s", got)
	}
	if !strings.HasPrefix(lines[1][at:], "–") {
		t.Errorf("an empty cell leaves a hole:\n%s", got)
	}
}
