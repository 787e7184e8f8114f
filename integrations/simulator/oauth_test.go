package simulator

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/securityinsights/armsecurityinsights/v2"
)

// browserEnv makes this test binary play the browser: see TestMain.
const browserEnv = "SIMULATOR_TEST_BROWSER_CA"

func TestMain(m *testing.M) {
	if ca := os.Getenv(browserEnv); ca != "" && len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "https://") {
		if err := browse(os.Args[1], ca); err != nil {
			fmt.Fprintln(os.Stderr, "browser:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if base := os.Getenv(azEnv); base != "" && filepath.Base(os.Args[0]) == "az" {
		os.Exit(playAz(base))
	}
	os.Exit(m.Run())
}

var formFields = regexp.MustCompile(`(?s)action="([^"]+)".*name="code" value="([^"]+)".*name="state" value="([^"]*)"`)

// browse opens a page and submits its form, as a browser with scripts does.
func browse(page, caFile string) error {
	ca, err := os.ReadFile(caFile)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: trust(&testing.T{}, Settings{CAPEM: ca})}
	resp, err := client.Get(page)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	html, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	f := formFields.FindStringSubmatch(string(html))
	if f == nil {
		return fmt.Errorf("no form in %s", html)
	}
	done, err := client.PostForm(f[1], url.Values{"code": {f[2]}, "state": {f[3]}})
	if err != nil {
		return err
	}
	return done.Body.Close()
}

// listOnce reads one incident with a credential, through the SDK.
func listOnce(t *testing.T, s *Server, cred azcore.TokenCredential) {
	t.Helper()
	set := s.Settings()
	f, err := armsecurityinsights.NewClientFactory(set.SubscriptionID, cred, &arm.ClientOptions{ClientOptions: clientOptions(t, set), DisableRPRegistration: true})
	if err != nil {
		t.Fatal(err)
	}
	page, err := f.NewIncidentsClient().NewListPager(set.ResourceGroup, set.Workspace, nil).NextPage(context.Background())
	if err != nil || len(page.Value) == 0 {
		t.Fatalf("%d incidents, %v", len(page.Value), err)
	}
}

func TestAPersonSignsInByDeviceCodeOnceAndReachesBothServices(t *testing.T) {
	s := start(t, Options{Incidents: 20})
	set := s.Settings()
	shown := 0
	cred, err := azidentity.NewDeviceCodeCredential(&azidentity.DeviceCodeCredentialOptions{
		ClientOptions: clientOptions(t, set), DisableInstanceDiscovery: true,
		TenantID: set.TenantID, ClientID: set.ClientID, UserPrompt: func(_ context.Context, m azidentity.DeviceCodeMessage) error {
			shown++
			if !strings.HasPrefix(m.VerificationURL, set.BaseURL) || m.UserCode == "" {
				t.Errorf("message %+v", m)
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	record, err := cred.Authenticate(context.Background(), &policy.TokenRequestOptions{Scopes: []string{set.ARMAudience + "/.default"}, EnableCAE: true})
	if err != nil {
		t.Fatal(err)
	}
	if record.Username != set.User || record.ClientID != set.ClientID || record.TenantID != set.TenantID {
		t.Errorf("record %+v", record)
	}
	listOnce(t, s, cred)
	if _, err := cred.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{set.BaseURL + "/.default"}, EnableCAE: true}); err != nil {
		t.Fatalf("the other service: %v", err)
	}
	if shown != 1 {
		t.Errorf("the person was asked %d times", shown)
	}
}

func TestAPersonSignsInWithTheBrowser(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("skipped: the stand-in for the browser is found through xdg-open, which only Linux uses")
	}
	s := start(t, Options{Incidents: 20})
	set := s.Settings()
	bin, ca := t.TempDir(), filepath.Join(t.TempDir(), "ca.pem")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(ca, set.CAPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "xdg-open")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	t.Setenv(browserEnv, ca)
	cred, err := azidentity.NewInteractiveBrowserCredential(&azidentity.InteractiveBrowserCredentialOptions{
		ClientOptions:            clientOptions(t, set),
		DisableInstanceDiscovery: true, TenantID: set.TenantID, ClientID: set.ClientID,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	record, err := cred.Authenticate(ctx, &policy.TokenRequestOptions{Scopes: []string{set.ARMAudience + "/.default"}, EnableCAE: true})
	if err != nil {
		t.Fatal(err)
	}
	if record.Username != set.User {
		t.Errorf("signed in as %q", record.Username)
	}
	listOnce(t, s, cred)
}

func TestAWrongSecretIsRefused(t *testing.T) {
	s := start(t, Options{Incidents: 1})
	set := s.Settings()
	set.ClientSecret = "wrong"
	_, err := secret(t, set).GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{set.ARMAudience + "/.default"}})
	if err == nil || !strings.Contains(err.Error(), "AADSTS7000215") {
		t.Errorf("got %v", err)
	}
}

func TestAChallengeIsAnsweredByTheSDKWithANewToken(t *testing.T) {
	s := start(t, Options{Incidents: 20})
	cred := secret(t, s.Settings())
	listOnce(t, s, cred)
	before := s.Counters()["token app"]
	s.SetFaults(Faults{ChallengeNext: 1})
	listOnce(t, s, cred)
	if got := s.Counters()["token app"]; got != before+1 {
		t.Errorf("%d tokens were asked for after the challenge", got-before)
	}
}

func TestOnlyAFreshTokenForTheRightServiceOpensTheDoor(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 5, Now: h.now})
	c := raw(t, s)
	list, graph := c.ws("/incidents", ""), c.set.Graph+"/security/incidents"
	c.must(200, "GET", list, nil)
	c.must(200, "GET", graph, nil)
	for why, token := range map[string]string{"none": "Basic x", "another service's": "Bearer " + c.tokens[audGraph], "forged": "Bearer " + c.tokens[audARM] + "x", "garbage": "Bearer x"} {
		status, head, _, err := c.do("GET", list, nil, "Authorization", token)
		if err != nil || status != 401 || !strings.HasPrefix(head.Get("WWW-Authenticate"), "Bearer ") {
			t.Errorf("%s: %d %v %v", why, status, head, err)
		}
	}
	h.move(time.Hour + time.Second)
	c.must(401, "GET", list, nil)
	c.must(401, "GET", graph, nil)
}

func TestWithoutAPersonNothingIsApprovedWhenApprovalIsManual(t *testing.T) {
	s := start(t, Options{Incidents: 1, ManualApproval: true})
	set := s.Settings()
	client := &http.Client{Transport: trust(t, set)}
	post := func(path string, f url.Values) (int, string) {
		t.Helper()
		resp, err := client.PostForm(set.BaseURL+path, f)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(b)
	}
	scope := set.ARMAudience + "/.default"
	_, body := post("/"+set.TenantID+"/oauth2/v2.0/devicecode", url.Values{"client_id": {set.ClientID}, "scope": {scope}})
	code := regexp.MustCompile(`"device_code":"([^"]+)"`).FindStringSubmatch(body)[1]
	user := regexp.MustCompile(`"user_code":"([^"]+)"`).FindStringSubmatch(body)[1]
	poll := url.Values{"client_id": {set.ClientID}, "scope": {scope}, "grant_type": {"device_code"}, "device_code": {code}}
	for range 3 {
		if status, b := post("/"+set.TenantID+"/oauth2/v2.0/token", poll); status != 400 || !strings.Contains(b, "authorization_pending") {
			t.Fatalf("%d %s", status, b)
		}
	}
	if status, _ := post("/devicelogin", url.Values{"code": {user}, "answer": {"approve"}}); status != 200 {
		t.Fatalf("the page answers %d", status)
	}
	if status, b := post("/"+set.TenantID+"/oauth2/v2.0/token", poll); status != 200 || !strings.Contains(b, "id_token") {
		t.Errorf("%d %s", status, b)
	}
	if status, _ := post("/"+set.TenantID+"/oauth2/v2.0/token", poll); status != 400 {
		t.Errorf("a device code was good twice: %d", status)
	}
}

func TestACodeIsGoodOnceAndOnlyWithItsVerifier(t *testing.T) {
	s := start(t, Options{Incidents: 1})
	set := s.Settings()
	client := &http.Client{Transport: trust(t, set), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	read := func(resp *http.Response, err error) (int, string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(b)
	}
	const verifier, redirect = "a-verifier-of-more-than-forty-three-characters-xyz", "http://localhost:49152/"
	sum := sha256.Sum256([]byte(verifier))
	ask := func(change url.Values) (int, string) {
		t.Helper()
		q := url.Values{"client_id": {set.ClientID}, "response_type": {"code"}, "redirect_uri": {redirect}, "state": {"s<1>"}, "code_challenge": {b64.EncodeToString(sum[:])}, "code_challenge_method": {"S256"}}
		for k, v := range change {
			q[k] = v
		}
		return read(client.Get(set.BaseURL + "/organizations/oauth2/v2.0/authorize?" + q.Encode()))
	}
	redeem := func(code, verifier string) (int, string) {
		t.Helper()
		return read(client.PostForm(set.BaseURL+"/organizations/oauth2/v2.0/token", url.Values{
			"client_id": {set.ClientID}, "grant_type": {"authorization_code"},
			"code": {code}, "code_verifier": {verifier}, "redirect_uri": {redirect}, "scope": {set.BaseURL + "/.default openid"},
		}))
	}
	for why, change := range map[string]url.Values{
		"a strange client": {"client_id": {"x"}}, "an address elsewhere": {"redirect_uri": {"https://collect.example/"}},
		"a script": {"redirect_uri": {"javascript:alert(1)"}}, "no proof key": {"code_challenge": {""}}, "the weak method": {"code_challenge_method": {"plain"}},
	} {
		if status, _ := ask(change); status != 400 {
			t.Errorf("%s: %d", why, status)
		}
	}
	status, page := ask(nil)
	f := formFields.FindStringSubmatch(page)
	if status != 200 || f == nil || f[1] != redirect || f[3] != "s&lt;1&gt;" {
		t.Fatalf("%d %s", status, page)
	}
	if status, b := redeem(f[2], "wrong"); status != 400 || !strings.Contains(b, "invalid_grant") {
		t.Errorf("a wrong verifier: %d %s", status, b)
	}
	if status, b := redeem(f[2], verifier); status != 400 {
		t.Errorf("a code that was tried before: %d %s", status, b)
	}
	_, page = ask(nil)
	code := formFields.FindStringSubmatch(page)[2]
	if status, b := redeem(code, verifier); status != 200 || !strings.Contains(b, `"scope":"`+set.BaseURL+`/.default openid"`) || !strings.Contains(b, "client_info") {
		t.Errorf("%d %s", status, b)
	}
	if status, _ := redeem(code, verifier); status != 400 {
		t.Errorf("a code was good twice: %d", status)
	}
}
