package azure_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/simulator"
)

// standInAs makes the test binary play another program: "az" asks a simulated tenant for
// a token, "no home" is a process of a user without a folder of their own, "behind a
// proxy" one whose environment names a proxy, which net/http reads once a process.
const standInAs = "WATCHFLOOR_STAND_IN"

func TestMain(m *testing.M) {
	switch os.Getenv(standInAs) {
	case "":
		os.Exit(m.Run())
	case "az":
		os.Exit(playAz(os.Args[1:]))
	case "no home":
		os.Exit(playNoHome())
	case "behind a proxy":
		os.Exit(playBehindAProxy())
	}
}

// playAz is "az account get-access-token -o json --resource R [--tenant T]".
func playAz(args []string) int {
	line := strings.Join(args, " ") + " "
	after := func(flag string) string {
		_, rest, _ := strings.Cut(line, flag+" ")
		word, _, _ := strings.Cut(rest, " ")
		return word
	}
	ca, err := os.ReadFile(os.Getenv("STAND_IN_CA"))
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	q := url.Values{"resource": {after("--resource")}, "tenant": {after("--tenant")}}
	var resp *http.Response
	if err == nil {
		resp, err = client.Get(os.Getenv("STAND_IN_TENANT") + "/_cli/token?" + q.Encode())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ERROR:", err)
		return 1
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		_, _ = io.Copy(os.Stderr, resp.Body)
		return 1
	}
	_, _ = io.Copy(os.Stdout, resp.Body)
	return 0
}

// standInAz puts a program named az on the PATH that gets its tokens from x.
func (x tenant) standInAz(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for az is started by a shell script")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	script := "#!/bin/sh\n" + standInAs + "=az exec '" + self + "' \"$@\"\n"
	for path, text := range map[string]string{ca: string(x.CAPEM), filepath.Join(dir, "az"): script} {
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil { //nolint:gosec // a program
			t.Fatal(err)
		}
	}
	t.Setenv("STAND_IN_CA", ca)
	t.Setenv("STAND_IN_TENANT", x.BaseURL)
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}

func TestTheAzureCLISignsIn(t *testing.T) {
	x := start(t, simulator.Options{})
	x.standInAz(t)
	cred, err := azure.AzureCLI(x.TenantID)
	if err != nil {
		t.Fatal(err)
	}
	both(t, x.cloud, cred)
	if got := cred.Account().UPN; got != x.User {
		t.Errorf("signed in as %q", got)
	}
	x.SetEntra(simulator.Entra{RefuseSilent: 70043})
	if err := x.token(cred); app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), "az login") {
		t.Errorf("%v", err)
	}
	other, err := azure.AzureCLI("00000000-1111-2222-3333-444444444444")
	if err != nil {
		t.Fatal(err)
	}
	if err := other.SignIn(context.Background(), x.cloud.ARMScope()); !strings.Contains(app.Say(err), "does not know this tenant") {
		t.Errorf("%v", err)
	}
}
