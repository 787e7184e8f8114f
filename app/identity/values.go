package identity

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Other is the value of level: and state: for words this version does not know.
const Other = "other"

var levelWords = map[string]string{
	"none": "none", "low": "low", "medium": "medium", "med": "medium", "high": "high",
	"hidden": "hidden", Other: Other,
}

// stateWords lead from what people write, without spaces, to Graph's words in lower case.
var stateWords = map[string]string{
	"none": "none", "norisk": "none", "safe": "confirmedsafe", "confirmedsafe": "confirmedsafe",
	"remediated": "remediated", "dismissed": "dismissed", "atrisk": "atrisk", "risk": "atrisk", "compromised": "confirmedcompromised",
	"confirmedcompromised": "confirmedcompromised", Other: Other,
}

var flags = []string{"high", "deleted", "queued", "processing", "interactive"}

// normal is the canonical value of a key, and whether it can be used. v is lower case.
func normal(key, v string, now time.Time) (string, bool) {
	switch key {
	case KeyLevel, KeyRisk:
		w, ok := levelWords[v]
		return w, ok
	case KeyState:
		w, ok := stateWords[strings.ReplaceAll(v, " ", "")]
		return w, ok
	case KeyIs:
		for _, f := range flags {
			if v == f {
				return v, true
			}
		}
		return "", false
	case KeyResult:
		switch v {
		case "ok", "success":
			return "ok", true
		case "failed", "failure":
			return "failed", true
		case "interrupted":
			return v, true
		}
		return "", false
	case KeyAccess:
		return strings.ReplaceAll(v, " ", ""), true
	case KeyAge, KeyChanged, KeyAt:
		_, ok := ParseSpan(v)
		return v, ok
	case KeyFrom, KeyTo:
		switch v {
		case "today":
			v = now.UTC().Format(time.DateOnly)
		case "yesterday":
			v = now.UTC().AddDate(0, 0, -1).Format(time.DateOnly)
		}
		_, err := time.Parse(time.DateOnly, v)
		return v, err == nil
	}
	return v, true
}

// hint says what a key takes.
func hint(key string) string {
	switch key {
	case KeyLevel, KeyRisk:
		return "a risk level is one of high, medium, low, hidden, none, other"
	case KeyState:
		return "a risk state is one of at risk, compromised, remediated, dismissed, safe, none, other"
	case KeyIs:
		return "is: takes " + strings.Join(flags, ", ")
	case KeyResult:
		return "a result is one of ok, failed, interrupted"
	case KeyAge, KeyChanged, KeyAt:
		return "write a span as " + key + "<3d or " + key + ">12h (m, h, d, w)"
	case KeyFrom, KeyTo:
		return "write one day as " + key + ":2026-11-01"
	}
	return "it is written " + key + ":value"
}

// ParseSpan reads a length of time: a whole number followed by m, h, d or w.
func ParseSpan(s string) (time.Duration, bool) {
	if len(s) < 2 {
		return 0, false
	}
	for _, r := range s[:len(s)-1] {
		if r < '0' || r > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}[s[len(s)-1]]
	if err != nil || unit == 0 || n > 100_000 || n > int(math.MaxInt64/unit) {
		return 0, false
	}
	return time.Duration(n) * unit, true
}

// Results of a sign-in by its error code.
const (
	ResultOK          = "ok"
	ResultFailed      = "failed"
	ResultInterrupted = "interrupted"
)

// Interruptions are the error codes with which Entra ID asks for a further step rather
// than refusing: they end in a sign-in or in a code of their own.
var Interruptions = []int{
	16000, 50055, 50058, 50072, 50074, 50076, 50079, 50097, 50125, 50127, 50129, 50140, 50143,
	50144, 50199, 51006, 52004, 65001, 81010, 81012, 81014,
}

// Result is how the sign-in ended: ok, failed or interrupted.
func (s SignIn) Result() string {
	if s.ErrorCode == 0 {
		return ResultOK
	}
	for _, c := range Interruptions {
		if s.ErrorCode == c {
			return ResultInterrupted
		}
	}
	return ResultFailed
}
