package settings

import (
	"strconv"

	"watchfloor/app"
)

// RetentionWords says for how many days closed incidents are kept; 0 is for ever.
func RetentionWords(days int) string {
	switch days {
	case 0:
		return "For ever"
	case 1:
		return "1 day"
	case app.UsualRetention:
		return strconv.Itoa(days) + " days (the usual)"
	}
	return strconv.Itoa(days) + " days"
}
