package azure

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
)

func TestEveryStatusSaysWhatToDo(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		kind   app.Kind
		say    string
		maybe  bool
	}{
		{400, `{"error":{"code":"BadRequest","message":"x"}}`, app.KindInvalid, "BadRequest", false},
		{400, `{"error":{"code":"<b>bold</b>"}}`, app.KindInvalid, "(HTTP 400).", false},
		{401, ``, app.KindSignIn, "sign in again", false},
		{403, `{"error":{"code":"AuthorizationFailed"}}`, app.KindPermission, "ask for a role", false},
		{404, `{"error":{"code":"NotFound"}}`, app.KindNotFound, "no longer exists", false},
		{404, `{"error":{"code":"ResourceGroupNotFound"}}`, app.KindInvalid, "resource group", false},
		{404, `{"error":{"code":"SubscriptionNotFound"}}`, app.KindInvalid, "subscription", false},
		{407, ``, app.KindOffline, "proxy", false},
		{408, ``, app.KindOffline, "sent again", true},
		{409, ``, app.KindConflict, "changed it first", false},
		{410, ``, app.KindNotFound, "no longer exists", false},
		{412, ``, app.KindConflict, "changed it first", false},
		{418, ``, app.KindInvalid, "HTTP 418", false},
		{500, `oops`, app.KindOffline, "HTTP 500", true},
		{504, ``, app.KindOffline, "HTTP 504", true},
		{511, ``, app.KindOffline, "open a browser", false},
	} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		})
		_, err := call(context.Background(), s.pipeline(t, Limits{}), http.MethodPut, s.URL)
		e := Explain(err, Intent{Source: app.Sentinel, Write: true, Need: "a role"})
		if e.Kind != c.kind || !strings.Contains(e.Message, c.say) || e.MaybeApplied != c.maybe || StatusOf(e) != c.status {
			t.Errorf("%d %s: %+v (%v)", c.status, c.body, e, e.MaybeApplied)
		}
		if strings.Contains(e.Error(), "<b>") || strings.Contains(e.Error(), "oops") {
			t.Errorf("%d: tenant text in %q", c.status, e.Error())
		}
	}
}

func TestBrokenAnswers(t *testing.T) {
	cut := func(w http.ResponseWriter, full, sent string) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", fmt.Sprint(len(full)))
		fmt.Fprint(w, sent)
	}
	answers := map[string]struct {
		do    http.HandlerFunc
		kind  app.Kind
		say   string
		reads int32
	}{
		"HTML": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html>sign in to the hotel")
		}, app.KindOffline, "sign in to the network", 1},
		"HTML without a type": {func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = nil
			fmt.Fprint(w, "<html>")
		}, app.KindOffline, "sign in to the network", 1},
		"empty": {
			func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Type", "application/json") },
			app.KindOffline, "empty", 1,
		},
		"charset": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json; charset=utf-16")
			fmt.Fprint(w, "{}")
		}, app.KindInvalid, "UTF-8", 1},
		"shorter than said": {
			func(w http.ResponseWriter, r *http.Request) { cut(w, `{"value":[1,2,3]}`, `{"value":`) },
			app.KindOffline, "cut short", 3,
		},
		"truncated gzip": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			fmt.Fprint(z, `{"value":[`)
			_ = z.Flush()
		}, app.KindOffline, "cut short", 3},
		"reset in mid-body": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"value":[`)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, app.KindOffline, "", 3},
	}
	for name, a := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, a.do)
			p := s.pipeline(t, Limits{})
			_, err := call(Read(context.Background()), p, http.MethodGet, s.URL)
			if e := Explain(err, Intent{}); e == nil || e.Kind != a.kind || !strings.Contains(e.Message, a.say) || e.MaybeApplied {
				t.Errorf("read: %+v", e)
			}
			if n := s.calls.Load(); n != a.reads {
				t.Errorf("%d reads, want %d", n, a.reads)
			}
			_, err = call(context.Background(), p, http.MethodPut, s.URL)
			if e := Explain(err, Intent{Write: true}); e == nil || e.Kind != a.kind || !e.MaybeApplied {
				t.Errorf("write: %+v", e)
			}
			if n := s.calls.Load(); n != a.reads+1 {
				t.Errorf("the write was sent %d times", n-a.reads)
			}
		})
	}
}

func TestNoConnectionMeansNothingApplied(t *testing.T) {
	s := serve(t, ok)
	p := s.pipeline(t, Limits{})
	s.Close()
	_, err := call(context.Background(), p, http.MethodPut, s.URL)
	if e := Explain(err, Intent{Write: true}); e.Kind != app.KindOffline || e.MaybeApplied || !strings.Contains(e.Message, "cannot be reached") {
		t.Errorf("%+v", e)
	}
	dns := &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "x.invalid", IsNotFound: true}}
	if e := Explain(dns, Intent{Write: true}); e.Kind != app.KindOffline || e.MaybeApplied || !strings.Contains(e.Message, "resolved") {
		t.Errorf("%+v", e)
	}
}

func TestExplainKeepsWhatIsExplained(t *testing.T) {
	if Explain(nil, Intent{}) != nil {
		t.Error("nil became an error")
	}
	in := app.E(app.KindConflict, "x", nil)
	if Explain(fmt.Errorf("wrapped: %w", in), Intent{}) != in {
		t.Error("an explained error was explained again")
	}
	if e := Explain(context.DeadlineExceeded, Intent{}); e.Kind != app.KindOffline {
		t.Errorf("%+v", e)
	}
	if e := Malformed(nil, Intent{}, errors.New("x")); !strings.Contains(e.Message, "empty") {
		t.Errorf("%+v", e)
	}
}

func TestOtherWordsKeepWhatIsKnown(t *testing.T) {
	first := &app.Error{Kind: app.KindNotFound, Message: "gone", RetryAfter: time.Second, MaybeApplied: true, Cause: statusError{status: 404}}
	e := Reworded(first, app.KindInvalid, "choose again")
	if e.Kind != app.KindInvalid || e.Message != "choose again" || e.RetryAfter != time.Second || !e.MaybeApplied || StatusOf(e) != 404 {
		t.Errorf("%+v", e)
	}
	if first.Kind != app.KindNotFound || first.Message != "gone" {
		t.Errorf("the error before was changed: %+v", first)
	}
	if e := Reworded(errors.New("x"), app.KindInvalid, "y"); e.Kind != app.KindInvalid || e.Cause == nil {
		t.Errorf("of a plain error: %+v", e)
	}
}
