package posture

import (
	"strings"

	"watchfloor/integrations/azure/wire"
)

// cutFold is strings.Cut at the last place of sep, ignoring the case of its letters.
func cutFold(s, sep string) (before, after string, found bool) {
	for i := len(s) - len(sep); i >= 0; i-- {
		if strings.EqualFold(s[i:i+len(sep)], sep) {
			return s[:i], s[i+len(sep):], true
		}
	}
	return s, "", false
}

// lastSegment is the name at the end of an ARM id.
func lastSegment(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

// subscription is whose a row is: Resource Graph says so, ARM only in the id.
func subscription(row *wire.Row, id string) string {
	return strings.ToLower(wire.First(row.ID("subscriptionId"), wire.Segment(id, "subscriptions")))
}

// named is the name of a row, else the end of its id, else made from its bytes.
func named(row *wire.Row, id string, raw []byte) string {
	if name := wire.First(row.ID("name"), lastSegment(id)); name != "" {
		return name
	}
	row.Odd = true
	return wire.HashID("unreadable-", string(raw))
}
