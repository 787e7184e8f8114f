package text

import (
	"html"
	"regexp"
	"strings"
)

var (
	breaks = regexp.MustCompile(`(?i)<\s*(?:br|/p|/li|/div|/h[1-6])\s*/?\s*>`)
	tags   = regexp.MustCompile(`(?i)</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>`)
	empty  = regexp.MustCompile(`\n[ \t]*(?:\n[ \t]*)+`)
)

// Unmark is the words of a text that may hold HTML, as descriptions of Microsoft's
// products do: blocks end their line, tags are left out, entities are characters. What is
// no tag stays: "a < b", an address in angle brackets. The result is not safe to show as
// it is: it may hold anything that Line and Block take care of.
func Unmark(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	s = breaks.ReplaceAllString(s, "\n")
	s = html.UnescapeString(tags.ReplaceAllString(s, ""))
	return strings.TrimSpace(empty.ReplaceAllString(s, "\n\n"))
}
