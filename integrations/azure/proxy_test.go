package azure_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

const proxyCanary = "canary-proxy-7c1d"

// gateway is a proxy that knows CONNECT alone and leads every name to one server.
type gateway struct {
	*httptest.Server
	target string // host:port that every tunnel ends at
	status int    // instead of a tunnel, where it is not 0

	mu       sync.Mutex
	asked    []string // host:port of each CONNECT
	password []string // user:password of each
}

func newGateway(t *testing.T, target string, status int) *gateway {
	t.Helper()
	g := &gateway{target: target, status: status}
	g.Server = httptest.NewServer(http.HandlerFunc(g.serve))
	t.Cleanup(g.Close)
	return g
}

func (g *gateway) serve(w http.ResponseWriter, r *http.Request) {
	basic, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.Header.Get("Proxy-Authorization"), "Basic "))
	g.mu.Lock()
	g.asked, g.password = append(g.asked, r.Method+" "+r.Host), append(g.password, string(basic))
	g.mu.Unlock()
	if g.status != 0 {
		http.Error(w, "<html>no</html>", g.status)
		return
	}
	out, err := net.Dial("tcp", g.target)
	if err != nil {
		http.Error(w, "", http.StatusBadGateway)
		return
	}
	in, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		out.Close()
		return
	}
	fmt.Fprint(in, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() { defer out.Close(); _, _ = io.Copy(out, in) }()
	defer in.Close()
	_, _ = io.Copy(in, out)
}

type staticToken struct{}

func (staticToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "canary-token", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// playBehindAProxy lists subscriptions at the service named in its environment, logs all
// there is and prints what came of it, cause included.
func playBehindAProxy() int {
	ca, err := os.ReadFile(os.Getenv("STAND_IN_CA"))
	if err != nil {
		fmt.Println(err)
		return 1
	}
	base := os.Getenv("STAND_IN_TENANT")
	cloud, err := azure.Custom(base, base, "", base, ca)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	tr, err := azure.NewTransport(cloud, azure.Limits{})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug}))
	subs, err := azure.NewSubscriptions(azure.Access{Cloud: cloud, Transport: tr, Log: log}, staticToken{})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	list, err := subs.List(context.Background())
	log.Debug("listed", "err", err)
	fmt.Printf("%d listed; kind %q; said %q; whole error %v %+v\n", len(list), app.KindOf(err), app.Say(err), err, err)
	return 0
}

// behind runs that process with an environment that names a proxy.
func behind(t *testing.T, ca, base string, env ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append([]string{standInAs + "=behind a proxy", "STAND_IN_CA=" + ca, "STAND_IN_TENANT=" + base, "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}, env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestGoal22TheProxyOfTheEnvironmentIsUsedAndItsPasswordIsNeverTold(t *testing.T) {
	service := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Proxy-Authorization") != "" {
			t.Error("the proxy's password reached the service")
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"value":[{"subscriptionId":"a"},{"subscriptionId":"b"}]}`)
	}))
	t.Cleanup(service.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: service.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	const named = "https://example.com" // as in the certificate; no name is looked up here
	login := "watch:" + proxyCanary
	for _, c := range []struct {
		name, base string
		status     int
		env        func(proxy string) []string
		tunnels    int
		say        string
	}{
		{"with a password", named, 0, func(p string) []string { return []string{"HTTPS_PROXY=http://" + login + "@" + p} }, 1, "2 listed"},
		{"in lower case", named, 0, func(p string) []string { return []string{"https_proxy=http://" + login + "@" + p} }, 1, "2 listed"},
		{"wrong password", named, 407, func(p string) []string { return []string{"HTTPS_PROXY=http://" + login + "@" + p} }, 1, `kind "offline"; said "The proxy asks for a password; set it in HTTPS_PROXY."`},
		{"forbidden place", named, 403, func(p string) []string { return []string{"HTTPS_PROXY=http://" + login + "@" + p} }, 1, `kind "offline"; said "The proxy does not let Watchfloor through to the service (HTTP 403)`},
		{"proxy that is down", named, 0, func(string) []string { return []string{"HTTPS_PROXY=http://" + login + "@127.0.0.1:1"} }, 0, `kind "offline"; said "The proxy cannot be reached; check the network, and its address in HTTPS_PROXY."`},
		{"address that is none", named, 0, func(string) []string { return []string{"HTTPS_PROXY=http://" + login + "@127.0.0.1:1\r"} }, 0, `kind "offline"; said "The proxy address in HTTPS_PROXY cannot be read`},
		{"address with a slip", named, 0, func(string) []string { return []string{"HTTPS_PROXY=http://" + login + " x@127.0.0.1:1"} }, 0, `kind "offline"; said "The proxy`},
		{"simulated tenant", service.URL, 0, func(p string) []string {
			return []string{"HTTPS_PROXY=http://" + login + "@" + p, "HTTP_PROXY=http://" + p, "ALL_PROXY=http://" + p}
		}, 0, "2 listed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t, strings.TrimPrefix(service.URL, "https://"), c.status)
			said := behind(t, ca, c.base, c.env(strings.TrimPrefix(g.URL, "http://"))...)
			if !strings.Contains(said, c.say) {
				t.Errorf("it said %s", said)
			}
			basic := base64.StdEncoding.EncodeToString([]byte(login))
			for _, secret := range []string{proxyCanary, basic, "canary-token"} {
				if strings.Contains(said, secret) {
					t.Errorf("it told %s: %s", secret, said)
				}
			}
			g.mu.Lock()
			defer g.mu.Unlock()
			if len(g.asked) != c.tunnels {
				t.Errorf("the proxy was asked for %q", g.asked)
			}
			for i := range g.asked {
				if g.asked[i] != "CONNECT example.com:443" || g.password[i] != login {
					t.Errorf("the proxy was asked %q with %q", g.asked[i], g.password[i])
				}
			}
		})
	}
}

// Nothing that is compiled into the program can turn verification off, and no older TLS
// than 1.2 is named as enough.
func TestGoal22NoSwitchSkipsVerification(t *testing.T) {
	root, files := filepath.Join("..", ".."), 0
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		for _, word := range []string{"Insecure" + "SkipVerify", "VersionTLS10", "VersionTLS11", "VersionSSL30", "DialTLS"} {
			if bytes.Contains(b, []byte(word)) {
				t.Errorf("%s names %s", path, word)
			}
		}
		return err
	})
	if err != nil || files < 300 {
		t.Errorf("%d files were read, %v", files, err)
	}
}
