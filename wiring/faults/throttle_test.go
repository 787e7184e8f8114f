package faults_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/identity"
	"watchfloor/integrations/posture"
)

// grudging is a service that refuses most requests for their pace, in every spelling that
// services use, and counts those that come before the time it named. A request is one item
// as long as its address and body are the same.
type grudging struct {
	clock     *standClock
	dice      *rand.Rand
	until     map[bool]time.Time // of Resource Graph, which has a quota of its own, and of all else
	throttles int
	early     int
	tried     map[string]int // attempts of one item within one call
	most      int
	done      bool // nothing is refused any more
}

func (g *grudging) Do(r *http.Request) (*http.Response, error) {
	body := ""
	if r.Body != nil {
		b, _ := io.ReadAll(r.Body)
		body = string(b)
	}
	now := g.clock.now()
	queries := strings.HasSuffix(r.URL.Path, "/Microsoft.ResourceGraph/resources")
	if now.Before(g.until[queries]) {
		g.early++
	}
	item := r.Method + r.URL.String() + body
	g.tried[item]++
	g.most = max(g.most, g.tried[item])
	answer := func(status int, body string, h http.Header) (*http.Response, error) {
		h.Set("Content-Type", "application/json")
		h.Set("Date", now.UTC().Format(http.TimeFormat))
		return &http.Response{StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", Request: r, Header: h, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
	if g.done || g.dice.IntN(4) == 0 {
		if strings.HasSuffix(r.URL.Path, "/subscriptions") {
			return answer(200, `{"value":[{"subscriptionId":"73e01a99-5cd7-4139-a149-9f2736ff2ab5","state":"Enabled"}]}`, http.Header{})
		}
		return answer(200, `{"value":[],"data":[]}`, http.Header{})
	}
	if strings.HasSuffix(r.URL.Path, "/subscriptions") { // its reader leaves waiting to the pull
		return answer(200, `{"value":[{"subscriptionId":"73e01a99-5cd7-4139-a149-9f2736ff2ab5","state":"Enabled"}]}`, http.Header{})
	}
	g.throttles++
	h := http.Header{}
	var pause time.Duration
	switch g.dice.IntN(8) {
	case 0:
		n := 1 + g.dice.IntN(40)
		h.Set("Retry-After", fmt.Sprint(n))
		pause = time.Duration(n) * time.Second
	case 1:
		ms := 1 + g.dice.IntN(9000)
		h.Set("Retry-After", fmt.Sprintf("%d.%03d", ms/1000, ms%1000))
		pause = time.Duration(ms) * time.Millisecond
	case 2:
		n := g.dice.IntN(50)
		date := now.Truncate(time.Second)
		h.Set("Retry-After", date.Add(time.Duration(n)*time.Second).UTC().Format(http.TimeFormat))
		pause = time.Duration(n) * time.Second
	case 3:
		h.Set("Retry-After", "0")
	case 4:
		h.Set("Retry-After", "3600")
		pause = time.Hour
	case 5:
		h.Set("Retry-After", "in a while")
	case 6:
		ms := 1 + g.dice.IntN(20_000)
		h.Set("x-ms-retry-after-ms", fmt.Sprint(ms))
		h.Set("Retry-After", "1")
		pause = max(time.Second, time.Duration(ms)*time.Millisecond)
	}
	g.until[queries] = now.Add(pause)
	status := http.StatusTooManyRequests
	if g.dice.IntN(4) == 0 && h.Get("Retry-After") != "" && pause > 0 {
		status = http.StatusServiceUnavailable
	}
	return answer(status, `{"error":{"code":"TooManyRequests","message":"no"}}`, h)
}

// A thousand refusals of a service that says when to come back, to reads and writes of
// the clients that wait by themselves: none comes too early, also none of another request
// meanwhile; an hour is not waited out but handed on; nothing is sent more than six times.
func TestGoal18NobodyComesBackBeforeRetryAfter(t *testing.T) {
	cloud, err := azure.Custom(cloudHome, cloudHome, "", cloudHome, nil)
	if err != nil {
		t.Fatal(err)
	}
	person := app.Subject{Kind: app.SubjectUser, ID: "73e01a99-5cd7-4139-a149-9f2736ff2ab5"}
	for name, connect := range map[string]func(azure.Access, *standClock) ([]func(context.Context) error, error){
		"identity": func(a azure.Access, k *standClock) ([]func(context.Context) error, error) {
			c, err := identity.New(identity.Config{Access: a, Credential: anyToken{}, Wait: k.wait})
			return []func(context.Context) error{
				func(ctx context.Context) error { _, err := c.Risk().Pull(ctx, app.Cursor{}); return err },
				func(ctx context.Context) error {
					_, err := c.Risk().Read(ctx, app.DismissRisk, []app.Subject{person})
					return err
				},
				func(ctx context.Context) error {
					return c.Risk().Respond(ctx, app.Response{Deed: app.DismissRisk, Subjects: []app.Subject{person}})
				},
			}, err
		},
		"posture": func(a azure.Access, k *standClock) ([]func(context.Context) error, error) {
			a.AtOnce = 2
			c, err := posture.NewCloud(posture.CloudConfig{Access: a, Credential: anyToken{}, Wait: k.wait})
			return []func(context.Context) error{func(ctx context.Context) error { _, err := c.Pull(ctx, app.Cursor{}); return err }}, err
		},
		"score": func(a azure.Access, k *standClock) ([]func(context.Context) error, error) {
			c, err := posture.NewM365(posture.M365Config{Access: a, Credential: anyToken{}, Wait: k.wait})
			return []func(context.Context) error{
				func(ctx context.Context) error {
					_, err := c.Read(ctx, app.SetControl, []app.Subject{{Kind: app.SubjectControl, ID: "MFA"}})
					return err
				},
			}, err
		},
	} {
		k := &standClock{at: time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)}
		g := &grudging{clock: k, dice: rand.New(rand.NewPCG(18, 18)), tried: map[string]int{}, until: map[bool]time.Time{}} //nolint:gosec // a test's dice
		spread := rand.New(rand.NewPCG(1, 1))                                                                               //nolint:gosec // likewise
		calls, err := connect(azure.Access{
			Cloud: cloud, Transport: g, Now: k.now, AtOnce: 2,
			Jitter: func(d time.Duration) time.Duration { return time.Duration(float64(d) * (0.9 + 0.2*spread.Float64())) },
		}, k)
		if err != nil {
			t.Fatal(err)
		}
		hours := 0
		for n := 0; g.throttles < dose(350, 5000) && n < 100_000; n++ {
			clear(g.tried)
			err := calls[n%len(calls)](t.Context())
			var e *app.Error
			if errors.As(err, &e) && e.Kind == app.KindThrottled {
				if e.RetryAfter > 59*time.Minute {
					hours++
				}
				if n%3 == 0 { // the others come at once, before the time
					_ = k.wait(t.Context(), max(e.RetryAfter, 0))
				}
				if n%50 == 49 {
					_ = k.wait(t.Context(), time.Hour)
				}
			}
		}
		if g.early > 0 || g.most > 6 || hours == 0 {
			t.Errorf("%s: %d of %d came too early, %d attempts, %d hours were handed on", name, g.early, g.throttles, g.most, hours)
		}
		t.Logf("%s: %d refusals, at most %d attempts", name, g.throttles, g.most)
	}
}
