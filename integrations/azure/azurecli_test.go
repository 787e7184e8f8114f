package azure

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
)

// az puts a script named az on the PATH, and nothing else; "" puts nothing.
func az(t *testing.T, script string) *Credential {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for az is a shell script")
	}
	dir := t.TempDir()
	if script != "" {
		if err := os.WriteFile(filepath.Join(dir, "az"), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil { //nolint:gosec // a program
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	c, err := AzureCLI(tenant)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheAzureCLISaysWhatIsMissing(t *testing.T) {
	said := func(text string) string { return "echo \"" + text + "\" >&2; exit 1" }
	for name, c := range map[string]struct {
		script string
		kind   app.Kind
		say    string
	}{
		"not installed":     {"", app.KindSignIn, "not installed"},
		"nobody signed in":  {said("ERROR: Please run 'az login' to setup account."), app.KindSignIn, "run az login --tenant " + tenant},
		"password changed":  {said("ERROR: AADSTS50173: The provided grant has expired due to it being revoked. Please run: az login"), app.KindSignIn, "az login --tenant " + tenant},
		"another tenant":    {said("ERROR: AADSTS90002: Tenant 'x' not found."), app.KindSignIn, "does not know this tenant"},
		"no network":        {said("HTTPSConnectionPool(host='login.microsoftonline.com', port=443): Max retries exceeded with url: /x (Caused by NameResolutionError: Failed to resolve 'login.microsoftonline.com')"), app.KindOffline, "could not reach Entra"},
		"something else":    {said("Traceback (most recent call last): canary"), app.KindSignIn, "az account get-access-token"},
		"no JSON on stdout": {"echo hello", app.KindSignIn, "az account get-access-token"},
	} {
		t.Run(name, func(t *testing.T) {
			err := az(t, c.script).SignIn(context.Background(), "https://management.core.windows.net//.default")
			if app.KindOf(err) != c.kind || !strings.Contains(app.Say(err), c.say) {
				t.Errorf("%v", err)
			}
			if strings.Contains(app.Say(err), "canary") {
				t.Error("what another program printed is shown")
			}
		})
	}
}

// A service that asks for more than az can give leads to one sentence with the command.
func TestAChallengeSendsToAzLogin(t *testing.T) {
	c := az(t, "exit 1")
	_, err := c.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{"https://graph.microsoft.com/.default"}, Claims: `{"access_token":{}}`})
	if app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), "run az login") {
		t.Errorf("%v", err)
	}
}

func TestAnAzThatHangsIsLeftBehind(t *testing.T) {
	c := az(t, "exec /bin/sleep 5")
	c.within = 50 * time.Millisecond
	start := time.Now()
	err := c.Resume(context.Background(), "https://graph.microsoft.com/.default")
	if app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), "did not answer in time") || time.Since(start) > 5*time.Second {
		t.Errorf("%v after %s", err, time.Since(start))
	}
}
