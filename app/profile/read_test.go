package profile

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
)

const sent = `{"name":"Contoso","tenantId":"contoso.example","clientId":"00000000-0000-0000-0000-000000000001","method":"secret","secret":"s","defender":true,"id":"../../x","slot":7}`

// Watchfloor reads no archive; what somebody can send to be read are the settings of a
// tenant and a list of accounts (package identity).
func TestGoal43SettingsThatWereSentAreRead(t *testing.T) {
	d, err := ReadDraft(strings.NewReader("\n " + sent + " \n"))
	if err != nil || d.Name != "Contoso" || d.Secret != "s" || !d.Defender {
		t.Fatalf("%+v %v", d, err)
	}
	if d.ID != "" || d.Slot != 0 {
		t.Errorf("the settings say where they are kept: %q, %d", d.ID, d.Slot)
	}
	for _, path := range []string{"", "cert.pem", "/home/ana/cert.pem", `C:\Users\ana\cert.pfx`, "~/cert of ana.pem", "日本/cert.pem"} {
		p, _ := json.Marshal(path)
		if d, err := ReadDraft(strings.NewReader(`{"tenantId":"x","certificate":` + string(p) + `}`)); err != nil || d.Certificate != path {
			t.Errorf("%q: %q, %v", path, d.Certificate, err)
		}
	}
}

// endless is a file that never ends.
type endless struct{ b byte }

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e.b
	}
	return len(p), nil
}

func TestGoal43HostileSettingsAreRefused(t *testing.T) {
	deep := func(open, shut string, n int) string {
		return `{"tenantId":"x","more":` + strings.Repeat(open, n) + "1" + strings.Repeat(shut, n) + "}"
	}
	for name, in := range map[string]io.Reader{
		"empty":                  strings.NewReader(""),
		"a word":                 strings.NewReader("settings"),
		"null":                   strings.NewReader("null"),
		"a list":                 strings.NewReader("[" + sent + "]"),
		"two objects":            strings.NewReader(sent + sent),
		"more behind it":         strings.NewReader(sent + "x"),
		"a brace too many":       strings.NewReader(sent + "}"),
		"cut short":              strings.NewReader(sent[:60]),
		"a wrong type":           strings.NewReader(`{"tenantId":{"a":1}}`),
		"not UTF-8":              strings.NewReader("{\"tenantId\":\"\xff\"}"),
		"50 MB":                  strings.NewReader(`{"tenantId":"` + strings.Repeat("x", 50<<20) + `"}`),
		"no end":                 endless{'{'},
		"no end of blanks":       endless{' '},
		"deep lists":             strings.NewReader(deep("[", "]", 10_000)),
		"deep objects":           strings.NewReader(deep(`{"a":`, "}", 5_000)),
		"a name twice":           strings.NewReader(`{"tenantId":"contoso.example","tenantId":"evil.example"}`),
		"a name in two cases":    strings.NewReader(`{"tenantId":"contoso.example","TENANTID":"evil.example"}`),
		"a name, escaped":        strings.NewReader(`{"tenantId":"contoso.example","tenant\u0049d":"evil.example"}`),
		"a name twice, within":   strings.NewReader(`{"tenantId":"x","more":[{"a":1,"a":2}]}`),
		"many names":             strings.NewReader("{" + strings.Repeat(`"a":1,`, 10_000) + `"b":1}`),
		"a share":                strings.NewReader(`{"tenantId":"x","certificate":"\\\\evil.example\\share\\cert.pfx"}`),
		"a share, slashes":       strings.NewReader(`{"tenantId":"x","certificate":" //evil.example/share/cert.pfx"}`),
		"a share, mixed":         strings.NewReader(`{"tenantId":"x","certificate":"\\/evil.example/share/cert.pfx"}`),
		"a share as CA":          strings.NewReader(`{"tenantId":"x","caFile":"\\\\evil.example@SSL\\share\\ca.pem"}`),
		"a device":               strings.NewReader(`{"tenantId":"x","certificate":"\\\\.\\pipe\\x"}`),
		"a long path":            strings.NewReader(`{"tenantId":"x","certificate":"\\\\?\\UNC\\evil.example\\x"}`),
		"an address":             strings.NewReader(`{"tenantId":"x","certificate":"file://evil.example/cert.pem"}`),
		"a path that turns":      strings.NewReader(`{"tenantId":"x","certificate":"/home/\u202emep.trec"}`),
		"a path with NUL":        strings.NewReader(`{"tenantId":"x","certificate":"/home/a\u0000.pem"}`),
		"a path without an end":  strings.NewReader(`{"tenantId":"x","certificate":"/` + strings.Repeat("a/", 2_000) + `"}`),
		"a name that never ends": strings.NewReader(`{"` + strings.Repeat("n", 60_000) + `":1,"` + strings.Repeat("n", 5_000) + `":2`),
	} {
		began := time.Now()
		d, err := ReadDraft(in)
		if app.KindOf(err) != app.KindInvalid || d != (Draft{}) {
			t.Errorf("%s: %v, %.100q", name, err, d.TenantID)
		}
		if words := app.Say(err); len(words) > 200 || strings.ContainsAny(words, "\u202e\x00") {
			t.Errorf("%s: says %q", name, words)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s: took %v", name, took)
		}
	}
}

func TestGoal38NamesOfTenantsHideNothing(t *testing.T) {
	for _, name := range []string{"Contoso\u200b", "\u202eosotnoC", "Con\u00adtoso", "Contoso\x1b[31m", "Con\ntoso", "Contoso\u3164", "Con\u00a0toso", "\xff"} {
		if got := (Profile{Name: name}).NameProblem(); !strings.Contains(got, "do not show") {
			t.Errorf("%q: %q", name, got)
		}
	}
	for _, name := range []string{"Contoso", "Zoë's clinic", "日本語", "שלום", "Research campus 2"} {
		if got := (Profile{Name: name}).NameProblem(); got != "" {
			t.Errorf("%q: %q", name, got)
		}
	}
}

func FuzzReadDraft(f *testing.F) {
	for _, s := range []string{sent, "{}", `{"a":[{"b":{}}]}`, `{"certificate":"\\\\x"}`, "[", `{"a":1,"A":2}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ReadDraft(strings.NewReader(s))
		if err != nil && app.KindOf(err) != app.KindInvalid || err == nil && (d.ID != "" || d.Slot != 0 || strings.HasPrefix(d.Certificate, `\\`) || !json.Valid([]byte(s))) {
			t.Errorf("%q: %+v %v", s, d, err)
		}
	})
}
