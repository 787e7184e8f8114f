package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// audience is one of the two resources that tokens are issued for.
type audience string

const (
	audARM   audience = "arm"
	audGraph audience = "graph"
)

// resourceOf is how a token names its audience, as in the services' own tokens.
var resourceOf = map[audience]string{audARM: armAudience, audGraph: "https://graph.microsoft.com"}

// claims are what a token says. Names are those of Entra's access tokens.
type claims struct {
	Aud     string   `json:"aud"`
	Issuer  string   `json:"iss"`
	Issued  int64    `json:"iat"`
	From    int64    `json:"nbf"`
	Exp     int64    `json:"exp"`
	AppID   string   `json:"appid"`
	AppName string   `json:"app_displayname"`
	Type    string   `json:"idtyp"` // "user" or "app"
	Name    string   `json:"name,omitempty"`
	OID     string   `json:"oid"`
	Scopes  string   `json:"scp,omitempty"` // of a person, space between
	Roles   []string `json:"roles,omitempty"`
	Sub     string   `json:"sub"`
	TID     string   `json:"tid"`
	UPN     string   `json:"upn,omitempty"`
	WIDs    []string `json:"wids,omitempty"` // template ids of directory roles
	CC      []string `json:"xms_cc,omitempty"`
	UTI     string   `json:"uti"` // serial number; grows with every token
	Ver     string   `json:"ver"`

	serial int64
}

// app reports a token of an application, not of a person.
func (c claims) app() bool { return c.Type == "app" }

// cae reports that the client said it can handle challenges.
func (c claims) cae() bool { return len(c.CC) > 0 }

// owner is the caller as an incident names them.
func (c claims) owner() owner {
	if c.app() {
		return owner{oid: c.OID, name: c.AppName, kind: "Unknown"}
	}
	return owner{oid: c.OID, upn: c.UPN, name: c.Name, kind: "User"}
}

// may reports that the token carries one of the permissions.
func (c claims) may(any ...string) bool {
	has := c.Roles
	if !c.app() {
		has = strings.Fields(c.Scopes)
	}
	for _, p := range any {
		if wordIn(has, p) >= 0 {
			return true
		}
	}
	return false
}

// minter signs and checks tokens. They are JWTs in form; clients treat them as opaque.
type minter struct {
	key    []byte
	serial atomic.Int64
	// revoked: tokens with a serial up to this one answer a claims challenge.
	revoked atomic.Int64
}

// revoke makes every token issued so far answer a claims challenge.
func (m *minter) revoke() { m.revoked.Store(m.serial.Load()) }

var b64 = base64.RawURLEncoding

func (m *minter) sign(c claims) string {
	c.UTI = strconv.FormatInt(m.serial.Add(1), 36)
	body, _ := json.Marshal(c) // a struct of plain values cannot fail
	head := b64.EncodeToString([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." + b64.EncodeToString(body)
	return head + "." + b64.EncodeToString(m.mac(head))
}

func (m *minter) mac(s string) []byte {
	h := hmac.New(sha256.New, m.key)
	h.Write([]byte(s))
	return h.Sum(nil)
}

// check returns what a token says; ok is false where it was not issued here or expired.
func (m *minter) check(token string, now time.Time) (c claims, ok bool) {
	i := strings.LastIndexByte(token, '.')
	if i < 0 {
		return c, false
	}
	sig, err := b64.DecodeString(token[i+1:])
	if err != nil || !hmac.Equal(sig, m.mac(token[:i])) {
		return c, false
	}
	_, body, _ := strings.Cut(token[:i], ".")
	raw, err := b64.DecodeString(body)
	if err != nil || json.Unmarshal(raw, &c) != nil {
		return c, false
	}
	c.serial, err = strconv.ParseInt(c.UTI, 36, 64)
	return c, err == nil && now.Unix() < c.Exp
}

// principal is who a token is for.
type principal struct {
	app, cae             bool
	oid, name, upn       string
	clientID, clientName string
	firstParty           bool // a client of Microsoft's, with its own fixed permissions
}

// issue makes an access token for a resource.
func (s *Server) issue(p principal, aud audience) string {
	now := s.now()
	c := claims{
		Aud: resourceOf[aud], Issuer: "https://sts.windows.net/" + tenantID + "/", Issued: now.Unix(), From: now.Unix(),
		Exp: now.Add(s.o.TokenLife).Unix(), AppID: p.clientID, AppName: p.clientName, Type: "user", Name: p.name, OID: p.oid, Sub: p.oid,
		TID: tenantID, UPN: p.upn, Ver: "1.0",
	}
	if p.app {
		c.Type = "app"
	}
	if p.cae {
		c.CC = []string{"CP1"}
	}
	rights := s.Rights()
	switch {
	case p.app && aud == audGraph:
		c.Roles = rights.granted()
	case p.app:
	case aud == audARM:
		c.Scopes = "user_impersonation"
	case p.firstParty:
		c.Scopes = cliScopes
	default:
		c.Scopes = strings.Join(append(rights.granted(), "User.Read", "openid", "profile", "email"), " ")
	}
	if !p.app {
		c.WIDs = rights.roleIDs()
	}
	return s.mint.sign(c)
}

// audienceOf reads the resource out of a requested scope, such as
// "https://management.core.windows.net//.default openid", or out of a resource alone.
func (s *Server) audienceOf(scope string) (audience, bool) {
	for _, one := range strings.Fields(scope) {
		if !strings.HasPrefix(one, "https://") {
			continue
		}
		one = strings.TrimSuffix(one, "/") + "/"
		switch {
		case strings.HasPrefix(one, "https://management.core.windows.net/"),
			strings.HasPrefix(one, "https://management.azure.com/"):
			return audARM, true
		case strings.HasPrefix(one, "https://graph.microsoft.com/"), strings.HasPrefix(one, s.base+"/"):
			return audGraph, true
		}
		return "", false
	}
	return "", false
}
