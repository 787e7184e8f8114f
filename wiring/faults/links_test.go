package faults_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wiretest"
)

// departures counts the requests that leave for anywhere but home, and for home.
type departures struct {
	policy.Transporter
	home           string
	away, there    atomic.Int32
	firstElsewhere atomic.Value
}

func (d *departures) Do(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme+"://"+r.URL.Host != d.home || r.Host != "" && r.Host != r.URL.Host {
		d.away.Add(1)
		d.firstElsewhere.CompareAndSwap(nil, r.URL.Redacted())
		return nil, fmt.Errorf("not sent to %s", r.URL.Host)
	}
	d.there.Add(1)
	return d.Transporter.Do(r)
}

// Five hundred links that lead elsewhere, or hide where they lead, as the link to the next
// page of every list that a client pages through: none is followed.
func TestGoal20NoHostileLinkIsFollowedByAnyClient(t *testing.T) {
	b := newTenantBehind(t, small)
	var link atomic.Value
	link.Store("")
	var current atomic.Pointer[endpoint]
	f := newFront(b, func(x *exchange) bool {
		at := current.Load()
		if at == nil || !at.match(x.r) {
			return false
		}
		linked(func(x *exchange) string {
			if l := link.Load().(string); l != "" {
				return l
			}
			return x.self("legitimate")
		})(x)
		return true
	})
	defer f.Close()
	sink := newFront(b, func(x *exchange) bool { t.Errorf("the sink was asked for %s", x.r.URL.Path); return false })
	defer sink.Close()
	cloud, err := f.cloud()
	if err != nil {
		t.Fatal(err)
	}
	tr, err := azure.NewTransport(cloud, azure.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	cred := b.tokens
	cred.from = cloud

	links := wiretest.HostileLinks(f.URL, sink.URL)
	if len(links) < 500 {
		t.Fatalf("only %d links", len(links))
	}
	step := dose(10, 1)
	for _, at := range endpoints() {
		if !at.list || at.name == "resource graph POST" { // its token is no link
			continue
		}
		at.from = 1
		current.Store(&at)
		run := func(l string) (*departures, error) {
			link.Store(l)
			d := &departures{Transporter: tr, home: f.URL}
			c := &caller{access: azure.Access{Cloud: cloud, Transport: d}, cred: cred, behind: b, clock: &standClock{at: time.Now()}, ids: map[string]bool{}}
			return d, at.call(context.Background(), c)
		}
		for i := 0; i < len(links); i += step {
			d, err := run(links[i])
			if n := d.away.Load(); n > 0 {
				t.Errorf("%s followed %q to %s", at.name, links[i], d.firstElsewhere.Load())
			}
			if links[i] != "" && app.KindOf(err) != app.KindInvalid {
				t.Errorf("%s took %q: %v", at.name, links[i], err)
			}
		}
		d, err := run("")
		if d.away.Load() > 0 || strings.Contains(app.Say(err), "another address") || d.there.Load() < 2 {
			t.Errorf("%s does not follow its own link, so that the test proves nothing: %v after %d requests", at.name, err, d.there.Load())
		}
	}
}

// A cursor that somebody wrote into the cache is a link like any other.
func TestGoal20NoCursorLeadsElsewhere(t *testing.T) {
	b := newTenantBehind(t, small)
	f := newFront(b, nil)
	defer f.Close()
	cloud, err := f.cloud()
	if err != nil {
		t.Fatal(err)
	}
	tr, err := azure.NewTransport(cloud, azure.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	cred := b.tokens
	cred.from = cloud
	d := &departures{Transporter: tr, home: f.URL}
	c := &caller{access: azure.Access{Cloud: cloud, Transport: d}, cred: cred, behind: b, clock: &standClock{at: time.Now()}}
	sen, err := c.sentinel()
	if err != nil {
		t.Fatal(err)
	}
	def, err := c.defender()
	if err != nil {
		t.Fatal(err)
	}
	idn, err := c.identity()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range wiretest.HostileLinks(f.URL, "https://127.0.0.1:1") {
		if l == "" {
			continue // the start of a run
		}
		cur := app.Cursor{Next: l, Ahead: c.clock.now()}
		step, _ := json.Marshal(map[string]any{"s": 1, "l": l})
		for name, pull := range map[string]func() error{
			"sentinel": func() error { _, err := sen.Pull(t.Context(), cur); return err },
			"defender": func() error { _, err := def.Pull(t.Context(), cur); return err },
			"sign-ins": func() error { _, err := idn.Log().Pull(t.Context(), cur); return err },
			"risk":     func() error { _, err := idn.Risk().Pull(t.Context(), app.Cursor{Next: string(step)}); return err },
		} {
			err := pull()
			if d.away.Load()+d.there.Load() > 0 || app.KindOf(err) != app.KindInvalid {
				t.Fatalf("%s sent %d requests elsewhere and %d home for the cursor %q: %v", name, d.away.Load(), d.there.Load(), l, err)
			}
		}
	}
}
