package azure

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
)

func TestRedirectsAreNotFollowed(t *testing.T) {
	sink := serve(t, ok)
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("clear text request with token %q", r.Header.Get("Authorization"))
	}))
	defer plain.Close()
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{sink.URL, plain.URL, "https://localhost:1/", "/elsewhere"} {
			home := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, code) })
			_, err := call(context.Background(), home.pipeline(t, Limits{}), http.MethodGet, home.URL+"/x")
			if e := Explain(err, Intent{}); e == nil || e.Kind != app.KindOffline || !strings.Contains(e.Message, "redirect") {
				t.Errorf("%d to %s: %v", code, to, err)
			}
			if n := home.calls.Load(); n != 1 {
				t.Errorf("%d to %s: %d calls home", code, to, n)
			}
		}
	}
	if sink.calls.Load() != 0 {
		t.Error("a redirect was followed")
	}
}

func TestUntrustedServersAreRefused(t *testing.T) {
	home := serve(t, ok)
	stranger, err := Custom("https://127.0.0.1:1", "https://127.0.0.1:1", "", "https://127.0.0.1:1", nil)
	if err != nil {
		t.Fatal(err)
	}
	old := httptest.NewUnstartedServer(http.HandlerFunc(ok))
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10} //nolint:gosec // the point of the test
	old.StartTLS()
	defer old.Close()
	for name, c := range map[string]struct {
		cloud   Cloud
		address string
		say     string
	}{
		"unknown authority": {stranger, home.URL, "not trusted"},
		"wrong host":        {home.cloud(t), strings.Replace(home.URL, "127.0.0.1", "localhost", 1), "not trusted"},
		"TLS 1.1":           {(&service{Server: old}).cloud(t), old.URL, "TLS"},
	} {
		tr, err := NewTransport(c.cloud, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		req, _ := http.NewRequest(http.MethodPost, c.address, nil)
		resp, err := tr.Do(req)
		if err == nil {
			resp.Body.Close()
			t.Errorf("%s: accepted", name)
			continue
		}
		if e := Explain(err, Intent{Write: true}); e.Kind != app.KindOffline || !strings.Contains(e.Message, c.say) {
			t.Errorf("%s: %v", name, e)
		}
	}
}

func TestLimitsOfOneExchange(t *testing.T) {
	hold := make(chan struct{})
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/large":
			for range 64 {
				fmt.Fprint(w, strings.Repeat(" ", 1024))
			}
		case "/silent":
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		case "/stalls":
			fmt.Fprint(w, `{"value":[`)
			w.(http.Flusher).Flush()
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		}
	})
	defer close(hold)
	p := home.pipeline(t, Limits{Headers: 60 * time.Millisecond, Idle: 60 * time.Millisecond, Body: 32 << 10})
	for path, want := range map[string]struct {
		kind app.Kind
		say  string
	}{
		"/large":  {app.KindInvalid, "larger"},
		"/silent": {app.KindOffline, "in time"},
		"/stalls": {app.KindOffline, "in time"},
	} {
		_, err := call(context.Background(), p, http.MethodGet, home.URL+path)
		if e := Explain(err, Intent{}); e == nil || e.Kind != want.kind || !strings.Contains(e.Message, want.say) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestCancelledWithin200ms(t *testing.T) {
	arrived := make(chan struct{}, 8)
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/body" {
			fmt.Fprint(w, "{")
			w.(http.Flusher).Flush()
		}
		if r.URL.Path == "/retry" {
			w.WriteHeader(http.StatusBadGateway)
		}
		arrived <- struct{}{}
		if r.URL.Path != "/retry" {
			<-r.Context().Done()
		}
	})
	p := home.pipeline(t, Limits{})
	for _, path := range []string{"/headers", "/body", "/retry"} {
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() {
			_, err := call(Read(ctx), p, http.MethodGet, home.URL+path)
			done <- err
		}()
		<-arrived
		start := time.Now()
		cancel()
		err := <-done
		if took := time.Since(start); took > 200*time.Millisecond {
			t.Errorf("%s: %s", path, took)
		}
		if e := Explain(err, Intent{Write: true}); e.Kind != app.KindCancelled || !e.MaybeApplied {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A call that waits for something deaf, such as another call's sign-in, still ends.
func TestPromptlyLeavesADeafCallBehind(t *testing.T) {
	deaf := make(chan struct{})
	defer close(deaf)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	start := time.Now()
	_, err := Promptly(ctx, func(context.Context) (int, error) { <-deaf; return 1, nil })
	if !errors.Is(err, context.Canceled) || time.Since(start) > 200*time.Millisecond {
		t.Errorf("%v after %s", err, time.Since(start))
	}
	v, err := Promptly(ctx, func(context.Context) (int, error) { return 7, nil })
	if v != 7 || err != nil {
		t.Errorf("a result that is there is dropped: %d %v", v, err)
	}
}

// orderly is an answer that ends in good order although nobody waits for its end.
type orderly struct{ io.Reader }

func (orderly) Close() error { return nil }

func TestAnAnswerThatWasGivenUpIsNotTakenForTheWhole(t *testing.T) {
	for _, cause := range []error{errIdle, context.Canceled} {
		ctx, cancel := context.WithCancelCause(context.Background())
		b := newBody(ctx, orderly{strings.NewReader(`{"value":[`)}, cancel, Limits{Idle: time.Minute, Body: 1 << 20})
		cancel(cause)
		if _, err := io.ReadAll(b); !errors.Is(err, cause) {
			t.Errorf("%v: read to its end with %v", cause, err)
		}
		b.Close()
	}
}
