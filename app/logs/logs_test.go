package logs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"testing"

	"watchfloor/app"
)

// written logs one record at a level and returns the line and its fields.
func written(t testing.TB, at slog.Level, do func(*slog.Logger)) (string, map[string]any) {
	t.Helper()
	var b bytes.Buffer
	do(New(&b, at))
	line := b.String()
	if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n") {
		t.Fatalf("%d lines: %q", strings.Count(line, "\n"), line)
	}
	fields := map[string]any{}
	if err := json.Unmarshal(b.Bytes(), &fields); err != nil {
		t.Fatalf("%v: %q", err, line)
	}
	return line, fields
}

func TestGoal49WhatAReaderNeedsStays(t *testing.T) {
	for in, want := range map[string]string{
		"The service cannot be reached":                         "The service cannot be reached",
		"dial tcp 203.0.113.9:443: connect: connection refused": "dial tcp [ip]: connect: connection refused",
		"lookup graph.example.net: no such host":                "lookup [name]: no such host",
		"read: i/o timeout (attempt 3, 2.5s)":                   "read: i/o timeout (attempt 3, 2.5s)",
		"AADSTS7000215: invalid_grant, ResourceNotFound":        "AADSTS7000215: invalid_grant, ResourceNotFound",
		"x509: certificate signed by unknown authority":         "x509: certificate signed by unknown authority",
		"open /home/mei/cache.db: permission denied":            "open [path]: permission denied",
		`C:\Users\mei\x`: "[path]",
		"sent by mei.castro@clinic.example today":                   "sent by [mail] today",
		"incident 5b1e0c52-6f0e-4e8a-9f4c-0a7d3b8f1c2d is gone":     "incident [id] is gone",
		"GET https://host.example/a?sig=hush: 503":                  "GET [url]?sig=[secret]: 503",
		`{"password":"hunter","state":"on"}`:                        `{"password":"[secret]","state":"on"}`,
		"Authorization: Bearer opaque":                              "Authorization: [secret] [secret]",
		"The token has expired.":                                    "The token has expired.",
		"bidi \u202etxt.exe and\nFAKE line":                         "bidi [name] and FAKE line",
		"device DESKTOP-7F3K9 asked for eyJhbGciOi.eyJzdWIiOi.c2ln": "device [text] asked for [token]",
		"from 2001:db8::7 and ::ffff:10.0.0.1, both":                "from [ip] and [ip], both",
		"Größe überschritten, タイムアウト":                               "Größe überschritten, タイムアウト",
		strings.Repeat("word ", 1000):                               strings.Repeat("word ", longest/5) + "…",
		"UNIQUE constraint failed (2067), 12% of 3.5MiB":            "UNIQUE constraint failed (2067), 12% of 3.5MiB",
	} {
		if got := words(in); got != want {
			t.Errorf("%q\n is %q\nnot %q", in, got, want)
		}
	}
}

// secretive hides itself; nosy is a struct that nobody prepared for the log.
type secretive struct{ text string }

func (secretive) LogValue() slog.Value { return slog.StringValue("[redacted]") }

type nosy struct {
	Name string
	In   *nosy
}

type broken struct{}

func (*broken) Error() string { panic("no error") }

func TestGoal49ValuesGoByTheirType(t *testing.T) {
	var missing *broken
	path := &fs.PathError{Op: "open", Path: "/home/Mei Castro/Case Files/a b", Err: fs.ErrPermission}
	deep := errors.Join(app.E(app.KindOffline, "The service cannot be reached.", &url.Error{Op: "Get", URL: "https://graph.example/users/mei", Err: &net.DNSError{Err: "no such host", Name: "graph.example", Server: "192.0.2.53:53"}}), path)
	_, f := written(t, slog.LevelInfo, func(l *slog.Logger) {
		l.With("err", path).WithGroup("in").Info("said", "secret", 7, "deep", deep, "struct", &nosy{"Mei", &nosy{}}, "own", secretive{"x"},
			"bytes", []byte("x"), "kind", app.KindOffline, "broken", missing, "n", int8(3), "texts", []string{"fine", "10.1.2.3"}, "map", map[string]string{"a": "b"}, "nil", nil,
			slog.Group("more", "at", "/etc/x"), "odd key", 1)
	})
	in := f["in"].(map[string]any)
	for _, c := range []struct{ got, want any }{
		{f["err"], "open [name] : permission denied"},
		{in["secret"], hidden},
		{in["deep"], `The service cannot be reached.: Get "[name]": lookup [name] on [name] : no such host open [name] : permission denied`},
		{in["struct"], "[*logs.nosy]"},
		{in["own"], "[redacted]"},
		{in["bytes"], "[[]uint8]"},
		{in["kind"], "offline"},
		{in["broken"], "[error]"},
		{in["n"], 3.0},
		{fmt.Sprint(in["texts"]), "[fine [ip]]"},
		{in["map"], "[map[string]string]"},
		{in["nil"], nil},
		{fmt.Sprint(in["more"]), "map[at:[path]]"},
		{in["[key]"], 1.0},
	} {
		got := c.got
		if s, ok := got.(string); ok {
			got = strings.Join(strings.Fields(strings.ReplaceAll(s, `" [name] "`, `"[name]"`)), " ")
		}
		if got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// At debug level, which a person asks for, names stay and what lets somebody in does not.
func TestGoal49DebugKeepsNamesAndNoToken(t *testing.T) {
	const name = "mei@clinic.example 10.1.2.3 /home/mei/cache.db 5b1e0c52-6f0e-4e8a-9f4c-0a7d3b8f1c2d /subscriptions/*/providers/Microsoft.SecurityInsights/incidents/*"
	for _, secret := range []string{
		"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl", "abc8Q~kD93jslKdjf83kLsdk3Lskdj3", "R.0AXsYx2Lk3d9sLk2dj3lKsd93", "Bearer hush", "client_secret=hush&x=1",
		`{"refresh_token": "hush"}`, "-----BEGIN PRIVATE KEY-----\nMIIhush\n-----END PRIVATE KEY-----", "0123456789abcdef0123456789abcdef",
	} {
		line, f := written(t, slog.LevelDebug, func(l *slog.Logger) { l.Debug("call", "said", name+" "+secret+" end", "password", secret) })
		if f["password"] != hidden || !strings.HasPrefix(f["said"].(string), name) {
			t.Errorf("%s", line)
		}
		for _, rest := range []string{"hush", "eyJ", "kD93", "0AXs", "cdef0123"} {
			if strings.Contains(line, rest) {
				t.Errorf("%q leaves %q", secret, line)
			}
		}
	}
	line, _ := written(t, slog.LevelDebug, func(l *slog.Logger) { l.Debug("a\u202eb", "k", "x\x1b[2J\ny\u2028z") })
	if strings.ContainsAny(line, "\u202e\x1b\u2028") {
		t.Errorf("%q", line)
	}
	var none bytes.Buffer
	New(&none, slog.LevelInfo).Debug("call", "said", name)
	if none.Len() != 0 {
		t.Errorf("debug was not asked for: %s", none.String())
	}
}
