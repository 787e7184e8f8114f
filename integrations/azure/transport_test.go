package azure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
)

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

func TestGoal18CancelledWithin200ms(t *testing.T) {
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
