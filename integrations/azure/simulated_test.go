package azure_test

import (
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
	"runtime"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/simulator"
)

func entra(t *testing.T, o simulator.Options) (simulator.Settings, azure.Cloud, *azure.Transport) {
	t.Helper()
	o.Incidents = 20
	sim, err := simulator.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	s := sim.Settings()
	cloud, err := azure.Custom(s.Authority, s.ARM, s.ARMAudience, s.Graph, s.CAPEM)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := azure.NewTransport(cloud, azure.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	return s, cloud, tr
}

// both proves that one sign-in serves ARM and Graph without another prompt.
func both(t *testing.T, cloud azure.Cloud, c *azure.Credential) {
	t.Helper()
	if err := c.SignIn(context.Background(), cloud.ARMScope()); err != nil {
		t.Fatal(err)
	}
	for _, scope := range []string{cloud.ARMScope(), cloud.GraphScope()} {
		if tok, err := c.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{scope}}); err != nil || tok.Token == "" {
			t.Errorf("%s: %v", scope, err)
		}
	}
}

func TestClientSecretSignsIn(t *testing.T) {
	s, cloud, tr := entra(t, simulator.Options{})
	id := azure.Identity{Tenant: s.TenantID, Client: s.ClientID}
	cred, err := azure.ClientSecret(cloud, tr, id, azure.NewSecret(s.ClientSecret))
	if err != nil {
		t.Fatal(err)
	}
	both(t, cloud, cred)
	wrong, err := azure.ClientSecret(cloud, tr, id, azure.NewSecret("wrong"))
	if err != nil {
		t.Fatal(err)
	}
	if err := wrong.SignIn(context.Background(), cloud.ARMScope()); app.KindOf(err) != app.KindSignIn {
		t.Errorf("%v", err)
	}
}

func TestDeviceCodeSignsInWithOnePrompt(t *testing.T) {
	s, cloud, tr := entra(t, simulator.Options{})
	prompts := 0
	cred, err := azure.DeviceCode(cloud, tr, azure.Identity{Tenant: s.TenantID, Client: s.ClientID}, azure.Remember{}, func(_ context.Context, p azure.Prompt) error {
		prompts++
		if p.Code == "" || p.URL == "" {
			return fmt.Errorf("prompt %+v", p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	both(t, cloud, cred)
	if prompts != 1 {
		t.Errorf("%d prompts", prompts)
	}
}

var (
	formAction = regexp.MustCompile(`<form[^>]*action="([^"]+)"`)
	formField  = regexp.MustCompile(`<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"`)
)

// A program named xdg-open stands in for the browser: it writes down the address, and
// the test does what the page would do.
func TestBrowserSignsIn(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the stand-in for the browser is a program named xdg-open")
	}
	s, cloud, tr := entra(t, simulator.Options{})
	dir := t.TempDir()
	pipe := filepath.Join(dir, "address")
	script := "#!/bin/sh\nprintf '%s' \"$1\" > \"" + pipe + ".part\" && mv \"" + pipe + ".part\" \"" + pipe + "\"\n"
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	cred, err := azure.Browser(cloud, tr, azure.Identity{Tenant: s.TenantID, Client: s.ClientID}, azure.Remember{})
	if err != nil {
		t.Fatal(err)
	}
	page := make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		err := walkThrough(ctx, s, pipe)
		if err != nil {
			cancel()
		}
		page <- err
	}()
	if err := cred.SignIn(ctx, cloud.ARMScope()); err != nil {
		t.Error(err)
	}
	if err := <-page; err != nil {
		t.Fatal(err)
	}
	if tok, err := cred.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{cloud.GraphScope()}}); err != nil || tok.Token == "" {
		t.Error(err)
	}
}

func walkThrough(ctx context.Context, s simulator.Settings, file string) error {
	var address []byte
	for address == nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		address, _ = os.ReadFile(file)
		runtime.Gosched()
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.CAPEM)
	browser := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	resp, err := browser.Get(string(address))
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
