package azure

import (
	"os"
	"strings"
	"testing"
)

// Whoever looks a sentence up in docs/connect.md finds it.
func TestTheTroubleshootingTableIsComplete(t *testing.T) {
	b, err := os.ReadFile("../../docs/connect.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	for _, way := range entraWays {
		if !strings.Contains(page, "| "+way.say+" |") {
			t.Errorf("docs/connect.md does not know %q", way.say)
		}
	}
	for _, say := range []string{sessionOnly, noManaged} {
		if !strings.Contains(page, "| "+say+" |") {
			t.Errorf("docs/connect.md does not know %q", say)
		}
	}
}
