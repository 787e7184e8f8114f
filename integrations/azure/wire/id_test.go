package wire

import "testing"

// Groups and resources may be named like a type, and a type may stand in an id twice.
func TestATypeInAnIdIsNoName(t *testing.T) {
	for _, c := range []struct{ id, kind, want string }{
		{"/subscriptions/AB/providers/Microsoft.Security/secureScores/ascScore", "Subscriptions", "AB"},
		{"subscriptions/AB", "subscriptions", "AB"},
		{"/subscriptions/AB/resourceGroups/subscriptions/providers/x", "subscriptions", "AB"},
		{"/subscriptions/AB/resourceGroups/alerts/providers/Microsoft.Security/locations/we/alerts/7_1", "alerts", "7_1"},
		{"/subscriptions/AB/resourceGroups/locations/providers/Microsoft.Security/locations/we/alerts/7_1", "locations", "we"},
		{"/subscriptions/AB/resourceGroups/rg/providers/Microsoft.ApiManagement/service/s/subscriptions/key", "subscriptions", "AB"},
		{"/subscriptions", "subscriptions", ""},
		{"", "subscriptions", ""},
		{"no id", "subscriptions", ""},
	} {
		if got := Segment(c.id, c.kind); got != c.want {
			t.Errorf("%s of %q is %q, want %q", c.kind, c.id, got, c.want)
		}
	}
}
