package identity

import (
	"time"

	"watchfloor/ui/present"
)

func odd(v any, now time.Time) []string {
	if m, ok := v.(interface{ Marks(time.Time) []string }); ok {
		return m.Marks(now)
	}
	return nil
}

func typeWords(t string) string { return present.Spaced(t) }
