package identity

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"watchfloor/app"
	"watchfloor/app/pieces"
)

// Parse reads a filter line: conditions key:value, key<span or key>span, alternatives
// between commas, a "-" before what must not be, text in "quotes", and words. Terms are
// all required. now stands behind the days "today" and "yesterday".
//
// Users and workloads take level: state: role: (part of a directory role) user: (part of
// a name or UPN) changed<3d, is:high, is:deleted, is:queued, is:processing.
// Sign-ins take user: app: client: city: mfa: (parts), ip: (its beginning), country:
// type: (whole), result:ok, failed or interrupted, ca: (success, failure, notapplied …),
// risk: (the aggregated level), state:, is:interactive, is:high, is:queued, at<24h.
// Detections take type: country: city: level: state: user: ip: timing:, is:high, at<24h.
// All lists take age (since the row's own time) and the UTC days from: and to:, both
// included. level: and state: take the words of the screen and of Graph, and "other" for
// those this version does not know.
//
// The error is an *app.Error that names what cannot be used and the nearest key.
func Parse(text string, now time.Time) (Filter, error) {
	var f Filter
	if much := pieces.TooMuch(text, 0); much != "" {
		return f, invalid("%s.", much)
	}
	conditions := 0
	for _, p := range pieces.Of(text) {
		if strings.TrimSpace(p.Text) == "" {
			continue
		}
		at := -1
		if !p.Quoted {
			at = strings.IndexAny(p.Text, ":<>")
		}
		if at <= 0 || !isWord(p.Text[:at]) || looksLikeText(p.Text[:at], p.Text[at:]) {
			if p.Not {
				f.Terms = append(f.Terms, Term{Key: KeyText, Op: ":", Values: []string{p.Text}, Not: true})
			} else {
				f.Words = append(f.Words, p.Text)
			}
			conditions++
			continue
		}
		t, err := term(p, at, now)
		if err != nil {
			return Filter{}, err
		}
		f.Terms = append(f.Terms, t)
		conditions += len(t.Values)
	}
	if much := pieces.TooMuch("", conditions); much != "" {
		return Filter{}, invalid("%s.", much)
	}
	return f, nil
}

// Keys of terms.
const (
	KeyText    = "" // a word that must not occur; Words holds those that must
	KeyLevel   = "level"
	KeyState   = "state"
	KeyRole    = "role"
	KeyIs      = "is"
	KeyAge     = "age"
	KeyChanged = "changed"
	KeyUser    = "user"
	KeyApp     = "app"
	KeyIP      = "ip"
	KeyCountry = "country"
	KeyCity    = "city"
	KeyClient  = "client"
	KeyResult  = "result"
	KeyAccess  = "ca"
	KeyMFA     = "mfa"
	KeyRisk    = "risk"
	KeyType    = "type"
	KeyAt      = "at"
	KeyFrom    = "from"
	KeyTo      = "to"
	KeyTiming  = "timing"
)

var keys = []string{
	KeyLevel, KeyState, KeyRole, KeyIs, KeyAge, KeyChanged, KeyUser, KeyApp, KeyIP, KeyCountry, KeyCity,
	KeyClient, KeyResult, KeyAccess, KeyMFA, KeyRisk, KeyType, KeyAt, KeyFrom, KeyTo, KeyTiming,
}

func term(p pieces.Piece, at int, now time.Time) (Term, error) {
	t := Term{Key: strings.ToLower(p.Text[:at]), Op: p.Text[at : at+1], Not: p.Not}
	if !slices.Contains(keys, t.Key) {
		return t, invalid("“%s” is no field; did you mean “%s”? Quote it to search for the words.", p.Text[:at], nearest(t.Key))
	}
	rest := p.Text[at+1:]
	spans := t.Key == KeyAge || t.Key == KeyChanged || t.Key == KeyAt
	if spans && t.Op == ":" && rest != "" && (rest[0] == '<' || rest[0] == '>') {
		t.Op, rest = rest[:1], rest[1:]
	}
	if spans == (t.Op == ":") {
		return t, unusable(p.Text, t.Key)
	}
	for _, v := range strings.Split(rest, ",") {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		norm, ok := normal(t.Key, strings.ToLower(v), now)
		if !ok {
			return t, unusable(p.Text, t.Key)
		}
		t.Values = append(t.Values, norm)
	}
	if len(t.Values) == 0 || len(t.Values) > 1 && (spans || t.Key == KeyFrom || t.Key == KeyTo) {
		return t, unusable(p.Text, t.Key)
	}
	return t, nil
}

func invalid(format string, args ...any) error {
	return app.E(app.KindInvalid, fmt.Sprintf(format, args...), nil)
}

func unusable(part, key string) error {
	return invalid("“%s” cannot be used: %s.", part, hint(key))
}

// String is the canonical line: Parse(f.String()) equals f but for the order of words
// and terms, which are independent.
func (f Filter) String() string {
	var parts []string
	for _, t := range f.Terms {
		parts = append(parts, t.String())
	}
	for _, w := range f.Words {
		parts = append(parts, `"`+w+`"`)
	}
	return strings.Join(parts, " ")
}

// String is the term as its chip shows it.
func (t Term) String() string {
	not := ""
	if t.Not {
		not = "-"
	}
	v := strings.Join(t.Values, ",")
	if t.Key == KeyText {
		return not + `"` + v + `"`
	}
	if strings.ContainsFunc(v, unicode.IsSpace) {
		v = `"` + v + `"`
	}
	return not + t.Key + t.Op + v
}

// IsZero reports that the filter matches all.
func (f Filter) IsZero() bool { return len(f.Terms) == 0 && len(f.Words) == 0 }

// Without is the filter less its i-th term.
func (f Filter) Without(i int) Filter {
	f.Terms = slices.Delete(slices.Clone(f.Terms), i, i+1)
	return f
}
