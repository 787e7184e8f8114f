package uitest

import (
	"fmt"
	"regexp"
)

// Indicators are n addresses, hosts, mail addresses and hashes, none like another.
func Indicators(n int) []string {
	kinds := []func(i int) string{
		func(i int) string { return fmt.Sprintf("https://evil%d.example/a?b=%d", i, i) },
		func(i int) string { return fmt.Sprintf("HTTP://user:pw@EVIL%d.example:8080/x", i) },
		func(i int) string { return fmt.Sprintf("198.51.%d.%d", i/250%250, i%250) },
		func(i int) string { return fmt.Sprintf("203.0.113.%d:443", i%250) },
		func(i int) string { return fmt.Sprintf("2001:db8::%x", i+1) },
		func(i int) string { return fmt.Sprintf("cdn.evil%d.com", i) },
		func(i int) string { return fmt.Sprintf("evil%d.xn--p1ai", i) },
		func(i int) string { return fmt.Sprintf("jo.doe+%d@mail.evil%d.example", i, i) },
		func(i int) string { return fmt.Sprintf("ms-msdt://evil%d.example/id", i) },
		func(i int) string { return fmt.Sprintf(`file://evil%d.example\share\x.exe`, i) },
		func(i int) string { return fmt.Sprintf("%064x", i) },
		func(i int) string { return fmt.Sprintf("%032x", i) },
	}
	out := make([]string, n)
	for i := range out {
		out[i] = kinds[i%len(kinds)](i)
	}
	return out
}

// Live finds what of them a text still holds as it was: a scheme with its host, an
// address, a host that resolves, a mail address.
var Live = regexp.MustCompile(`(?i)\b(?:https?|file|ms-msdt)://|\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b|2001:db8:|evil\d+\.(example|com|xn--p1ai)|[a-z0-9]@[a-z]`)
