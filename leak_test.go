package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"watchfloor/app/outbox"
	"watchfloor/app/profile"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

const (
	canarySecret   = "canary-secret-5b1e"
	canaryPassword = "canary-password-90cc"
)

// bearer is any token of the simulated tenant: an access or id token, or a refresh token.
var bearer = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}|\bR\.[A-Za-z0-9_-]{16,}`)

// household is a home, a cache, a place for temporary files and a PATH of their own, in
// which the program runs again and again; said is all that it ever printed.
type household struct {
	t    *testing.T
	dir  string
	sim  *simulator.Server
	said bytes.Buffer
}

func newHousehold(t *testing.T) *household {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{Incidents: 30, Users: 100, SignIns: 300, Posture: simulator.Posture{Subscriptions: 2, Assessments: 40}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	h := &household{t: t, dir: t.TempDir(), sim: sim}
	for _, d := range []string{"home", "cache", "config", "run", "tmp", "bin"} {
		if err := os.Mkdir(filepath.Join(h.dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	h.write("ca.pem", sim.Settings().CAPEM)
	return h
}

func (h *household) at(name ...string) string {
	return filepath.Join(append([]string{h.dir}, name...)...)
}

func (h *household) write(name string, b []byte) {
	h.t.Helper()
	if err := os.WriteFile(h.at(name), b, 0o700); err != nil { //nolint:gosec // some are programs
		h.t.Fatal(err)
	}
}

// run runs the program with a secret in its environment; home names its data folder. It
// may fail: what it says then is looked at, too.
func (h *household) run(home, secret string, args ...string) string {
	h.t.Helper()
	cmd := programCommand(h.at("home", home), args...)
	cmd.Env = []string{
		asProgram + "=1", cli.SecretVariable + "=" + secret, "PATH=" + h.at("bin") + ":" + os.Getenv("PATH"),
		"HOME=" + h.at("home"), "XDG_CACHE_HOME=" + h.at("cache"), "XDG_CONFIG_HOME=" + h.at("config"), "XDG_RUNTIME_DIR=" + h.at("run"), "TMPDIR=" + h.at("tmp"),
	}
	out, err := cmd.CombinedOutput()
	fmt.Fprintf(&h.said, "%v: %v\n%s\n", args, err, out)
	return string(out)
}

// connect stores settings as a person would hand them over, without a secret.
func (h *household) connect(home, secret string, m profile.Method, change func(*profile.Draft)) {
	h.t.Helper()
	d := simulatedDraft(h.sim.Settings(), h.at("ca.pem"))
	d.Name, d.Method, d.Secret = home, m, ""
	if change != nil {
		change(&d)
	}
	b, err := json.Marshal(d)
	if err != nil {
		h.t.Fatal(err)
	}
	h.write(home+".json", b)
	if out := h.run(home, secret, "connect", "--settings", h.at(home+".json")); !strings.Contains(out, " is connected") {
		h.t.Fatalf("%s was not connected: %s", home, out)
	}
}

// work does with a data folder what a shift does, then what a bad day does to it.
func (h *household) work(home, secret string, jobs ...[]string) {
	h.t.Helper()
	if out := h.run(home, secret, "sync"); !strings.Contains(out, "idle") {
		h.t.Errorf("%s: sync said %q", home, out)
	}
	for _, job := range jobs {
		h.run(home, secret, job...)
	}
	h.run(home, secret, "doctor")
	h.sim.SetEntra(simulator.Entra{Refuse: 7000215})
	h.run(home, secret, "sync")
	h.sim.SetEntra(simulator.Entra{})
	h.sim.Revoke()
	h.run(home, secret, "profiles", "test", home)
}

// certificate writes a PFX file with a password and has the tenant know it.
func (h *household) certificate(password string) string {
	h.t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		h.t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "watchfloor"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		h.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		h.t.Fatal(err)
	}
	pfx, err := pkcs12.Modern2023.Encode(key, cert, nil, password)
	if err != nil {
		h.t.Fatal(err)
	}
	h.sim.RegisterCertificate(cert)
	h.write("app.pfx", pfx)
	return h.at("app.pfx")
}

// az stands in for the Azure CLI: it writes down what it was started with and gives a
// token for Azure Resource Manager.
func (h *household) az() {
	h.t.Helper()
	token, err := h.sim.CLIToken("https://management.core.windows.net/", h.sim.Settings().TenantID)
	if err != nil {
		h.t.Fatal(err)
	}
	h.write("bin/az", []byte("#!/bin/sh\n{ echo \"$@\"; env; } >>"+h.at("az.txt")+"\ncat <<'END'\n"+string(token)+"\nEND\n"))
}

// leaks looks into all that was printed and every file, but the one that holds what a
// simulated tenant's secret protects (nothing) and those that the test wrote.
func (h *household) leaks() {
	h.t.Helper()
	look := func(where string, b []byte) {
		for _, canary := range []string{canarySecret, canaryPassword, h.sim.Settings().ClientSecret, "PRIVATE KEY"} {
			if i := bytes.Index(b, []byte(canary)); i >= 0 {
				h.t.Errorf("%s holds %s: …%s…", where, canary, b[max(0, i-60):min(len(b), i+60)])
			}
		}
		if m := bearer.Find(b); m != nil {
			h.t.Errorf("%s holds a token: %s", where, m[:min(len(m), 24)])
		}
	}
	look("what was printed", h.said.Bytes())
	files := 0
	err := filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || d.Name() == simulatedSecret || path == h.at("bin", "az") {
			return err
		}
		b, err := os.ReadFile(path)
		look(strings.TrimPrefix(path, h.dir), b)
		files++
		return err
	})
	if err != nil || files < 20 {
		h.t.Errorf("%d files were looked at, %v", files, err)
	}
}

// Secrets, passwords and tokens are in no file, no log, no report and no line that is
// printed, and no program that is started sees them: through every way to sign in that
// needs no window, a shift of work and the failures of a bad day.
func TestGoal23NoSecretOrTokenIsLeftBehind(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for az is a shell script")
	}
	t.Parallel()
	h := newHousehold(t)
	secret := h.sim.Settings().ClientSecret
	h.connect("secret", secret, profile.Secret, nil)
	h.connect("device", canarySecret, profile.Device, nil)
	h.connect("certificate", canaryPassword, profile.Certificate, func(d *profile.Draft) { d.Certificate = h.certificate(canaryPassword) })
	h.az()
	h.connect("cli", canarySecret, profile.AzureCLI, func(d *profile.Draft) { d.ClientID, d.Defender = "", false })

	h.run("secret", secret, "sync")
	number := h.preview("secret")
	h.work("secret", secret,
		[]string{"act", "comment", number, "Asked the ward manager."},
		[]string{"report", "incident", number, "-o", h.at("case.pdf")},
		[]string{"report", "handover", "-o", h.at("handover.html")},
		[]string{"export", "-o", h.at("queue.xlsx")},
		[]string{"export", "-o", h.at("queue.json")},
		[]string{"export", "-o", h.at("queue.csv")})
	for _, home := range []string{"device", "certificate", "cli"} {
		h.work(home, canarySecret)
	}

	seen, err := os.ReadFile(h.at("az.txt"))
	if err != nil || !strings.Contains(string(seen), "get-access-token") {
		t.Errorf("az was not asked: %v", err)
	}
	for _, f := range []string{"case.pdf", "handover.html", "queue.xlsx", "queue.json", "queue.csv"} {
		if _, err := os.Stat(h.at(f)); err != nil {
			t.Error(err)
		}
	}
	h.leaks()
	if t.Failed() {
		t.Logf("it printed:\n%s", &h.said)
	}
}

// preview reads the exact requests of an action, which are part of what is looked at, and
// returns the number of its incident.
func (h *household) preview(home string) string {
	h.t.Helper()
	s := openHere(h.t, h.at("home", home))
	defer s.close()
	row := firstRow(h.t, s)
	shown, err := s.fleet.Preview(h.t.Context(), outbox.Request{IncidentID: row.ID, Verb: outbox.Comment, Text: "Asked the ward manager."})
	if err != nil || len(shown) == 0 || !strings.Contains(fmt.Sprint(shown), "Bearer ••••") {
		h.t.Errorf("the preview: %+v, %v", shown, err)
	}
	fmt.Fprintf(&h.said, "%+v\n", shown)
	return row.Number
}
