package azure

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"watchfloor/app"
)

// relay passes connections on to a server; cut makes those it has go silent, as a change
// of network does, while new ones work.
type relay struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
	deaf  []chan struct{}
}

func newRelay(t *testing.T, to string) *relay {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{Listener: ln}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			in, err := ln.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				in.Close()
				continue
			}
			deaf := make(chan struct{})
			r.mu.Lock()
			r.conns, r.deaf = append(r.conns, in, out), append(r.deaf, deaf)
			r.mu.Unlock()
			for _, way := range [][2]net.Conn{{in, out}, {out, in}} {
				work.Go(func() { pass(way[0], way[1], deaf) })
			}
		}
	})
	t.Cleanup(func() {
		ln.Close()
		r.mu.Lock()
		for _, c := range r.conns {
			c.Close()
		}
		r.mu.Unlock()
		work.Wait()
	})
	return r
}

// pass copies until the connection goes deaf, then swallows.
func pass(from, to net.Conn, deaf chan struct{}) {
	b := make([]byte, 4096)
	for {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		select {
		case <-deaf:
			continue
		default:
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

func (r *relay) cut() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range r.deaf {
		close(d)
	}
	n := len(r.deaf)
	r.deaf = nil
	return n
}

// A laptop that changes the network keeps a connection that nobody is behind: it is found
// out by a ping, and the next request takes a new one.
func TestGoal17AConnectionThatWentSilentIsGivenUp(t *testing.T) {
	h2 := newHTTP2(t, http.HandlerFunc(ok))
	home := &service{Server: h2}
	r := newRelay(t, strings.TrimPrefix(h2.URL, "https://"))
	h2.URL = "https://" + r.Addr().String()

	p := home.pipeline(t, Limits{Headers: 5 * time.Second, Ping: 50 * time.Millisecond})
	if resp, err := call(context.Background(), p, http.MethodGet, h2.URL+"/x"); err != nil || resp.ProtoMajor != 2 {
		t.Fatalf("%v, HTTP/2 is what this is about", err)
	}
	if n := r.cut(); n != 1 {
		t.Fatalf("%d connections were cut", n)
	}
	began := time.Now()
	_, err := call(context.Background(), p, http.MethodPatch, h2.URL+"/x")
	e := Explain(err, Intent{Write: true})
	if e == nil || e.Kind != app.KindOffline || !e.MaybeApplied || time.Since(began) > 2*time.Second {
		t.Errorf("a write into silence after %s: %v", time.Since(began), err)
	}
	if _, err := call(context.Background(), p, http.MethodGet, h2.URL+"/x"); err != nil {
		t.Errorf("the next request: %v", err)
	}
}
