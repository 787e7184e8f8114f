package azure

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// Claims are what an access token says about who asks and what it may. They are read to
// tell a person what is missing, never to decide: the service alone judges a token.
type Claims struct {
	Tenant string `json:"tid"`
	Object string `json:"oid"`
	UPN    string `json:"upn"`
	Kind   string `json:"idtyp"` // "user" or "app", where it is told
	// Scopes are the delegated permissions, separated by spaces; Roles those of an
	// application; Directory the ids of the person's Entra roles.
	Scopes    string   `json:"scp"`
	Roles     []string `json:"roles"`
	Directory []string `json:"wids"`
}

// ClaimsOf reads a token. false: it cannot be read; services may seal their tokens.
func ClaimsOf(token string) (Claims, bool) {
	var c Claims
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return c, false
	}
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil || json.Unmarshal(b, &c) != nil {
		return Claims{}, false
	}
	return c, true
}

// Person reports a token of a person rather than of an application.
func (c Claims) Person() bool { return c.Scopes != "" || c.Kind == "user" }

// May reports one of the permissions, whichever way the token carries them.
func (c Claims) May(permission string) bool {
	for _, have := range append(strings.Fields(c.Scopes), c.Roles...) {
		if strings.EqualFold(have, permission) {
			return true
		}
	}
	return false
}
