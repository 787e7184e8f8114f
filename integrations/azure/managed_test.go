package azure

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
)

type sends func(*http.Request) (*http.Response, error)

func (s sends) Do(r *http.Request) (*http.Response, error) { return s(r) }

// onVM makes the library ask the address of virtual machines.
func onVM(t *testing.T) {
	t.Helper()
	for _, v := range []string{"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "IMDS_ENDPOINT"} {
		t.Setenv(v, "")
	}
}

func managed(t *testing.T, s sends) *Credential {
	t.Helper()
	c, err := ManagedIdentity(s, "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWithoutAManagedIdentityOneIsToldSoon(t *testing.T) {
	onVM(t)
	const scope = "https://nowhere.example/.default"
	unreachable := managed(t, func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("no route to host")}
	})
	silent := managed(t, func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() })
	silent.within = 50 * time.Millisecond
	for name, c := range map[string]*Credential{"unreachable": unreachable, "silent": silent} {
		start := time.Now()
		err := c.SignIn(context.Background(), scope)
		if app.KindOf(err) != app.KindSignIn || app.Say(err) != noManaged || time.Since(start) > 5*time.Second {
			t.Errorf("%s: %v after %s", name, err, time.Since(start))
		}
	}
}

func TestWhatAManagedIdentityAnswers(t *testing.T) {
	onVM(t)
	for status, want := range map[int]struct {
		kind app.Kind
		say  string
	}{
		400: {app.KindSignIn, "has not the managed identity"},
		403: {app.KindSignIn, "HTTP 403"},
		429: {app.KindOffline, "asked again later"},
		503: {app.KindOffline, "asked again later"},
	} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`{"error":"invalid_request"}`))
		})
		base, err := NewTransport(s.cloud(t), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		home, _ := url.Parse(s.URL)
		c := managed(t, func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			r.URL.Scheme, r.URL.Host, r.Host = home.Scheme, home.Host, home.Host
			return base.Do(r)
		})
		if err := c.SignIn(context.Background(), "https://nowhere.example/.default"); app.KindOf(err) != want.kind || !strings.Contains(app.Say(err), want.say) {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// The token service is on the machine: a proxy would only see what it must not.
func TestAManagedIdentityIsNotAskedThroughAProxy(t *testing.T) {
	s := serve(t, ok)
	tr, err := NewTransport(s.cloud(t), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if tr.client.Transport.(*http.Transport).Proxy == nil {
		t.Fatal("the transport knows no proxy to begin with")
	}
	if own := tr.direct().client.Transport.(*http.Transport); own.Proxy != nil || own.TLSClientConfig.RootCAs == nil {
		t.Error("a proxy is used, or the trusted certificates are lost")
	}
}
