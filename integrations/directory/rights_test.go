package directory

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestActionsMatchTheirPatterns(t *testing.T) {
	const write = "Microsoft.SecurityInsights/incidents/write"
	for _, c := range []struct {
		pattern, action string
		want            bool
	}{
		{"*", write, true},
		{"Microsoft.SecurityInsights/*", write, true},
		{"microsoft.securityinsights/INCIDENTS/*", write, true},
		{"Microsoft.SecurityInsights/incidents/write", write, true},
		{"*/write", write, true},
		{"Microsoft.*/incidents/*", write, true},
		{"*Insights*write", write, true},
		{"*/read", write, false},
		{"Microsoft.SecurityInsights/*/read", write, false},
		{"Microsoft.SecurityInsights/incidents", write, false},
		{"Microsoft.SecurityInsights/incidents/comments/*", write, false},
		{"Microsoft.Security/*", write, false},
		{"", write, false},
		{"*write*", write, true},
		{"*ab*ba", "abba", true},
		{"*aba*ba", "ababa", true},
		{"*aba*aba", "ababa", false}, // the ends may not overlap
		{"a*a", "a", false},
	} {
		if got := anyMatch([]string{c.pattern}, c.action); got != c.want {
			t.Errorf("%q against %q: %v", c.pattern, c.action, got)
		}
	}
}

// The built-in roles as Azure lists them, cut to what matters here.
func TestRolesAllowWhatTheyAreFor(t *testing.T) {
	reader := right{Actions: []string{"Microsoft.SecurityInsights/*/read", "Microsoft.OperationalInsights/workspaces/*/read", "Microsoft.Authorization/*/read"}}
	responder := right{
		Actions:    append([]string{"Microsoft.SecurityInsights/automationRules/*", "Microsoft.SecurityInsights/incidents/*"}, reader.Actions...),
		NotActions: []string{"Microsoft.SecurityInsights/incidents/*/Delete", "Microsoft.SecurityInsights/ConfidentialWatchlists/*"},
	}
	all := right{Actions: []string{"*"}, NotActions: []string{"Microsoft.SecurityInsights/*/write"}}
	const read, write, deleted = "Microsoft.SecurityInsights/incidents/read", "Microsoft.SecurityInsights/incidents/write", "Microsoft.SecurityInsights/incidents/comments/delete"
	for name, c := range map[string]struct {
		rights []right
		action string
		want   bool
	}{
		"nobody reads":                            {nil, read, false},
		"a reader reads":                          {[]right{reader}, read, true},
		"a reader does not write":                 {[]right{reader}, write, false},
		"a responder writes":                      {[]right{responder}, write, true},
		"a responder comments":                    {[]right{responder}, "Microsoft.SecurityInsights/incidents/comments/write", true},
		"a responder deletes nothing below":       {[]right{responder}, deleted, false},
		"an exception takes away":                 {[]right{all}, write, false},
		"what one role gives no other takes away": {[]right{all, responder}, write, true},
		"two readers do not make a writer":        {[]right{reader, reader}, write, false},
	} {
		if got := may(c.rights, c.action); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// The reference is a regular expression, which takes no more than linear time either.
func FuzzMatch(f *testing.F) {
	f.Add("*/incidents/*", "Microsoft.SecurityInsights/incidents/write")
	f.Add("********************************b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	f.Add("*aba*aba", "ababa")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(s) {
			t.Skip("regular expressions know only UTF-8")
		}
		var parts []string
		for _, p := range strings.Split(pattern, "*") {
			parts = append(parts, regexp.QuoteMeta(p))
		}
		if want := regexp.MustCompile("(?s)^" + strings.Join(parts, ".*") + "$").MatchString(s); match(pattern, s) != want {
			t.Errorf("%q against %q: want %v", pattern, s, want)
		}
	})
}
