package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
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

// claims is the part of a token that the server reads back.
type claims struct {
	Aud    audience `json:"aud"`
	Serial int64    `json:"uti"` // grows by one with every token
	Exp    int64    `json:"exp"`
	App    bool     `json:"app,omitempty"` // client credentials
	OID    string   `json:"oid"`
	UPN    string   `json:"upn,omitempty"`
	Name   string   `json:"name"`
	CAE    bool     `json:"cp1,omitempty"` // the client said it can handle challenges
}

// minter signs and checks tokens. They are JWTs in form; clients treat them as opaque.
type minter struct {
	key    []byte
	serial atomic.Int64
	// revoked: tokens with a serial up to this one answer a claims challenge.
	revoked atomic.Int64
}

var b64 = base64.RawURLEncoding

func (m *minter) sign(c claims) string {
	c.Serial = m.serial.Add(1)
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
	return c, now.Unix() < c.Exp
}

// audienceOf reads the resource out of a requested scope, such as
// "https://management.core.windows.net//.default openid".
func (s *Server) audienceOf(scope string) (audience, bool) {
	for _, one := range strings.Fields(scope) {
		if !strings.HasPrefix(one, "https://") {
			continue
		}
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
