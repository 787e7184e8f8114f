package identity

import "strings"

func isWord(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return s != ""
}

// looksLikeText tells an address of which the colon is a part from a mistyped key: a
// link, a path, an IPv6 address, a port.
func looksLikeText(key, rest string) bool {
	value := rest[1:]
	if rest[0] != ':' || value == "" {
		return value == ""
	}
	if known := nearest(strings.ToLower(key)) == strings.ToLower(key); known {
		return false
	}
	return strings.ContainsAny(value[:1], `/\:`) || value[0] >= '0' && value[0] <= '9' || isHex(key) && isHex(value[:1])
}

func isHex(s string) bool {
	return strings.Trim(strings.ToLower(s), "0123456789abcdef") == ""
}

// nearest is the key that takes the fewest changes of a letter to reach.
func nearest(word string) string {
	best, least := keys[0], len(word)+len(keys[0])
	for _, k := range keys {
		if d := distance(word, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance counts letters to insert, drop or replace. Words of any length cost at most
// their first 32 bytes.
func distance(a, b string) int {
	a, b = a[:min(32, len(a))], b[:min(32, len(b))]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
