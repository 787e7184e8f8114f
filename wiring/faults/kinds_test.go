package faults_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf16"

	"watchfloor/integrations/azure"
)

// fault is one way in which an exchange goes wrong.
type fault struct {
	name string
	// serve answers in the service's place.
	serve func(x *exchange)
	// leave takes a request before it leaves, where serve is nil.
	leave func(r *http.Request) error
	// paged faults concern links between pages: only lists meet them.
	paged  bool
	limits azure.Limits
	large  bool // runs alone, its memory is measured
	more   bool // of the release dose
}

// serverTime is the clock of answers that tell one.
const serverTime = "Sun, 22 Nov 2026 05:00:00 GMT"

// says answers with a status, an error as both services spell it, and headers by pairs.
func says(status int, headers ...string) func(*exchange) {
	return func(x *exchange) {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i+1 < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		x.send(reply{status, h, fmt.Appendf(nil, `{"error":{"code":"Code%d","message":"The service says <b>no</b>."}}`, status)})
	}
}

// sends answers 200 with a body of a type.
func sends(kind string, body []byte) func(*exchange) {
	return func(x *exchange) {
		h := http.Header{}
		if kind != "" {
			h.Set("Content-Type", kind)
		}
		x.send(reply{http.StatusOK, h, body})
	}
}

// changes passes the request on and alters what the tenant answered.
func changes(f func(x *exchange, body []byte) []byte) func(*exchange) {
	return func(x *exchange) {
		a := x.answer()
		if a.status/100 == 2 && len(a.body) > 0 {
			a.body = f(x, a.body)
		}
		x.send(a)
	}
}

// listOf splits a page into its members and the rows of its list; ok is false where the
// answer holds no list.
func listOf(body []byte) (page map[string]json.RawMessage, key string, rows []json.RawMessage, ok bool) {
	if json.Unmarshal(body, &page) != nil {
		return nil, "", nil, false
	}
	for _, key := range []string{"value", "data", "entities"} {
		if json.Unmarshal(page[key], &rows) == nil && page[key] != nil {
			return page, key, rows, true
		}
	}
	return page, "", nil, false
}

// withRow adds a row to a list, or a member to an object.
func withRow(row string) func(*exchange) {
	return changes(func(_ *exchange, body []byte) []byte {
		page, key, _, ok := listOf(body)
		if !ok {
			return append([]byte(`{"odd":`+row+`,`), bytes.TrimPrefix(bytes.TrimSpace(body), []byte("{"))...)
		}
		at := bytes.Index(body, page[key])
		sep := ","
		if bytes.Equal(bytes.Join(bytes.Fields(page[key]), nil), []byte("[]")) {
			sep = ""
		}
		return slices.Concat(body[:at], []byte("["+row+sep), body[at+1:])
	})
}

// linked gives every page a link, in the spelling of its service.
func linked(link func(x *exchange) string) func(*exchange) {
	return changes(func(x *exchange, body []byte) []byte {
		page, _, _, ok := listOf(body)
		if !ok {
			return body
		}
		name := "nextLink"
		if strings.HasPrefix(x.r.URL.Path, "/v1.0/") {
			name = "@odata.nextLink"
		}
		page[name], _ = json.Marshal(link(x))
		out, _ := json.Marshal(page)
		return out
	})
}

func packed(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

// zipped sends the tenant's answer compressed, as alter leaves it.
func zipped(alter func([]byte) []byte) func(*exchange) {
	return func(x *exchange) {
		a := x.answer()
		a.header.Set("Content-Encoding", "gzip")
		a.body = alter(a.body)
		x.send(a)
	}
}

// flood sends a page of size bytes in one row.
func flood(to io.Writer, size int) {
	_, _ = io.WriteString(to, `{"value":[{"id":"`)
	block := bytes.Repeat([]byte("a"), 64<<10)
	for range size / len(block) {
		if _, err := to.Write(block); err != nil {
			return
		}
	}
	_, _ = io.WriteString(to, `"}]}`)
}

// packedFlood is the same page in some fifty kilobytes.
var packedFlood = sync.OnceValue(func() []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	flood(w, 50<<20)
	_ = w.Close()
	return out.Bytes()
})

func utf16Of(b []byte) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + string(b))) {
		out = append(out, byte(u>>8), byte(u))
	}
	return out
}

const portal = `<!DOCTYPE html><html><head><title>Welcome</title></head><body>Accept the terms to use this network.</body></html>`

// soon are limits under which a silence is noticed at once.
var soon = azure.Limits{Headers: 400 * time.Millisecond, Idle: 400 * time.Millisecond}

// claims is a challenge as Microsoft Graph and ARM send it.
var claims = `Bearer authorization_uri="https://login.example/common/oauth2/authorize", error="insufficient_claims", claims="` +
	base64.StdEncoding.EncodeToString([]byte(`{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}`)) + `"`

const depth = 10_000

// faults are the rows of the matrix.
func faults() []fault {
	deep := strings.Repeat("[", depth) + strings.Repeat("]", depth)
	return []fault{
		{name: "none", serve: func(x *exchange) { x.send(x.answer()) }},
		{name: "401", serve: says(401)},
		{name: "401 with claims", serve: says(401, "WWW-Authenticate", claims)},
		{name: "403", serve: says(403)},
		{name: "404", serve: says(404)},
		{name: "407", serve: says(407, "Proxy-Authenticate", "Basic")},
		{name: "408", serve: says(408)},
		{name: "409", serve: says(409)},
		{name: "410", serve: says(410)},
		{name: "412", serve: says(412)},
		{name: "429 in 2 s", serve: says(429, "Retry-After", "2")},
		{name: "429 in 2.5 s", more: true, serve: says(429, "Retry-After", "2.5")},
		{name: "429 by date", serve: says(429, "Date", serverTime, "Retry-After", "Sun, 22 Nov 2026 05:00:30 GMT")},
		{name: "429 without", serve: says(429)},
		{name: "429 in 0 s", serve: says(429, "Retry-After", "0")},
		{name: "429 in 3600 s", serve: says(429, "Retry-After", "3600")},
		{name: "429 garbage", serve: says(429, "Retry-After", "soon, perhaps")},
		{name: "500", serve: says(500)},
		{name: "502", serve: says(502)},
		{name: "503", serve: says(503)},
		{name: "503 in 5 s", more: true, serve: says(503, "Retry-After", "5")},
		{name: "504", serve: says(504)},
		{name: "511", more: true, serve: says(511)},
		{name: "302", more: true, serve: says(302, "Location", "https://elsewhere.example/")},
		{name: "name unknown", leave: func(r *http.Request) error {
			return &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: r.URL.Hostname(), IsNotFound: true}}
		}},
		{name: "refused", leave: func(r *http.Request) error { r.URL.Host, r.Host = "127.0.0.1:1", ""; return nil }},
		{name: "reset before", more: true, serve: func(x *exchange) { x.cutOff() }},
		{name: "reset in the body", serve: func(x *exchange) {
			a := x.answer()
			x.w.Header().Set("Content-Type", "application/json")
			x.w.Header().Set("Content-Length", fmt.Sprint(len(a.body)+100))
			_, _ = x.w.Write(a.body[:len(a.body)/2])
			_ = http.NewResponseController(x.w).Flush()
			x.cutOff()
		}},
		{name: "silence", serve: func(x *exchange) { x.hang() }, limits: soon},
		{name: "silence in the body", limits: soon, serve: func(x *exchange) {
			a := x.answer()
			x.w.Header().Set("Content-Type", "application/json")
			_, _ = x.w.Write(a.body[:len(a.body)/2])
			_ = http.NewResponseController(x.w).Flush()
			x.hang()
		}},
		{name: "truncated JSON", serve: changes(func(_ *exchange, b []byte) []byte { return b[:len(b)*2/3] })},
		{name: "truncated gzip", serve: zipped(func(b []byte) []byte { z := packed(b); return z[:len(z)*2/3] })},
		{name: "no gzip after all", more: true, serve: zipped(func(b []byte) []byte { return b })},
		{name: "captive portal", serve: sends("text/html; charset=utf-8", []byte(portal))},
		{name: "portal that says JSON", more: true, serve: sends("application/json", []byte(portal))},
		{name: "portal with 404", more: true, serve: func(x *exchange) {
			x.send(reply{404, http.Header{"Content-Type": {"text/html"}}, []byte(portal)})
		}},
		{name: "empty", serve: sends("application/json", nil)},
		{name: "204", more: true, serve: func(x *exchange) { x.send(reply{204, http.Header{}, nil}) }},
		{name: "null", more: true, serve: sends("application/json", []byte("null"))},
		{name: "a list of nothing", more: true, serve: sends("application/json", []byte("[]"))},
		{name: "an empty object", more: true, serve: sends("application/json", []byte("{}"))},
		{name: "charset", serve: func(x *exchange) {
			a := x.answer()
			a.header.Set("Content-Type", "application/json; charset=utf-16")
			a.body = utf16Of(a.body)
			x.send(a)
		}},
		{name: "byte order mark", more: true, serve: changes(func(_ *exchange, b []byte) []byte { return append([]byte("\ufeff"), b...) })},
		{name: "header of 2 MB", more: true, serve: says(200, "X-Large", strings.Repeat("a", 2<<20))},
		{name: "10,000 deep", serve: withRow(`{"id":"deep","name":"deep","properties":` + deep + `}`)},
		{name: "10,000 deep, unclosed", more: true, serve: sends("application/json", []byte(strings.Repeat(`{"value":[`, depth)))},
		{name: "duplicate keys in a row", serve: withRow(`{"id":"one","id":"two","name":"one","name":"two","properties":{"title":"a"},"properties":[]}`)},
		{name: "duplicate list", more: true, serve: changes(func(_ *exchange, b []byte) []byte {
			return append(bytes.TrimSuffix(bytes.TrimSpace(b), []byte("}")), []byte(`,"value":[],"value":[]}`)...)
		})},
		{name: "NaN", serve: withRow(`{"id":NaN,"name":"nan","properties":{"severity":NaN,"incidentNumber":-Infinity}}`)},
		{name: "invalid UTF-8", serve: withRow("{\"id\":\"utf8-\xff\xfe\",\"name\":\"utf8-\xc3\x28\",\"properties\":{\"title\":\"\xed\xa0\x80\"}}")},
		{name: "duplicate page", paged: true, serve: func(x *exchange) {
			if strings.Contains(x.r.URL.RawQuery, mark) {
				x.send(x.answer())
				return
			}
			linked(func(x *exchange) string { return x.self("again") })(x)
		}},
		{name: "page loop", paged: true, serve: linked(func(x *exchange) string { return x.self("loop") })},
		{name: "pages out of order", paged: true, serve: changes(func(_ *exchange, b []byte) []byte {
			page, key, rows, ok := listOf(b)
			if !ok {
				return b
			}
			slices.Reverse(rows)
			page[key], _ = json.Marshal(rows)
			out, _ := json.Marshal(page)
			return out
		})},
		{name: "link to elsewhere", more: true, paged: true, serve: linked(func(*exchange) string { return "https://elsewhere.example/next" })},
		{name: "link that is no text", more: true, paged: true, serve: changes(func(x *exchange, b []byte) []byte {
			return append(bytes.TrimSuffix(bytes.TrimSpace(b), []byte("}")), []byte(`,"nextLink":{"href":1},"@odata.nextLink":[1]}`)...)
		})},
		{name: "50 MB", large: true, serve: func(x *exchange) {
			x.w.Header().Set("Content-Type", "application/json")
			flood(x.w, 50<<20)
		}},
		{name: "50 MB packed", more: true, large: true, serve: func(x *exchange) {
			x.w.Header().Set("Content-Type", "application/json")
			x.w.Header().Set("Content-Encoding", "gzip")
			_, _ = x.w.Write(packedFlood())
		}},
	}
}
