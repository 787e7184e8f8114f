package azure_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/simulator"
)

// A program named xdg-open stands in for the browser: it writes the address into a
// pipe, and the test does what the page would do.
func TestBrowserSignsIn(t *testing.T) {
	x := start(t, simulator.Options{})
	pipe := standInBrowser(t)
	cred, err := azure.Browser(x.cloud, x.tr, x.id, azure.Remember{})
	if err != nil {
		t.Fatal(err)
	}
	page := make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		err := walkThrough(x.CAPEM, pipe)
		if err != nil {
			cancel()
		}
		page <- err
	}()
	if err := cred.SignIn(ctx, x.cloud.ARMScope()); err != nil {
		t.Error(err)
	}
	if err := <-page; err != nil {
		t.Fatal(err)
	}
	if tok, err := cred.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{x.cloud.GraphScope()}}); err != nil || tok.Token == "" {
		t.Error(err)
	}
	if got := cred.Account().UPN; got != x.User {
		t.Errorf("signed in as %q", got)
	}
}

// On a machine without any browser the way out is named.
func TestWithoutABrowserTheDeviceCodeIsOffered(t *testing.T) {
	x := start(t, simulator.Options{})
	t.Setenv("PATH", t.TempDir())
	cred, err := azure.Browser(x.cloud, x.tr, x.id, azure.Remember{})
	if err != nil {
		t.Fatal(err)
	}
	err = cred.SignIn(context.Background(), x.cloud.ARMScope())
	if app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), "device code") {
		t.Errorf("%v", err)
	}
}

// A jump host has the program that opens browsers, but none to open.
func TestABrowserThatDoesNotOpenNamesTheWayOut(t *testing.T) {
	x := start(t, simulator.Options{})
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte("#!/bin/sh\nexit 3\n"), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	cred, err := azure.Browser(x.cloud, x.tr, x.id, azure.Remember{})
	if err != nil {
		t.Fatal(err)
	}
	err = cred.SignIn(context.Background(), x.cloud.ARMScope())
	if app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), "device code") {
		t.Errorf("%v", err)
	}
}

// standInBrowser puts the program on the PATH and returns the pipe it writes to.
func standInBrowser(t *testing.T) *os.File {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "address")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	pipe, err := os.OpenFile(name, os.O_RDWR, 0) // for writing too, so that opening does not wait
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pipe.Close() })
	script := "#!/bin/sh\nprintf '%s\\n' \"$1\" > '" + name + "'\n"
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return pipe
}

var (
	formAction = regexp.MustCompile(`<form[^>]*action="([^"]+)"`)
	formField  = regexp.MustCompile(`<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"`)
)

func walkThrough(ca []byte, pipe io.Reader) error {
	address, err := bufio.NewReader(pipe).ReadString('\n')
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	browser := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	defer browser.CloseIdleConnections()
	resp, err := browser.Get(strings.TrimSpace(address))
	if err != nil {
		return err
	}
	text, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return err
	}
	form := formAction.FindSubmatch(text)
	if form == nil {
		return fmt.Errorf("no form in %s", text)
	}
	fields := url.Values{}
	for _, f := range formField.FindAllSubmatch(text, -1) {
		fields.Set(html.UnescapeString(string(f[1])), html.UnescapeString(string(f[2])))
	}
	back, err := browser.PostForm(html.UnescapeString(string(form[1])), fields)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, back.Body)
	back.Body.Close()
	return err
}
