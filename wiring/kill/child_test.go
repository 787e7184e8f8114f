package kill_test

import (
	"context"
	"fmt"
	"net/rpc"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"watchfloor/app"
	"watchfloor/app/outbox"
	appsync "watchfloor/app/sync"
	"watchfloor/app/triage"
	"watchfloor/data"
	"watchfloor/data/vault"
)

// The environment of a child.
const (
	asChild = "WATCHFLOOR_KILL_SOCKET" // where the services are
	cacheAt = "WATCHFLOOR_KILL_CACHE"
	keyIs   = "WATCHFLOOR_KILL_KEY"
	runIs   = "WATCHFLOOR_KILL_RUN"
)

func TestMain(m *testing.M) {
	if os.Getenv(asChild) == "" {
		os.Exit(m.Run())
	}
	if err := child(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child pulls, queues and sends at full speed. Each line says what was done, after the
// call returned: "sound" once the cache was checked, "ack TEXT" for a queued action.
func child() error {
	ctx := context.Background()
	key, err := vault.ParseKey(os.Getenv(keyIs))
	if err != nil {
		return err
	}
	to, err := rpc.Dial("unix", os.Getenv(asChild))
	if err != nil {
		return err
	}
	w, err := open(os.Getenv(cacheAt), key, to)
	if err != nil {
		return err
	}
	if strings.HasSuffix(os.Getenv(runIs), "0") { // every start checks the pages by itself; some the indexes too
		if err := w.cache.Check(ctx); err != nil {
			return err
		}
	}
	fmt.Println("sound")
	go repeat(func() error { return w.engine.Once(ctx) })
	go repeat(func() error { _, err := w.box.Flush(ctx); return err })
	for i := 0; ; i++ {
		if err := w.act(ctx, i); err != nil {
			return err
		}
	}
}

// repeat works until the process is killed; an error ends it, and the parent sees that.
func repeat(f func() error) {
	for {
		if err := f(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

type work struct {
	cache  *data.Cache
	engine *appsync.Engine
	box    *outbox.Service
}

func open(path string, key *vault.Key, to *rpc.Client) (*work, error) {
	cache, err := data.Open(context.Background(), data.Config{Path: path, Key: key})
	if err != nil {
		return nil, err
	}
	remotes := []app.Remote{remote{app.Sentinel, to}, remote{app.Defender, to}}
	return &work{
		cache,
		appsync.New(appsync.Config{Store: cache, Remotes: remotes, FeedStore: cache, Now: time.Now}),
		outbox.New(outbox.Config{
			Store: cache, Remotes: remotes, Actor: app.Owner{UPN: "ana@clinic.example"}, Tenant: "clinic",
			Online: func() bool { return true }, Now: time.Now, NewID: uuid.NewString,
		}),
	}, nil
}

// act comments on an incident or tags it.
func (w *work) act(ctx context.Context, i int) error {
	win, err := w.cache.Window(ctx, triage.Query{Limit: 20})
	if err != nil || len(win.Rows) == 0 {
		return err
	}
	text := fmt.Sprintf("%s-%d", os.Getenv(runIs), i)
	r := outbox.Request{IncidentID: win.Rows[i%len(win.Rows)].ID, Verb: outbox.Comment, Text: text}
	if i%3 == 2 {
		r = outbox.Request{IncidentID: r.IncidentID, Verb: outbox.Tag, AddTags: []string{text}}
	}
	if _, err := w.box.Do(ctx, r); err != nil {
		return err
	}
	fmt.Println("ack", text)
	return nil
}
