package faults_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/simulator"
)

// witness counts the requests of an endpoint on their way out and lets a fault act there.
type witness struct {
	policy.Transporter
	hurry policy.Transporter // of what the fault concerns, with its limits
	at    endpoint
	leave func(*http.Request) error

	matched, hit atomic.Int32
}

func (w *witness) Do(r *http.Request) (*http.Response, error) {
	if w.at.match(r) && int(w.matched.Add(1)) >= w.at.from {
		w.hit.Add(1)
		if w.leave != nil {
			r = r.Clone(r.Context())
			if err := w.leave(r); err != nil {
				return nil, err
			}
		}
		return w.hurry.Do(r)
	}
	return w.Transporter.Do(r)
}

// outcome is what a cell of the matrix came to, as it is written down.
type outcome struct {
	endpoint, fault string
	attempts        int
	pages           []int
	ids             map[string]bool
	err             error
}

func (o outcome) String() string {
	kind, maybe, message := "done", "", app.Say(o.err)
	var e *app.Error
	switch {
	case errors.As(o.err, &e):
		if kind = string(e.Kind); e.RetryAfter > 0 {
			kind += " for " + e.RetryAfter.String()
		}
		if e.MaybeApplied {
			maybe = "maybe applied"
		}
	case errors.Is(o.err, errLack):
		kind, message = "lack", o.err.Error()
	case o.err != nil:
		kind = "unexplained"
	}
	rows := "" // whole pages handed over; how many rows they have, check compares
	if len(o.pages) > 0 && o.fault != "pages out of order" {
		rows = fmt.Sprint(len(o.pages))
	}
	return strings.TrimRight(strings.Join([]string{o.endpoint, o.fault, fmt.Sprint(o.attempts), rows, kind, maybe, message}, " | "), " |")
}

// cell runs one fault at one endpoint.
func cell(t *testing.T, b *tenantBehind, at endpoint, f fault) outcome {
	var seen atomic.Int32
	fr := newFront(b, func(x *exchange) bool {
		if f.serve == nil || !at.match(x.r) || int(seen.Add(1)) < at.from {
			return false
		}
		f.serve(x)
		return true
	})
	defer fr.Close()
	defer fr.CloseClientConnections()
	cloud, err := fr.cloud()
	if err != nil {
		t.Fatal(err)
	}
	tr, err := azure.NewTransport(cloud, azure.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	hurry, err := azure.NewTransport(cloud, f.limits)
	if err != nil {
		t.Fatal(err)
	}
	defer hurry.Close()
	cred := b.tokens
	cred.from = cloud
	w := &witness{Transporter: tr, hurry: hurry, at: at, leave: f.leave}
	c := &caller{access: azure.Access{Cloud: cloud, Transport: w}, cred: cred, behind: b, clock: &standClock{at: time.Now()}, ids: map[string]bool{}}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err = at.call(ctx, c)
	return outcome{at.name, f.name, int(w.hit.Load()), c.pages, c.ids, err}
}

// jargon is what no person should have to read.
var jargon = regexp.MustCompile(`EOF|json:|unexpected|tls:|x509|http2|dial tcp|azcore|goroutine|%!|<nil>|0x|\{|\}|<b>`)

// small is a tenant that is quickly read.
var small = simulator.Options{Incidents: 40, Users: 60, SignIns: 400, Posture: simulator.Posture{Subscriptions: 2, Assessments: 20}}

const table = "testdata/faults.txt"

// Every fault at every endpoint comes to what testdata/faults.txt says: endpoint, fault,
// attempts, pages handed over, kind, whether a write may have happened, and
// the sentence for a person. WATCHFLOOR_WRITE_FAULTS=1 writes the table anew, to be read.
// All cells run under WATCHFLOOR_SOAK=1, those of nine endpoints always.
func TestGoal17EveryFaultAtEveryEndpointHasItsOutcome(t *testing.T) {
	// What is written must not change what is read: a tenant each.
	read, written := newTenantBehind(t, small), newTenantBehind(t, small)
	tenant := func(at endpoint) *tenantBehind {
		if at.write {
			return written
		}
		return read
	}
	whole := os.Getenv("WATCHFLOOR_SOAK") == "1" || os.Getenv("WATCHFLOOR_WRITE_FAULTS") != ""
	ends, all := endpoints(), faults()
	plain := make([]outcome, len(ends)) // of an endpoint without a fault
	results := make([][]*outcome, len(ends))
	slots := make(chan struct{}, 32)
	var wg sync.WaitGroup
	for i, at := range ends {
		results[i] = make([]*outcome, len(all))
		run := func(j int) {
			slots <- struct{}{}
			defer func() { <-slots }()
			o := cell(t, tenant(at), at, all[j])
			results[i][j] = &o
		}
		if at.more && !whole {
			continue
		}
		run(0)
		plain[i] = *results[i][0]
		wg.Go(func() {
			for j, f := range all[1:] {
				switch {
				case f.large, f.paged && !at.list, !whole && (at.more || f.more):
				case at.write: // one after the other: they change the same incident
					run(j + 1)
				default:
					wg.Go(func() { run(j + 1) })
				}
			}
		})
	}
	wg.Wait()
	for i, at := range ends {
		for j, f := range all {
			if !f.large || !whole && (at.more || f.more) {
				continue
			}
			peak := peakDuring(func() { o := cell(t, tenant(at), at, f); results[i][j] = &o })
			if peak > 200<<20 {
				t.Errorf("%s, %s: the heap reached %d MiB", at.name, f.name, peak>>20)
			}
		}
	}

	var lines []string
	for i := range ends {
		for _, o := range results[i] {
			if o == nil {
				continue
			}
			lines = append(lines, o.String())
			check(t, ends[i], plain[i], *o)
		}
	}
	if os.Getenv("WATCHFLOOR_WRITE_FAULTS") != "" {
		if err := os.WriteFile(filepath.FromSlash(table), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	compare(t, lines, whole)
	if len(lines) < 270 {
		t.Errorf("only %d cells", len(lines))
	}
	t.Logf("%d cells: %d endpoints, %d faults", len(lines), len(ends), len(all))
}

// check holds for every cell, whatever the table says.
func check(t *testing.T, at endpoint, whole, o outcome) {
	t.Helper()
	var e *app.Error
	said := app.Say(o.err)
	switch {
	case o.attempts > 6, at.write && o.attempts > 1 && !strings.HasPrefix(o.fault, "401 with"):
		t.Errorf("%s: too many attempts", o)
	case o.err == nil, errors.Is(o.err, errLack):
	case !errors.As(o.err, &e) || e.Kind == app.KindInternal || e.Kind == app.KindCancelled:
		t.Errorf("%s: nobody knows what to do about %v", o, o.err)
	case jargon.MatchString(said) || !strings.HasSuffix(said, ".") || len(said) > 200 || strings.ToUpper(said[:1]) != said[:1]:
		t.Errorf("%s: no sentence for a person", o)
	case e.MaybeApplied && !at.write:
		t.Errorf("%s: a read applies nothing", o)
	}
	if !at.list {
		return
	}
	if o.err == nil { // what came to its end lost nothing
		for id := range whole.ids {
			if !o.ids[id] {
				t.Errorf("%s: %s is missing", o, id)
				return
			}
		}
		return
	}
	if errors.Is(o.err, errLack) || o.fault == "duplicate page" || o.fault == "page loop" {
		return
	}
	for i, n := range o.pages { // what was handed over before the fault are whole pages
		if i >= len(whole.pages) || n != whole.pages[i] {
			t.Errorf("%s: pages of %d rows are whole", o, whole.pages)
			return
		}
	}
}

func compare(t *testing.T, lines []string, whole bool) {
	t.Helper()
	b, err := os.ReadFile(filepath.FromSlash(table))
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]string{}
	for s := bufio.NewScanner(strings.NewReader(string(b))); s.Scan(); {
		written[cellOf(s.Text())] = s.Text()
	}
	for _, l := range lines {
		if want := written[cellOf(l)]; want != l {
			t.Errorf("came to\n  %s\nwritten down is\n  %s", l, want)
		}
		delete(written, cellOf(l))
	}
	for _, l := range written {
		if !whole {
			break
		}
		t.Errorf("written down and not run: %s", l)
	}
}

func cellOf(line string) string {
	parts := strings.SplitN(line, " | ", 3)
	return strings.Join(parts[:min(2, len(parts))], " | ")
}

// peakDuring is the most that the heap held while f ran, in bytes beyond what it held
// before.
func peakDuring(f func()) uint64 {
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	read := func() uint64 { metrics.Read(sample); return sample[0].Value.Uint64() }
	before, peak := read(), uint64(0)
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return max(peak, before) - before
		case <-tick.C:
			peak = max(peak, read())
		}
	}
}
