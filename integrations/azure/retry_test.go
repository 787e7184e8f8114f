package azure

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"testing"
	"time"

	"watchfloor/app"
)

func TestGoal18RetryAfterIsNeverEarlierThanAsked(t *testing.T) {
	server := "Sun, 22 Nov 2026 05:00:00 GMT"
	for _, c := range []struct {
		header http.Header
		want   time.Duration
		asked  bool
	}{
		{http.Header{}, 0, false},
		{http.Header{"Retry-After": {"0"}}, 0, true},
		{http.Header{"Retry-After": {"7"}}, 7 * time.Second, true},
		{http.Header{"Retry-After": {" 2.128 "}}, 2128 * time.Millisecond, true},
		{http.Header{"Retry-After": {"0.0001"}}, time.Millisecond, true},
		{http.Header{"Retry-After": {"3600"}}, time.Hour, true},
		{http.Header{"Retry-After": {"1e300"}}, longestPause, true},
		{http.Header{"Retry-After": {"-5"}}, 0, false},
		{http.Header{"Retry-After": {"NaN"}}, 0, false},
		{http.Header{"Retry-After": {"soon"}}, 0, false},
		{http.Header{"Retry-After": {"Sun, 22 Nov 2026 05:02:00 GMT"}, "Date": {server}}, 2 * time.Minute, true},
		{http.Header{"Retry-After": {"Sun, 22 Nov 2026 04:00:00 GMT"}, "Date": {server}}, 0, true},
		{http.Header{"Retry-After": {"Sun, 22 Nov 2026 05:02:00 GMT"}}, time.Minute, true},
		{http.Header{"Retry-After-Ms": {"1500"}, "Retry-After": {"1"}}, 1500 * time.Millisecond, true},
		{http.Header{"X-Ms-Retry-After-Ms": {"10"}, "Retry-After": {"3"}}, 3 * time.Second, true},
	} {
		got, asked := RetryAfter(c.header, time.Date(2026, 11, 22, 5, 1, 0, 0, time.UTC))
		if got != c.want || asked != c.asked {
			t.Errorf("%v: %s %v, want %s %v", c.header, got, asked, c.want, c.asked)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"1", "2.5", "Sun, 22 Nov 2026 05:02:00 GMT", "-0", "0x10", "9e99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, asked := RetryAfter(http.Header{"Retry-After": {s}}, time.Unix(0, 0))
		if d < 0 || d > longestPause || !asked && d != 0 {
			t.Fatalf("%q: %s %v", s, d, asked)
		}
		var sec float64
		if n, _ := fmt.Sscanf(s, "%g", &sec); n == 1 && fmt.Sprint(sec) == s && sec > 0 && sec < 1e6 && d < time.Duration(math.Floor(sec*1e9)) {
			t.Fatalf("%q: %s is earlier than asked", s, d)
		}
	})
}

// How often a request arrives, by status, headers and kind of call.
func TestGoal18HowOftenARequestIsSent(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		after  string
		read   bool
		calls  int32
		kind   app.Kind
		pause  time.Duration
		maybe  bool
	}{
		{"read, 500", 500, "", true, 3, app.KindOffline, 0, false},
		{"read, 502", 502, "", true, 3, app.KindOffline, 0, false},
		{"read, 503 without pause", 503, "", true, 3, app.KindOffline, 0, false},
		{"read, 503 with pause", 503, "4", true, 1, app.KindThrottled, 4 * time.Second, false},
		{"read, 429 without pause", 429, "", true, 1, app.KindThrottled, 0, false},
		{"read, 429 whole", 429, "1", true, 1, app.KindThrottled, time.Second, false},
		{"read, 429 fractional", 429, "2.128", true, 1, app.KindThrottled, 2128 * time.Millisecond, false},
		{"read, 429 long", 429, "3600", true, 1, app.KindThrottled, time.Hour, false},
		{"read, 429 garbage", 429, "later", true, 1, app.KindThrottled, 0, false},
		{"read, 404", 404, "", true, 1, app.KindNotFound, 0, false},
		{"write, 500", 500, "", false, 1, app.KindOffline, 0, true},
		{"write, 503 with pause", 503, "1", false, 1, app.KindThrottled, time.Second, true},
		{"write, 429", 429, "1", false, 1, app.KindThrottled, time.Second, false},
		{"write, 409", 409, "", false, 1, app.KindConflict, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if c.after != "" {
					w.Header().Set("Retry-After", c.after)
				}
				w.WriteHeader(c.status)
			})
			ctx, method := context.Background(), http.MethodPut
			if c.read {
				ctx, method = Read(ctx), http.MethodGet
			}
			_, err := call(ctx, s.pipeline(t, Limits{}), method, s.URL+"/x")
			e := Explain(err, Intent{Write: !c.read})
			if e == nil || e.Kind != c.kind || e.RetryAfter != c.pause || e.MaybeApplied != c.maybe {
				t.Errorf("got %+v", e)
			}
			if n := s.calls.Load(); n != c.calls {
				t.Errorf("%d calls, want %d", n, c.calls)
			}
		})
	}
}
